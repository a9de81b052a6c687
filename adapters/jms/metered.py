"""Any JMS, with its calls timed and its failures counted."""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram
from typing_extensions import override

from app.domain.photo import View
from app.ports.jms import BookingAnswers, Jms, PhotoRef, PhotoRefs


class JmsMetrics:
    """Time and failures of the calls of one JMS, whoever makes them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.seconds = Histogram(
            "candid_jms_seconds", "Time of JMS calls.", ("call",), registry=registry
        )
        self.failures = Counter(
            "candid_jms_failures", "JMS calls that failed.", ("call", "error"), registry=registry
        )


class MeteredJms(Jms):
    """Wraps a JMS; adds nothing but measurements. A call given up at the deadline counts too."""

    def __init__(self, jms: Jms, metrics: JmsMetrics) -> None:
        self._jms = jms
        self._metrics = metrics

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        with self._measured("bookings"):
            return await self._jms.bookings(external_image_ids)

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        with self._measured("photos"):
            return await self._jms.photos(view, since, after)

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        with self._measured("photo"):
            return await self._jms.photo(ref)

    @override
    async def ping(self) -> None:
        await self._jms.ping()

    @contextmanager
    def _measured(self, call: str) -> Generator[None]:
        started = time.perf_counter()
        try:
            yield
        except BaseException as error:
            self._metrics.failures.labels(call, type(error).__name__).inc()
            raise
        finally:
            self._metrics.seconds.labels(call).observe(time.perf_counter() - started)

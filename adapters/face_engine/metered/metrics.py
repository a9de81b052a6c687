"""What is measured of engine calls."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from app.domain.errors import CandidError


class EngineMetrics:
    """What is measured of engine calls, whichever collection they are about."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "candid_engine_seconds", "Time of engine calls.", ("call",), registry=registry
        )
        self._failures = Counter(
            "candid_engine_failures",
            "Engine calls that ended in an error, photos at fault included.",
            ("call", "code"),
            registry=registry,
        )
        self.faces = Gauge("candid_gallery_faces", "Faces last searched.", registry=registry)

    @contextmanager
    def measured(self, call: str) -> Generator[None]:
        """Time a call and count how it fails."""
        started = time.perf_counter()
        try:
            yield
        except CandidError as error:
            self._failures.labels(call, error.code).inc()
            raise
        finally:
            self._seconds.labels(call).observe(time.perf_counter() - started)

"""Any JMS, with so many lookups at once and none waiting for another."""

from collections.abc import Sequence

import structlog
from typing_extensions import override

from adapters.jms.guards.metrics import GuardMetrics
from adapters.jms.guards.passing import PassingJms
from app.domain.errors import JmsNotAskedError
from app.ports.jms import BookingAnswers, Jms

_log = structlog.get_logger()


class BulkheadJms(PassingJms):
    """Wraps a JMS; a lookup beyond `most` at once raises JmsNotAskedError instead of waiting.

    A JMS that is slow for everybody so costs bookings, and neither memory nor the time of searches.
    """

    def __init__(self, jms: Jms, most: int, metrics: GuardMetrics) -> None:
        super().__init__(jms)
        self._most = most
        self._metrics = metrics
        self._now = 0
        self._told = False  # that it is full, since it was last half empty

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        if self._now >= self._most and external_image_ids:
            self._refuse()
        self._count(1)
        try:
            return await self._jms.bookings(external_image_ids)
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        self._now += more
        self._metrics.lookups.set(self._now)
        if 2 * self._now <= self._most:
            self._told = False

    def _refuse(self) -> None:
        self._metrics.not_asked.labels("bulkhead").inc()
        if not self._told:
            self._told = True
            _log.warning("jms_asked_enough", lookups_at_once=self._most)
        raise JmsNotAskedError

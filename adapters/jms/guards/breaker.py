"""Any JMS, left alone for a while once it failed several times in a row."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from typing_extensions import override

from adapters.jms.guards.metrics import GuardMetrics
from adapters.jms.guards.passing import PassingJms
from app.domain.errors import CandidError, JmsNotAskedError, JmsTimeoutError
from app.ports.jms import BookingAnswers, Jms

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When the breaker opens, and for how long."""

    failures: int  # in a row
    seconds: float  # until the JMS is tried again
    patience: float  # seconds; a lookup that takes longer has failed


class BreakerJms(PassingJms):
    """Wraps a JMS; after `failures` failed lookups in a row it is open, and nobody waits.

    What is being asked then is given up. Open, it raises JmsNotAskedError at once. One lookup
    every `seconds` is tried all the same, in the background, so that no search waits for the
    outcome; its answer closes the breaker. A lookup that its caller gives up counts as nothing. The
    owner calls `aclose` in the end.
    """

    def __init__(
        self,
        jms: Jms,
        rules: BreakerRules,
        metrics: GuardMetrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(jms)
        self._rules = rules
        self._metrics = metrics
        self._clock = clock
        self._failed_in_a_row = 0
        self._try_at: float | None = None  # open: when the JMS is tried next
        self._wanted: Sequence[str] = ()  # of the latest lookup
        self._waiting: set[asyncio.Timeout] = set()
        self._trial: asyncio.Task[None] | None = None

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        if not external_image_ids:
            return await self._jms.bookings(external_image_ids)
        self._wanted = external_image_ids
        if self._try_at is not None:
            self._metrics.not_asked.labels("breaker").inc()
            self._try(self._try_at)
            raise JmsNotAskedError
        return await self._asked(external_image_ids)

    @override
    async def ping(self) -> None:
        """Return when the JMS answers lookups; JmsNotAskedError while the breaker is open."""
        if self._try_at is not None:
            self._try(self._try_at)
            raise JmsNotAskedError
        await self._jms.ping()

    async def aclose(self) -> None:
        """Try no more."""
        if self._trial is not None:
            self._trial.cancel()
            await asyncio.wait([self._trial])

    async def _asked(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        try:
            async with asyncio.timeout(self._rules.patience) as patience:
                self._waiting.add(patience)
                try:
                    answers = await self._jms.bookings(external_image_ids)
                finally:
                    self._waiting.remove(patience)
        except TimeoutError as error:
            self._failed(error)
            raise JmsTimeoutError from error
        except Exception as error:
            self._failed(error)
            raise
        self._answered()
        return answers

    def _failed(self, error: Exception) -> None:
        self._failed_in_a_row += 1
        if self._try_at is None and self._failed_in_a_row >= self._rules.failures:
            self._try_at = self._clock() + self._rules.seconds
            self._end_waiting()
            self._metrics.breaker_open.set(1)
            self._metrics.breaker_openings.inc()
            _log.warning(
                "jms_breaker_opened",
                failed_in_a_row=self._failed_in_a_row,
                last=error.code if isinstance(error, CandidError) else type(error).__name__,
                tried_again_in=self._rules.seconds,
            )

    def _end_waiting(self) -> None:
        """Give up what is being asked: it began before, and would be waited for in vain."""
        now = asyncio.get_running_loop().time()
        for patience in self._waiting:
            if not patience.expired():
                patience.reschedule(now)

    def _answered(self) -> None:
        self._failed_in_a_row = 0
        if self._try_at is not None:
            self._try_at = None
            self._metrics.breaker_open.set(0)
            _log.info("jms_breaker_closed")

    def _try(self, try_at: float) -> None:
        if self._clock() < try_at or self._trial is not None:
            return
        self._trial = asyncio.create_task(self._tried())
        self._trial.add_done_callback(self._trial_ended)

    async def _tried(self) -> None:
        try:
            await self._asked(self._wanted)
        except Exception as error:  # noqa: BLE001 - nobody waits for it: the breaker stays open
            _log.debug("jms_still_failing", error=type(error).__name__)

    def _trial_ended(self, _: asyncio.Task[None]) -> None:
        self._trial = None
        if self._try_at is not None:
            self._try_at = self._clock() + self._rules.seconds

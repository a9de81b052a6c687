"""Any JMS, asked once for what several want now or wanted a moment ago."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from cachetools import TLRUCache
from typing_extensions import override

from adapters.jms.guards.metrics import GuardMetrics
from adapters.jms.guards.passing import PassingJms
from app.domain.booking import Booking
from app.domain.errors import JmsNotAskedError, JmsUnavailableError
from app.ports.jms import BookingAnswers, Jms
from app.ports.recent_bookings import RecentBookings

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class KeepingRules:
    """How long answers are kept, counted from when the JMS was asked: it may have changed since."""

    seconds: float
    missing_seconds: float  # where the JMS knew no booking
    most: int


@dataclass(frozen=True, slots=True)
class _Kept:
    booking: Booking | None  # None: the JMS knew none
    asked_at: datetime
    until: float  # on the clock


@dataclass(eq=False, slots=True)
class _Lookup:
    """One question to the JMS; whoever wants one of its ids waits for it."""

    ids: Sequence[str]
    asked_at: datetime
    began: float  # on the clock
    task: asyncio.Task[BookingAnswers]
    waiting: int = 0

    def failure(self) -> BaseException | None:
        """Return why nothing was learnt, once the task is done."""
        return JmsUnavailableError() if self.task.cancelled() else self.task.exception()


class RecentJms(PassingJms, RecentBookings):
    """Wraps a JMS; what is kept, or is being asked already, is not asked again.

    Whatever is left of a list is one question. A question goes on as long as somebody waits for
    it, whoever asked first. Failures are not kept. The owner calls `aclose` in the end.
    """

    def __init__(
        self,
        jms: Jms,
        rules: KeepingRules,
        metrics: GuardMetrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(jms)
        self._rules = rules
        self._metrics = metrics
        self._clock = clock
        self._kept: TLRUCache[str, _Kept, float] = TLRUCache(
            rules.most, lambda _, kept, __: kept.until, clock
        )
        self._running: dict[str, _Lookup] = {}
        self._tasks: set[asyncio.Task[BookingAnswers]] = set()
        self._tidying: asyncio.TimerHandle | None = None

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        wanted = dict.fromkeys(external_image_ids)
        kept = {one: known for one in wanted if (known := self._kept.get(one)) is not None}
        rest = [one for one in wanted if one not in kept]
        under_way = {one: self._running[one] for one in rest if one in self._running}
        new = [one for one in rest if one not in under_way]
        self._count(cache=len(kept), lookup=len(under_way), jms=len(new))
        lookups = {**under_way, **dict.fromkeys(new, self._begun(new))} if new else under_way
        await _ended(lookups.values(), self._give_up)
        return _answers(kept, lookups)

    @override
    def forget(self, external_image_ids: Collection[str]) -> None:
        for one in external_image_ids:
            self._kept.pop(one, None)
            self._running.pop(one, None)  # who waits gets the answer, dated; it is not kept

    async def aclose(self) -> None:
        """Give up what is being asked, and keep nothing."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._tidying is not None:
            self._tidying.cancel()
        self._kept.clear()

    def _count(self, **answered_by: int) -> None:
        for who, bookings in answered_by.items():
            self._metrics.bookings.labels(who).inc(bookings)

    def _begun(self, ids: Sequence[str]) -> _Lookup:
        task = asyncio.create_task(self._asked(ids))
        lookup = _Lookup(ids, _now(), self._clock(), task)
        self._running |= dict.fromkeys(ids, lookup)
        self._tasks.add(task)
        task.add_done_callback(lambda _: self._settle(lookup))
        return lookup

    async def _asked(self, ids: Sequence[str]) -> BookingAnswers:
        return await self._jms.bookings(ids)

    def _give_up(self, lookup: _Lookup) -> None:
        """Ask no longer what nobody waits for."""
        self._drop(lookup)
        lookup.task.cancel()

    def _drop(self, lookup: _Lookup) -> list[str]:
        """Return those of its ids that it was still the one to ask for."""
        current = [one for one in lookup.ids if self._running.get(one) is lookup]
        for one in current:
            del self._running[one]
        return current

    def _settle(self, lookup: _Lookup) -> None:
        self._tasks.discard(lookup.task)
        current = self._drop(lookup)
        if lookup.failure() is not None:
            return
        answers = lookup.task.result()
        for one in current:
            if one not in answers.unavailable:
                self._keep(one, answers.found.get(one), lookup)
        self._tidy_later()

    def _keep(self, external_image_id: str, booking: Booking | None, lookup: _Lookup) -> None:
        seconds = self._rules.seconds if booking else self._rules.missing_seconds
        until = lookup.began + seconds
        self._kept[external_image_id] = _Kept(booking, lookup.asked_at, until)

    def _tidy_later(self) -> None:
        """See to it that no booking stays in memory only because nobody asks."""
        self._metrics.kept.set(len(self._kept))
        if self._tidying is None and self._kept:
            wait = max(self._rules.seconds, self._rules.missing_seconds)
            self._tidying = asyncio.get_running_loop().call_later(wait, self._tidy)

    def _tidy(self) -> None:
        self._tidying = None
        self._kept.expire()
        self._tidy_later()


async def _ended(lookups: Iterable[_Lookup], give_up: Callable[[_Lookup], None]) -> None:
    """Wait for each; one that this was the last to wait for, and is not done, is given up."""
    each = set(lookups)
    for lookup in each:
        lookup.waiting += 1
    try:
        if each:
            await asyncio.wait([lookup.task for lookup in each])
    finally:
        for lookup in each:
            lookup.waiting -= 1
            if not lookup.waiting and not lookup.task.done():
                give_up(lookup)


def _answers(kept: Mapping[str, _Kept], lookups: Mapping[str, _Lookup]) -> BookingAnswers:
    """Put together what is known; raises why nothing was learnt, where nothing was."""
    failures = {one: why for one, lookup in lookups.items() if (why := lookup.failure())}
    if failures and not kept and len(failures) == len(lookups):
        raise next(iter(failures.values()))
    if told := {type(why).__name__ for why in failures.values()} - {JmsNotAskedError.__name__}:
        _log.warning("bookings_unavailable", bookings=len(failures), errors=sorted(told))
    found = {one: known.booking for one, known in kept.items() if known.booking is not None}
    unavailable = {*failures}
    asked_at = {one: known.asked_at for one, known in kept.items()}
    for one in lookups.keys() - failures.keys():
        answers = lookups[one].task.result()
        asked_at[one] = answers.asked_at.get(one, lookups[one].asked_at)
        if one in answers.unavailable:
            unavailable.add(one)
        elif one in answers.found:
            found[one] = answers.found[one]
    return BookingAnswers(found, frozenset(unavailable), asked_at)


def _now() -> datetime:
    """Return the time to the millisecond, as what is recorded: later words have later times."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)

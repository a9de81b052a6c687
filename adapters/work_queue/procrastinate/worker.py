"""What takes work out of the queue.

Procrastinate's own worker ends with the connection it lost and cancels what it was doing; this one
is made of the same calls, and goes on when the database is back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import structlog
from procrastinate.jobs import Job

from adapters.work_queue.procrastinate.jobs import Jobs, Kind
from adapters.work_queue.procrastinate.schedule import Schedule
from app.domain.errors import CandidError, RecordsUnavailableError

log = structlog.get_logger(__name__)

Handler = Callable[[str], Awaitable[object]]

BEAT_SECONDS = 10.0
"""How often a worker says that it lives, and looks for jobs of those that do not."""

_POLL = 5.0
"""Seconds after which an idle worker looks by itself, should it have heard of nothing."""

_PAUSE = 0.25
_LONGEST_PAUSE = 4.0
"""Seconds between attempts to reach the database, doubled each time up to the longest."""

_LATE = 600.0
"""Seconds after which a moment of the schedule that nobody was there for is left out."""

_LOOK = 60.0
"""Seconds that are slept at once: the clock may be set meanwhile."""

_FAREWELL = 3.0
"""Seconds in which a worker that ends may still tell the database."""

_NAMES = {Kind.LIST: "list", Kind.CHUNK: "chunk", Kind.SCHEDULED: "scheduled"}

_T = TypeVar("_T")


class QueueWorker:
    """Runs the jobs of one collection; what a job that was cut off had to do is asked for again.

    The listing and the chunks by whoever keeps the import going; the schedule's job returns.
    """

    def __init__(self, jobs: Jobs, schedule: Schedule | None = None) -> None:
        self._jobs = jobs
        self._schedule = schedule
        self._id: int | None = None
        self._entering = asyncio.Lock()
        self._news = asyncio.Event()
        self._is_away = False
        self._in_hand: list[Job] = []

    async def run(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        """Run up to so many jobs at once until cancelled, whatever becomes of the database.

        Handlers are called `list`, `chunk` and `scheduled`; they are given the import's id, the
        last one an empty text. What they raise is logged. When this is cancelled so are they.
        """
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen())
                group.create_task(self._live())
                if self._schedule is not None:
                    group.create_task(self._keep(self._schedule))
                for _ in range(concurrency):
                    group.create_task(self._work(handlers))
        finally:
            with suppress(RecordsUnavailableError, TimeoutError):
                async with asyncio.timeout(_FAREWELL):
                    await self._leave()

    async def _work(self, handlers: Mapping[str, Handler]) -> None:
        """Do one job after the other."""
        while True:
            news = self._news  # before looking, so that nothing is missed in between
            job = await self._surely(self._taken)
            if job is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_POLL):
                        await news.wait()
                continue
            self._in_hand.append(job)
            await _handled(job, handlers)
            self._in_hand.remove(job)
            await self._surely(partial(self._jobs.delete, job))

    async def _taken(self) -> Job | None:
        worker = await self._entered()
        try:
            return await self._jobs.take(worker)
        except RecordsUnavailableError:
            # A job may have been given whose answer was lost, or this worker was taken for dead.
            if self._id == worker:
                self._id = None
            raise

    async def _entered(self) -> int:
        async with self._entering:
            if self._id is None:
                self._id = await self._jobs.enter()
            return self._id

    async def _live(self) -> None:
        while True:
            await self._surely(self._beat)
            await asyncio.sleep(BEAT_SECONDS)

    async def _beat(self) -> None:
        await self._jobs.beat(await self._entered())

    async def _listen(self) -> None:
        """Wake those who wait for a job at each new one."""
        while True:
            await self._surely(self._heard)

    async def _heard(self) -> None:
        self._wake()  # for whatever came while nobody listened
        await self._jobs.listen(self._wake)

    def _wake(self) -> None:
        self._news, news = asyncio.Event(), self._news
        news.set()

    async def _keep(self, schedule: Schedule) -> None:
        """Put in what is due; all processes do, and the database takes each moment once."""
        done: datetime | None = None
        while True:
            now = datetime.now(UTC)
            due = schedule.last(now)
            if due != done and (now - due).total_seconds() < _LATE:
                put = partial(self._jobs.put_at, Kind.SCHEDULED, int(due.timestamp()))
                await self._surely(put)
            done = due
            seconds = (schedule.next(now) - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(min(max(seconds, 0.0), _LOOK) + 0.1)

    async def _leave(self) -> None:
        """Hand what was cut off to the others at once, and say good-bye."""
        for job in self._in_hand:
            await self._jobs.delete(job)
            await self._jobs.put_once(Kind(job.task_name), _import_of(job))
        if self._id is not None:
            await self._jobs.leave(self._id)

    async def _surely(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """Do it as soon as the database is there; that it is not is logged once."""
        pause = _PAUSE
        while True:
            try:
                result = await work()
            except RecordsUnavailableError as error:
                self._tell(error)
            else:
                self._tell(None)
                return result
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _tell(self, error: RecordsUnavailableError | None) -> None:
        if error is not None and not self._is_away:
            log.warning("work_queue_unavailable", reason=type(error.__cause__).__name__)
        if error is None and self._is_away:
            log.info("work_queue_back")
        self._is_away = error is not None


async def _handled(job: Job, handlers: Mapping[str, Handler]) -> None:
    import_id = _import_of(job)
    try:
        await handlers[_NAMES[Kind(job.task_name)]](import_id)
    except CandidError as error:
        log.warning(
            "import_job_failed",
            task=job.task_name,
            import_id=import_id,
            code=error.code,
            detail=str(error),
        )
    except Exception:
        log.exception("import_job_failed", task=job.task_name, import_id=import_id)


def _import_of(job: Job) -> str:
    return str(job.task_kwargs.get("import_id", ""))

"""The work queue of imports, in the records' database."""

from contextlib import AsyncExitStack
from zoneinfo import ZoneInfo

from adapters.records.postgres import connected
from adapters.work_queue.procrastinate import Jobs, QueueWorker, Schedule
from app.settings import PREFIX, Settings, SettingsError

_CONNECTIONS = 2
"""Of their own, and one that listens: a commit of photos never waits for a heartbeat."""


async def open_jobs(settings: Settings, database: str, stack: AsyncExitStack) -> Jobs:
    """Open the jobs of the service's collection; RecordsUnavailableError."""
    pool = await stack.enter_async_context(connected(database, _CONNECTIONS))
    return await Jobs.over(pool, settings.engine.collection_id)


def worker_of(settings: Settings, jobs: Jobs) -> QueueWorker:
    """Return a worker that also keeps the schedule, on the jail's clock; SettingsError."""
    cron = settings.imports.schedule
    if cron is None:
        return QueueWorker(jobs)
    try:
        return QueueWorker(jobs, Schedule(cron, ZoneInfo(settings.time_zone)))
    except ValueError as error:
        raise SettingsError(f"{PREFIX}IMPORTS__SCHEDULE: {error}") from error

"""What puts work into the queue."""

from typing_extensions import override

from adapters.work_queue.procrastinate.jobs import Jobs, Kind
from app.ports.work_queue import WorkQueue


class ProcrastinateQueue(WorkQueue):
    """The jobs of one collection; other collections of the database have theirs."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    @override
    async def listing(self, import_id: str) -> None:
        await self._jobs.put_once(Kind.LIST, import_id)

    @override
    async def chunks(self, import_id: str, count: int) -> None:
        await self._jobs.put(Kind.CHUNK, import_id, count)

    @override
    async def waiting(self) -> int:
        return await self._jobs.waiting()

"""A work queue in memory, for tests that are not about queues."""

from collections import Counter

from typing_extensions import override

from app.domain.errors import RecordsUnavailableError
from app.ports.work_queue import WorkQueue


class FakeWorkQueue(WorkQueue):
    """Counts what was asked for and not yet taken; a test takes jobs as a worker would.

    `asked` has every call, `("list", import_id, 1)` or `("chunk", import_id, count)`.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, int]] = []
        self.jobs: Counter[tuple[str, str]] = Counter()
        self.fails = False

    @override
    async def listing(self, import_id: str) -> None:
        self._refuse()
        self.asked.append(("list", import_id, 1))
        self.jobs["list", import_id] = 1

    @override
    async def chunks(self, import_id: str, count: int) -> None:
        self._refuse()
        self.asked.append(("chunk", import_id, count))
        self.jobs["chunk", import_id] += count

    @override
    async def waiting(self) -> int:
        self._refuse()
        return self.jobs.total()

    def take(self) -> tuple[str, str] | None:
        """Take one job off the queue, a listing first; None when nothing waits."""
        waiting = sorted(job for job, count in self.jobs.items() if count)
        listings = [job for job in waiting if job[0] == "list"]
        job = next(iter(listings or waiting), None)
        if job:
            self.jobs[job] -= 1
        return job

    def _refuse(self) -> None:
        if self.fails:
            raise RecordsUnavailableError

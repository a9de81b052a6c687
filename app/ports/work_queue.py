"""The work queue port: wakes workers for imports; the items themselves are leased from records."""

from typing import Protocol


class WorkQueue(Protocol):
    """Carries one job a chunk, never one a photo; every method raises RecordsUnavailableError.

    A job that is lost costs time only: whoever keeps an import going puts in what is missing.
    """

    async def listing(self, import_id: str) -> None:
        """Have the import's next pages listed; put in once however often it is asked for."""
        ...

    async def chunks(self, import_id: str, count: int) -> None:
        """Have so many chunks of the import's items worked on."""
        ...

    async def waiting(self) -> int:
        """Return how many jobs wait for a worker."""
        ...

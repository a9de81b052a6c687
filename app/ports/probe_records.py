"""The records of kept probes, and whose turn it is to purge."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.domain.kept_probe import DestroyedFor, KeptProbe


class ProbeRecords(Protocol):
    """Which searches' probes are kept; every method raises RecordsUnavailableError."""

    async def add(self, probe: KeptProbe) -> None:
        """Count a stored probe as kept; what is stored and never counted is an orphan."""
        ...

    async def of(self, search_id: str) -> KeptProbe | None:
        """Return what is known of a search's probe, also when it is destroyed."""
        ...

    async def kept(self, search_ids: Sequence[str]) -> frozenset[str]:
        """Return those whose probes are kept, whichever collection was searched: one store."""
        ...

    async def known(self, search_ids: Sequence[str]) -> frozenset[str]:
        """Return those whose probes are kept or were, whichever collection was searched."""
        ...

    async def of_bytes(self, sha256s: Sequence[str]) -> Sequence[KeptProbe]:
        """Return the probes of this collection that are kept and have one of these hashes."""
        ...

    async def collections(self) -> Sequence[str]:
        """Return every collection of whose searches probes are kept."""
        ...

    async def page(self, before: datetime, after: str | None, limit: int) -> Sequence[KeptProbe]:
        """Return probes that are kept since before a time, oldest first, after a search's.

        What was destroyed meanwhile, that of `after` too, does not matter.
        """
        ...

    async def claim(self, search_id: str) -> KeptProbe | None:
        """Return the kept probe for this unit alone; None when another unit has it, or it is gone.

        A review that is opened or closed meanwhile waits.
        """
        ...

    async def destroyed(self, search_id: str, at: datetime, why: DestroyedFor) -> None:
        """Keep of a probe its hash only."""
        ...

    async def review_opened(self, search_id: str) -> None:
        """Keep the probe until its review is closed; one that is not kept is no error."""
        ...

    async def review_closed(self, search_id: str, at: datetime) -> None:
        """Let the probe go when its days are over; one that is not kept is no error."""
        ...


class PurgeTurns(Protocol):
    """Whose turn it is; every method raises RecordsUnavailableError."""

    async def take(self, now: datetime, *, every: float, patience: float) -> bool:
        """Take the turn; False when the last one is less than `every` seconds ago.

        One that began and has not ended after `patience` seconds died, and does not count.
        """
        ...

    async def end(self, now: datetime) -> None:
        """Say that the turn was used."""
        ...

"""Port: who is kept out, whatever their identity provider says."""

from collections.abc import Sequence
from typing import Protocol

from app.domain.sign_in import BlockedPerson


class BlockRecords(Protocol):
    """Blocked people of the whole service, whichever collection the unit is about."""

    async def find(self, issuer: str, subject: str) -> BlockedPerson | None:
        """Return the block of this person, if there is one."""
        ...

    async def all(self) -> Sequence[BlockedPerson]:
        """Return every block, oldest first."""
        ...

    async def add(self, blocked: BlockedPerson) -> BlockedPerson:
        """Keep a block and return it; one that was there before stays and is returned."""
        ...

    async def remove(self, issuer: str, subject: str) -> BlockedPerson | None:
        """Lift a block and return it; None when there is none."""
        ...

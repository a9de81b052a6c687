"""The part of the records port that is about collections and their users.

Every method raises RecordsUnavailableError when the database cannot be used.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.domain.collection import Collection, User, UserFace


class CollectionRecords(Protocol):
    """The collections there are, whichever one the unit is about."""

    async def get(self, collection_id: str) -> Collection | None:
        """Return a collection; within a unit, nobody else removes it before the unit ends."""
        ...

    async def add(self, collection: Collection) -> bool:
        """Keep a collection; False when there is one of that id already (waits for its unit)."""
        ...

    async def page(self, after: str | None, limit: int) -> Sequence[Collection]:
        """Return collections in the order of their ids (bytewise)."""
        ...

    async def set_model(self, model: str) -> None:
        """Say of which model the faces of the unit's own collection are from now on."""
        ...

    async def remove(self) -> bool:
        """Forget the unit's own collection: its faces count no more, its users and photos go.

        False when there is none. Searches and the audit stay. Each photo that is kept leaves an
        intent to delete it.
        """
        ...

    async def with_intents(self) -> Sequence[str]:
        """Return the ids under which intents are open, deleted collections included."""
        ...


class UserRecords(Protocol):
    """The users of one collection."""

    async def get(self, user_id: str) -> User | None:
        """Return a user."""
        ...

    async def faces(self, user_ids: Sequence[str]) -> Mapping[str, Sequence[UserFace]]:
        """Return the current faces of each of these users; those there are not are missing."""
        ...

    async def add(self, user_id: str) -> bool:
        """Keep a user; False when there is one already (waits for its unit)."""
        ...

    async def remove(self, user_id: str) -> bool:
        """Forget a user, whose faces stay; False when there is none."""
        ...

    async def page(self, after: str | None, limit: int) -> Sequence[User]:
        """Return users in the order of their ids (bytewise)."""
        ...

    async def count(self) -> int:
        """Return how many there are."""
        ...

    async def get_locked(self, user_id: str) -> User | None:
        """Return a user and keep other units that ask so from it until this one ends."""
        ...

    async def associate(self, user_id: str, face_ids: Sequence[str]) -> Sequence[str]:
        """Count free faces for a user who is there; return those that were free to the last.

        Nobody else can take them until the unit ends.
        """
        ...

    async def disassociate(self, face_ids: Sequence[str]) -> None:
        """Count faces for no user from the commit on."""
        ...

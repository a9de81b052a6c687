"""The records of keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.domain.access import AccessKey, ApiKey


class KeyRecords(Protocol):
    """Keys of the whole service, whichever collection the unit is about."""

    async def find(self, prefix: str) -> ApiKey | None:
        """Return the key with this prefix; that of an access key is its id."""
        ...

    async def find_access_key(self, access_key_id: str) -> AccessKey | None:
        """Return the access key with its secret; None also for a key of another kind."""
        ...

    async def all(self) -> Sequence[ApiKey]:
        """Return every key of every kind, oldest first."""
        ...

    async def add(self, key: ApiKey) -> None:
        """Keep a key that is sent with each request."""
        ...

    async def add_access_key(self, access_key: AccessKey) -> None:
        """Keep an access key, its secret encrypted."""
        ...

    async def revoke(self, prefix: str, at: datetime) -> ApiKey | None:
        """Revoke a key and return it; None when there is none, or it was revoked before."""
        ...

    async def end(self, prefix: str, at: datetime) -> None:
        """Have a key end at a time, if it does not end before."""
        ...

    async def note_use(self, prefix: str, at: datetime) -> None:
        """Keep when a key was used last; an earlier time changes nothing."""
        ...

    async def lock(self) -> None:
        """Keep other units that ask so from the keys until this one ends."""
        ...

    async def add_first(self, key: ApiKey) -> bool:
        """Keep a key if there is none at all; False when there is one."""
        ...

"""The records of removals: rows that a service which was killed goes on from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.removal import Check, Removal, RemovalSubject, RemovedPhoto

SignedReceipt = Mapping[str, object]
"""A document with `receipt` and `signature`, ready to be written as JSON."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of asking every place; `receipt` is there once nothing is left."""

    checks: tuple[Check, ...]
    proved_at: datetime | None
    receipt: SignedReceipt | None
    try_at: datetime  # again, unless it is proved


class RemovalRecords(Protocol):
    """Removals of one collection; every method raises RecordsUnavailableError."""

    async def lock(self) -> None:
        """Keep other units that ask so from removing until this one ends."""
        ...

    async def photos_of(self, subject: RemovalSubject, value: str) -> Sequence[str]:
        """Return the ids of the photos on record that are meant, those not searchable too."""
        ...

    async def without_booking_number(self) -> int:
        """Count the photos on record of which no booking number is known."""
        ...

    async def add(self, removal: Removal, photos: Sequence[str], key: str | None) -> None:
        """Write a removal and the ids of its photos; `key` is its asker's Idempotency-Key."""
        ...

    async def of_key(self, asked_by: str, key: str) -> Removal | None:
        """Return the removal that was asked for with an Idempotency-Key."""
        ...

    async def latest_of(self, subject: RemovalSubject, value: str) -> Removal | None:
        """Return the newest removal of a subject."""
        ...

    async def get(self, removal_id: str) -> Removal | None:
        """Return a removal."""
        ...

    async def receipt(self, removal_id: str) -> SignedReceipt | None:
        """Return the receipt of a removal that is proved."""
        ...

    async def page(self, after: str | None, limit: int) -> Sequence[Removal]:
        """Return removals, newest first, after the one with id `after`."""
        ...

    async def photos(self, removal_id: str) -> Sequence[RemovedPhoto]:
        """Return the photos of a removal in the order of their ids."""
        ...

    async def waiting(self, removal_id: str, after: str, limit: int) -> Sequence[str]:
        """Return ids of photos not yet removed, in order, for this unit alone."""
        ...

    async def removed(self, removal_id: str, photos: Sequence[RemovedPhoto]) -> None:
        """Write what the photos were, and that they are removed."""
        ...

    async def drop(self, removal_id: str, photos: Sequence[str]) -> None:
        """Take photos out of a removal that does not mean them any more; it names them."""
        ...

    async def due(self, now: datetime, until: datetime) -> str | None:
        """Take a removal that is to be gone on with and return its id.

        Nobody else gets it before `until`: then who took it has died.
        """
        ...

    async def make_due(self, at: datetime, removal_id: str | None = None) -> None:
        """Have a removal gone on with from this time; without an id all that were tried before.

        Proved ones stay proved.
        """
        ...

    async def prove(self, removal_id: str, proof: Proof) -> bool:
        """Write what was found; False when it is proved already, which stays so."""
        ...

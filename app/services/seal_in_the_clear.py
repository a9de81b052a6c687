"""Use case: seal what an earlier program left in the clear, while everything is served."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import PhotoStoreUnavailableError
from app.domain.photo import sha256_in
from app.ports.clear_records import ClearRecords, InTheClear
from app.ports.photo_store import StoredKeys
from app.ports.records import Records
from app.services.recorded import refusals_recorded, utc_now

_TEMPLATES = 500
"""Sealed by one transaction, for which their removal waits."""

_PHOTOS = 4
"""At once, as many as a machine has cores to read and to encrypt them."""

_MOMENT = 0.2
"""Seconds for whoever is changing the faces that were passed over."""


class ClearPhotos(Protocol):
    """A photo store that may hold some photos in the clear; raises as PhotoStore does."""

    async def list(self, after: str | None) -> StoredKeys:
        """Return a page of keys."""
        ...

    async def seal(self, key: str) -> bool:
        """Seal one; False where it is sealed, or gone.

        Raises PhotoStoreUnavailableError for what is not the photo its key names: that stays.
        """
        ...


@dataclass(slots=True)
class Sealed:
    """How far it is; keys only."""

    templates: int = 0
    photos: int = 0
    looked_at: int = 0  # photos
    refused: list[str] = field(default_factory=list)  # keys of what is no photo of its name


@dataclass(frozen=True, slots=True)
class SealInTheClear:
    """Seals whatever is not sealed yet, so that who is stopped goes on where it was.

    That it begins is on record before anything is sealed.
    """

    clear: ClearRecords
    records: Records
    photos: ClearPhotos

    async def __call__(self, actor: Actor, told: Callable[[Sealed], None]) -> Sealed:
        """Seal everything, then have the table written anew; `told` hears how far it is.

        Raises what records, store and keys raise; done again it goes on.
        """

        def entry(outcome: str) -> AuditEntry:
            return AuditEntry(utc_now(), AuditAction.SEAL, actor, outcome)

        async with refusals_recorded(self.records, entry):
            await self._record(entry("answered"), {"step": "begun"})
            sealed = await self._sealed(told)
            counts = {"templates": sealed.templates, "photos": sealed.photos}
            refused = {"photo_keys_refused": sealed.refused}
            await self._record(entry("answered"), {"step": "ended", **counts, **refused})
        return sealed

    async def _record(self, entry: AuditEntry, details: Mapping[str, object]) -> None:
        async with self.records.unit() as unit:
            await unit.audit.append(replace(entry, details=details))

    async def _sealed(self, told: Callable[[Sealed], None]) -> Sealed:
        sealed = Sealed()
        await self._seal_templates(sealed, told)
        await self.clear.rewrite()
        await self.clear.done(InTheClear.TEMPLATES)
        async for keys in self._stored():
            await asyncio.gather(*(self._seal_photo(key, sealed) for key in keys))
            told(sealed)
        if not sealed.refused:
            await self.clear.done(InTheClear.PHOTOS)
        return sealed

    async def _seal_templates(self, sealed: Sealed, told: Callable[[Sealed], None]) -> None:
        while await self.clear.templates():
            count = await self.clear.seal_templates(_TEMPLATES)
            sealed.templates += count
            told(sealed)
            if not count:
                await asyncio.sleep(_MOMENT)

    async def _stored(self) -> AsyncIterator[Sequence[str]]:
        """Yield the keys of stored photos, a few at a time."""
        page = await self.photos.list(None)
        while True:
            keys = [key for key in page.items if sha256_in(key)]
            for start in range(0, len(keys), _PHOTOS):
                yield keys[start : start + _PHOTOS]
            if page.next is None:
                return
            page = await self.photos.list(page.next)

    async def _seal_photo(self, key: str, sealed: Sealed) -> None:
        """Seal one under the lock of its id, so that no removal comes between."""
        sealed.looked_at += 1
        try:
            async with self.records.unit() as unit:
                await unit.photos.get_locked(key.partition("/")[0])
                was_in_the_clear = await self.photos.seal(key)
            sealed.photos += was_in_the_clear
        except PhotoStoreUnavailableError:
            if not await self._answers():
                raise
            sealed.refused.append(key)

    async def _answers(self) -> bool:
        """Say whether the store serves others: then it is this photo that is not what it was."""
        try:
            await self.photos.list(None)
        except PhotoStoreUnavailableError:
            return False
        return True

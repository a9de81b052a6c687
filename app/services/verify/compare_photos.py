"""The photo store against the records: neither may have a photo that the other does not know."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass

from app.domain.verification import Finding, Found, Part, Tally
from app.ports.photo_store import PhotoStore
from app.ports.verification_records import VerificationRecords
from app.services.verify.streams import by_key, joined, kept, photos_on_record, stored_keys

_LACKS = "the photo store does not have it"
_UNNAMED = "no record and no work under way names it"


@dataclass(frozen=True, slots=True)
class ComparePhotos:
    """Both lists in the order of keys, side by side; what differs is looked at once more.

    Whoever stores a photo has an intent open before it, and until its record is committed: a photo
    that neither names at the second look is nobody's.
    """

    checked: VerificationRecords
    store: PhotoStore
    tally: Tally

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield missing and orphaned photos."""
        async for found in kept(self._suspects(), self._still):
            yield found

    async def _suspects(self) -> AsyncIterator[Found]:
        recorded = by_key(photos_on_record(self.checked))
        async for key, photo, stored in joined(recorded, stored_keys(self.store)):
            self.tally.looked_at[Part.PHOTOS] += stored is not None
            if photo is not None and stored is None:
                yield Found(Finding.MISSING_PHOTO, _LACKS, photo.external_image_id, key)
            elif photo is None:
                owner = key.partition("/")[0]
                yield Found(Finding.ORPHANED_PHOTO, _UNNAMED, owner, key)

    async def _still(self, suspects: Sequence[Found]) -> Sequence[Found]:
        missing = [one for one in suspects if one.finding is Finding.MISSING_PHOTO]
        orphans = [one for one in suspects if one.finding is Finding.ORPHANED_PHOTO]
        return [*await self._lacking(missing), *await self._unnamed(orphans)]

    async def _lacking(self, suspects: Sequence[Found]) -> Sequence[Found]:
        """Leave out what is there by now, or on record no longer."""
        records = await self.checked.photos_of([one.external_image_id or "" for one in suspects])
        there = await self._there([one.photo_key or "" for one in suspects])
        named = {record.photo_key for record in records.values()}
        return [one for one in suspects if one.photo_key in named - there]

    async def _unnamed(self, suspects: Sequence[Found]) -> Sequence[Found]:
        """Leave out what is named, or gone; and what came to be named while that was asked."""
        keys = [one.photo_key or "" for one in suspects]
        named = await self.checked.named(keys)
        there = await self._there([key for key in keys if key not in named])
        left = there - await self.checked.named(sorted(there))
        return [one for one in suspects if one.photo_key in left]

    async def _there(self, keys: Sequence[str]) -> frozenset[str]:
        are_there = await asyncio.gather(*map(self.store.exists, keys))
        return frozenset(key for key, is_there in zip(keys, are_there, strict=True) if is_there)

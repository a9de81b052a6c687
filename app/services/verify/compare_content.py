"""The bytes of photos: as stored against the records, and some as the JMS has them now."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from app.domain.errors import (
    PhotoMissingError,
    PhotoStoreUnavailableError,
    PhotoTooLargeError,
    UnsupportedPhotoError,
)
from app.domain.photo import sha256_of
from app.domain.record import IndexStatus
from app.domain.verification import CheckedPhoto, Finding, Found, Part, Tally
from app.ports.jms import Jms
from app.ports.photo_store import PhotoStore
from app.ports.verification_records import VerificationRecords
from app.services.verify.listing import Listing
from app.services.verify.streams import in_batches, photos_on_record

_AT_ONCE = 8
"""Photos in memory at the same time."""


@dataclass(frozen=True, slots=True)
class CompareContent:
    """Reads every stored photo that a record names."""

    checked: VerificationRecords
    store: PhotoStore
    tally: Tally

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield photos whose stored bytes are not those on record."""
        async for photos in in_batches(photos_on_record(self.checked), _AT_ONCE):
            for found in await asyncio.gather(*map(self._looked_at, photos)):
                if found is not None:
                    yield found

    async def _looked_at(self, photo: CheckedPhoto) -> Found | None:
        """Read one; a photo that is not there is another part's finding."""
        key = photo.photo_key
        if key is None or (trouble := await self._trouble(key, photo.sha256)) is None:
            return None
        now = (await self.checked.photos_of([photo.external_image_id])).get(photo.external_image_id)
        if now is None or now.photo_key != key:
            return None
        return Found(Finding.STALE_PHOTO, trouble, photo.external_image_id, key)

    async def _trouble(self, key: str, sha256: str | None) -> str | None:
        """Say what is wrong with a stored photo.

        A store that checks what it reads refuses a spoilt photo while it serves others.
        """
        try:
            stored = await self.store.get(key)
        except PhotoStoreUnavailableError as error:
            await self.store.ping()
            return str(error)
        self.tally.looked_at[Part.CONTENT] += 1
        if stored is None or await asyncio.to_thread(sha256_of, stored) == sha256:
            return None
        return "the stored bytes are not those on record"


@dataclass(frozen=True, slots=True)
class CompareSample:
    """Fetches some listed photos again, chosen by chance."""

    checked: VerificationRecords
    jms: Jms
    listing: Listing
    tally: Tally
    most: int

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield photos that the JMS has otherwise, or no longer."""
        names = self.listing.spool.chosen(self.most)
        for start in range(0, len(names), _AT_ONCE):
            for found in await self._looked_at(names[start : start + _AT_ONCE]):
                yield found

    async def _looked_at(self, names: Sequence[str]) -> Sequence[Found]:
        records = await self.checked.photos_of(names)
        indexed = [one for one in records.values() if one.status is IndexStatus.INDEXED]
        found = await asyncio.gather(*map(self._compared, indexed))
        return [one for one in found if one is not None]

    async def _compared(self, photo: CheckedPhoto) -> Found | None:
        name = photo.external_image_id
        ref = self.listing.ref(name)
        if ref is None:
            return None
        try:
            now = await self.jms.photo(ref)
        except (PhotoMissingError, PhotoTooLargeError, UnsupportedPhotoError) as error:
            detail = f"the JMS lists it and gives no photo: {error}"
            return Found(Finding.STALE_PHOTO, detail, name, photo.photo_key)
        self.tally.looked_at[Part.SAMPLE] += 1
        if await asyncio.to_thread(sha256_of, now) == photo.sha256:
            return None
        return Found(Finding.STALE_PHOTO, "the JMS has other bytes now", name, photo.photo_key)

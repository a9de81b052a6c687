"""The data keys against the records: whoever was removed has none, and everybody else has one."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from app.domain.errors import PhotoStoreUnavailableError
from app.domain.photo import sha256_in
from app.domain.verification import CheckedFace, Finding, Found, Part, Tally
from app.ports.data_keys import DataKeys, face_key_name, photo_key_name
from app.ports.photo_store import PhotoStore
from app.ports.verification_records import VerificationRecords
from app.services.verify.compare_probe_keys import CompareProbeKeys
from app.services.verify.streams import by_key, faces_on_record, joined, kept, photos_on_record

_PHOTO_LOST = "the key of its photo is gone, so that nobody can read the photo"
_FACE_LOST = "the key of its template is gone, so that no search finds it"
_NO_PHOTO = "the key of a photo that no record and no work under way names"
_NO_FACE = "the key of a face that is not kept"

FACE_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

SUSPECTS = 10_000
"""Keys of faces that are looked at a second time after one wait: some megabytes."""


@dataclass(frozen=True, slots=True)
class CompareKeys:
    """Names in their order beside the records; what differs is looked at once more."""

    checked: VerificationRecords
    keys: DataKeys
    store: PhotoStore
    collection: str
    tally: Tally
    patience: float  # seconds, for enrolments under way

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield missing and orphaned keys of photos, then of faces; orphaned ones of probes."""
        async for found in kept(self._photos(), self._still_photos):
            yield found
        async for found in kept(self._faces(), self._still_faces, SUSPECTS):
            yield found
        async for found in CompareProbeKeys(self.checked, self.keys, self.tally)():
            yield found

    async def _photos(self) -> AsyncIterator[Found]:
        recorded = by_key(photos_on_record(self.checked))
        async for key, photo, named in joined(recorded, self._names(photo_key_name(""))):
            self.tally.looked_at[Part.KEYS] += named is not None
            if photo is None and sha256_in(key):
                owner = key.partition("/")[0]
                yield Found(Finding.ORPHANED_KEY, _NO_PHOTO, owner, key)
            elif photo is not None and named is None:
                yield Found(Finding.MISSING_KEY, _PHOTO_LOST, photo.external_image_id, key)

    async def _faces(self) -> AsyncIterator[Found]:
        recorded = _by_id(faces_on_record(self.checked))
        names = self._names(face_key_name(self.collection, ""))
        async for face_id, face, named in joined(recorded, names):
            self.tally.looked_at[Part.KEYS] += named is not None
            if face is None and FACE_ID.fullmatch(face_id):
                yield Found(Finding.ORPHANED_KEY, _NO_FACE, face_id=face_id)
            elif face is not None and named is None and face.is_sealed:
                owner = face.external_image_id
                yield Found(Finding.MISSING_KEY, _FACE_LOST, owner, face_id=face_id)

    async def _names(self, start: str) -> AsyncIterator[tuple[str, str]]:
        """Yield what follows the start in the names that begin so, in their order."""
        page = await self.keys.names(start, None)
        while True:
            for name in page.items:
                yield name.removeprefix(start), name
            if page.next is None:
                return
            page = await self.keys.names(start, page.next)

    async def _still_photos(self, suspects: Sequence[Found]) -> Sequence[Found]:
        """Leave out what came to be named, or to have a key; and photos that need none."""
        orphans, missing = _sorted_out(suspects)
        keys = [one.photo_key or "" for one in orphans]
        named = await self.checked.named(keys)
        there = await self._there(photo_key_name(key) for key in keys if key not in named)
        named = await self.checked.named(keys)
        records = await self.checked.photos_of([one.external_image_id or "" for one in missing])
        recorded = {record.photo_key for record in records.values()}
        known = await self._there(photo_key_name(one.photo_key or "") for one in missing)
        return [
            *(one for one in orphans if self._is_left(one.photo_key, named, there)),
            *[
                one
                for one in missing
                if one.photo_key in recorded
                and photo_key_name(one.photo_key or "") not in known
                and await self._is_unreadable(one.photo_key or "")
            ],
        ]

    def _is_left(self, key: str | None, named: frozenset[str], there: frozenset[str]) -> bool:
        return key not in named and photo_key_name(key or "") in there

    async def _is_unreadable(self, key: str) -> bool:
        """Say whether what is stored needs the key: a photo in the clear has none.

        One that is refused is in the clear and spoilt, unless the store answers nothing at all.
        """
        try:
            stream = await self.store.stream(key)
        except PhotoStoreUnavailableError:
            await self.store.ping()
            return False
        if stream is not None:
            await stream.rest.aclose()
            return False
        return await self.store.exists(key)

    async def _still_faces(self, suspects: Sequence[Found]) -> Sequence[Found]:
        """Leave out faces that were committed meanwhile, or removed."""
        if any(one.finding is Finding.ORPHANED_KEY for one in suspects):
            await asyncio.sleep(self.patience)
        ids = [one.face_id or "" for one in suspects]
        current = await self.checked.faces_of(ids)
        there = await self._there(face_key_name(self.collection, one) for one in ids)
        left = list[Found]()
        for one in suspects:
            face = current.get(one.face_id or "")
            has_key = face_key_name(self.collection, one.face_id or "") in there
            is_lost = face is not None and face.is_sealed and not has_key
            is_orphan = face is None and has_key
            if is_orphan if one.finding is Finding.ORPHANED_KEY else is_lost:
                left.append(one)
        return left

    async def _there(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(await self.keys.of(names))


async def _by_id(faces: AsyncIterator[CheckedFace]) -> AsyncIterator[tuple[str, CheckedFace]]:
    async for face in faces:
        yield face.face_id, face


def _sorted_out(suspects: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Return the orphans, and what lacks its key."""
    orphans = [one for one in suspects if one.finding is Finding.ORPHANED_KEY]
    return orphans, [one for one in suspects if one.finding is Finding.MISSING_KEY]

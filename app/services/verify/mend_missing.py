"""Repairing what is missing: a face from the stored photo, a photo from the JMS."""

import asyncio
from dataclasses import dataclass, replace

from app.domain.audit import Actor
from app.domain.errors import PhotoStoreUnavailableError, SeveralFacesError
from app.domain.face import Face
from app.domain.photo import sha256_of
from app.domain.record import IndexAnswer, IndexOutcome, IndexStatus
from app.domain.verification import CheckedPhoto, Finding, Found, Mend
from app.ports.jms import Jms
from app.ports.photo_store import PhotoStore
from app.ports.records import Records
from app.ports.verification_records import VerificationRecords
from app.services.index_call import IndexRequest
from app.services.index_photo import IndexPhoto
from app.services.verify.compare_faces import common_share
from app.services.verify.listing import Listing
from app.services.verify.mend_orphans import entry_of

_IMPORT_AGAIN = "import it again: `candid import start --mode force`"
"""In any other mode an import passes over what is on record."""

_DONE_BEFORE = Mend(is_done=True, what="mended meanwhile")
_INDEXED = Mend(is_done=True, what="indexed again from the photo store")


@dataclass(frozen=True, slots=True)
class MendMissing:
    """Indexes as every index call does, under the name of `actor`."""

    checked: VerificationRecords
    records: Records
    store: PhotoStore
    index: IndexPhoto
    jms: Jms | None
    listing: Listing
    actor: Actor

    async def face(self, found: Found) -> Mend:
        """Index a photo again whose face is missing or of another model."""
        photo = await self._photo(found)
        if photo is None or photo.photo_key is None:
            what = "its photo was not kept; whoever has it must index it again"
            return Mend(is_done=False, what=what)
        if refusal := await self._refusal(found, photo):
            return refusal
        stored = await self._stored(photo)
        if stored is None:
            return Mend(is_done=False, what=f"its stored photo is of no use; {_IMPORT_AGAIN}")
        answer = await self._indexed(photo, stored)
        if answer.outcome is not IndexOutcome.UNCHANGED:
            return _INDEXED
        if found.finding is not Finding.MISSING_KEY and await self._is_findable(found):
            return _DONE_BEFORE
        await self._forget(found)
        await self._indexed(photo, stored)
        return _INDEXED

    async def photo(self, found: Found) -> Mend:
        """Fetch a photo from the JMS that the store lost or spoilt."""
        photo = await self._photo(found)
        if photo is None or photo.photo_key != found.photo_key:
            return _DONE_BEFORE
        if found.finding is Finding.STALE_PHOTO and await self._stored(photo) is not None:
            return Mend(is_done=False, what="import it again, in the mode `changed`")
        ref = self.listing.ref(photo.external_image_id)
        if self.jms is None or ref is None:
            return Mend(is_done=False, what=_IMPORT_AGAIN)
        fetched = await self.jms.photo(ref)
        if await asyncio.to_thread(sha256_of, fetched) == photo.sha256:
            return await self._put_back(found, fetched)
        await self._indexed(photo, fetched)
        return Mend(is_done=True, what="the JMS has another photo now, which was indexed")

    async def _photo(self, found: Found) -> CheckedPhoto | None:
        name = found.external_image_id or ""
        photo = (await self.checked.photos_of([name])).get(name)
        is_kept = photo is not None and photo.status is not IndexStatus.REMOVED
        return photo if is_kept else None

    async def _refusal(self, found: Found, photo: CheckedPhoto) -> Mend | None:
        """Say why a photo must not be indexed now, or need not be."""
        named = {face.face_id for face in photo.named}
        passing = (await self.checked.models()).passing
        counted = {face.face_id for face in photo.current if face.model not in passing}
        if counted - named:
            what = "clients added faces under this id, which indexing it again would remove"
            return Mend(is_done=False, what=what)
        if found.face_id is not None and found.face_id not in named:
            return _DONE_BEFORE
        importing = await self.checked.importing()
        if found.finding is Finding.WRONG_MODEL and importing:
            return Mend(is_done=False, what=f"left to the import {importing}, which is open")
        return None

    async def _stored(self, photo: CheckedPhoto) -> bytes | None:
        """Return the stored photo when it is the one on record.

        A store that checks what it reads refuses a spoilt photo while it serves others.
        """
        try:
            stored = await self.store.get(photo.photo_key or "")
        except PhotoStoreUnavailableError:
            await self.store.ping()
            return None
        if stored is None or await asyncio.to_thread(sha256_of, stored) != photo.sha256:
            return None
        return stored

    async def _indexed(self, photo: CheckedPhoto, stored: bytes) -> IndexAnswer:
        """Index, and sweep at once what that left: no service may be running beside."""
        request = IndexRequest(stored, photo.external_image_id, photo.view)
        try:
            answer = await self.index(request, self.actor)
        except SeveralFacesError as error:
            face = _the_same(photo, error.faces)
            if face is None:
                raise
            answer = await self.index(replace(request, face=face), self.actor)
        await self.index.sweep.photo(photo.external_image_id)
        return answer

    async def _is_findable(self, found: Found) -> bool:
        """Say whether another process mended it; of a face held elsewhere only that says so."""
        if found.face_id is None:
            return False
        description = await self.index.engine.describe()
        face = (await self.checked.faces_of([found.face_id])).get(found.face_id)
        is_here = face is not None and face.has_template and not description.holds_faces
        return is_here and face is not None and face.model == description.model

    async def _forget(self, found: Found) -> None:
        """Let the photo be whole no longer: what no search finds counts no more."""
        async with self.records.unit() as unit:
            record = await unit.photos.get_locked(found.external_image_id or "")
            if found.face_id is not None:
                await unit.faces.remove([found.face_id])
            elif record is not None and record.status is IndexStatus.INDEXED:
                await unit.photos.put(replace(record, model=None), {})
            await unit.audit.append(entry_of(self.actor, found, "to be indexed again"))

    async def _put_back(self, found: Found, photo: bytes) -> Mend:
        name, key = found.external_image_id or "", found.photo_key or ""
        async with self.records.unit() as unit:
            record = await unit.photos.get_locked(name)
            if record is None or record.photo_key != key:
                return _DONE_BEFORE
            if found.finding is Finding.STALE_PHOTO:
                await self.store.delete(key)  # a store may refuse to write over what it has
            await self.store.put(key, photo)
            await unit.audit.append(entry_of(self.actor, found, "fetched again"))
        return Mend(is_done=True, what="fetched from the JMS again")


def _the_same(photo: CheckedPhoto, faces: tuple[Face, ...]) -> int | None:
    """Return which of a photo's faces is the one on record."""
    boxes = [face.box for face in photo.named if face.box is not None]
    if not boxes or not faces:
        return None
    shares = [common_share(boxes[0], face.box) for face in faces]
    return shares.index(max(shares)) if max(shares) > 0 else None

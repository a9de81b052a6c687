"""Use case: make the faces of a photo findable in a collection, as IndexFaces does."""

import asyncio
from dataclasses import dataclass, field, replace
from functools import partial

from app.domain.audit import AuditAction, AuditEntry
from app.domain.collection import CollectionFace, image_id_of
from app.domain.errors import CollectionNotFoundError, ModelSwitchedError, TombstonedError
from app.domain.photo import View, checked_external_image_id, sha256_of
from app.domain.record import FaceRecord, IndexStatus, PhotoRecord, Standing
from app.ports.face_engine import EnrolledFaces
from app.ports.records import Unit
from app.services.collections.answers import IndexedFaces
from app.services.collections.call import CollectionCall, Image
from app.services.collections.galleries import Galleries, Gallery
from app.services.collections.sweep_collections import SweepCollections
from app.services.enrichment import Enrichment
from app.services.enrolment import Enrolment
from app.services.recorded import refusals_recorded, utc_now
from app.services.turns import Turns
from app.services.waiting_room import standing_aside


@dataclass(frozen=True, slots=True)
class _Asked:
    """An image to index, read and named."""

    photo: bytes
    sha256: str
    external_image_id: str  # the image id where none was given
    is_named: bool
    most: int
    filtered: bool


@dataclass(frozen=True, slots=True)
class IndexFaces:
    """Add faces beside those there are; the photo itself is not kept."""

    galleries: Galleries
    enrichment: Enrichment
    sweep: SweepCollections
    turns: Turns = field(default_factory=Turns)

    async def __call__(
        self,
        collection_id: str,
        image: Image,
        external_image_id: str | None,
        most: int,
        filtered: bool,  # noqa: FBT001 - as the port has it
        call: CollectionCall,
    ) -> IndexedFaces:
        """Index the largest `most` faces; the same image under the same id adds nothing.

        `filtered` leaves out faces too poor for a gallery. Raises CollectionNotFoundError,
        CollectionModelError, InvalidExternalImageIdError, TombstonedError (the id was removed on
        purpose), ObjectNotReadableError and what the engine and the records raise.
        """
        records = self.galleries.records.of(collection_id)
        entry = partial(_entry, call, external_image_id)
        async with refusals_recorded(records, entry), self.galleries.still_there(collection_id):
            gallery = await self.galleries.opened(collection_id)
            photo = await self.galleries.photo(image)
            asked = _asked(photo, external_image_id, most, filtered=filtered)
            entry = partial(_entry, call, external_image_id, photo_sha256=asked.sha256)
            async with self.turns.of(f"{collection_id}/{asked.external_image_id}"):
                try:
                    return await self._index(gallery, asked, entry)
                except ModelSwitchedError:
                    gallery = await self.galleries.opened(collection_id)
                    return await self._index(gallery, asked, entry)

    async def _index(
        self, gallery: Gallery, asked: _Asked, entry: "partial[AuditEntry]"
    ) -> IndexedFaces:
        enrolment = Enrolment.begin(asked.external_image_id, asked.sha256, of_faces=True)
        async with gallery.records.unit() as unit:
            await _check_not_removed(unit, asked)
            if gallery.description.holds_faces:
                await unit.intents.open(enrolment.intent)
        sweep = await self.sweep.of(gallery.collection.collection_id)
        async with enrolment.settled_on_failure(gallery.records, sweep):
            return await self._carry_out(gallery, asked, enrolment, entry)

    async def _carry_out(
        self, gallery: Gallery, asked: _Asked, enrolment: Enrolment, entry: "partial[AuditEntry]"
    ) -> IndexedFaces:
        asking = asyncio.create_task(self._standing(asked))
        try:
            enrolment.asked = gallery.description.holds_faces
            given = asked.external_image_id if asked.is_named else None
            enrolled = await gallery.engine.enrol_all(
                asked.photo, given, asked.most, filtered=asked.filtered
            )
            enrolment.face_ids = tuple(face.face_id for face in enrolled.kept)
            async with standing_aside():
                standing = await asking
        finally:
            asking.cancel()
        async with gallery.records.unit() as unit:
            if await unit.collections.get(gallery.collection.collection_id) is None:
                raise CollectionNotFoundError
            await _check_not_removed(unit, asked)
            faces = await _keep(unit, asked, enrolled, standing, gallery)
            await unit.intents.close([enrolment.intent.intent_id])
            await unit.audit.append(_answered(entry(), gallery, enrolment.face_ids))
        return IndexedFaces(faces, enrolled.refused, enrolled.model)

    async def _standing(self, asked: _Asked) -> Standing:
        if not asked.is_named:
            return Standing()
        enriched = await self.enrichment([asked.external_image_id])
        return enriched.standings().get(asked.external_image_id, Standing())


def _asked(photo: bytes, external_image_id: str | None, most: int, *, filtered: bool) -> _Asked:
    if external_image_id is not None:
        checked_external_image_id(external_image_id)
    sha256 = sha256_of(photo)
    name = external_image_id or image_id_of(sha256)
    return _Asked(photo, sha256, name, external_image_id is not None, most, filtered)


async def _check_not_removed(unit: Unit, asked: _Asked) -> None:
    """Let a removal stand: a list that is indexed every night must not bring anybody back."""
    known = await unit.photos.get_locked(asked.external_image_id)
    if known is not None and known.status is IndexStatus.REMOVED:
        raise TombstonedError(
            "This ExternalImageId was removed on purpose. To index it again, send the photo to "
            "POST /index with restore=true."
        )


async def _keep(
    unit: Unit, asked: _Asked, enrolled: EnrolledFaces, standing: Standing, gallery: Gallery
) -> tuple[CollectionFace, ...]:
    """Make the faces current, and give a named photo its record: that is where its standing is."""
    faces = tuple(
        CollectionFace(
            face_id=one.face_id,
            image_id=image_id_of(asked.sha256),
            external_image_id=asked.external_image_id,
            is_named=asked.is_named,
            face=one.face,
            model=enrolled.model,
            standing=standing,
        )
        for one in enrolled.kept
    )
    templates = {one.face_id: one.template for one in enrolled.kept if one.template is not None}
    name = asked.external_image_id
    record = _record(asked, enrolled, standing, gallery)
    if faces and asked.is_named and (now := await _recorded(unit, record)):
        await unit.photos.put(now, templates)
    else:
        await unit.faces.add(faces, templates)
        await unit.standings.remember({name: standing} if standing.as_of else {})
    return faces


async def _recorded(unit: Unit, record: PhotoRecord) -> PhotoRecord | None:
    """Return the record to write: none where faces only come beside others, or another photo's."""
    known = await unit.photos.get(record.external_image_id)
    if known is None:
        return record
    if known.status is not IndexStatus.SKIPPED or await unit.faces.of_photos(
        [record.external_image_id]
    ):
        return None
    if known.photo_key is None:
        return record
    kept = replace(record, photo_key=known.photo_key, view=known.view)
    return kept if known.sha256 == record.sha256 else None


def _record(
    asked: _Asked, enrolled: EnrolledFaces, standing: Standing, gallery: Gallery
) -> PhotoRecord:
    return PhotoRecord(
        external_image_id=asked.external_image_id,
        status=IndexStatus.INDEXED,
        view=View.FRONT,
        sha256=asked.sha256,
        photo_key=None,
        size=enrolled.size,
        faces=tuple(FaceRecord(one.face_id, one.face) for one in enrolled.kept),
        engine=gallery.description.name,
        model=enrolled.model,
        changed_at=utc_now(),
        standing=standing,
    )


def _entry(
    call: CollectionCall,
    external_image_id: str | None,
    outcome: str = "answered",
    photo_sha256: str | None = None,
) -> AuditEntry:
    entry = call.entry(AuditAction.INDEX, outcome)
    return replace(entry, external_image_id=external_image_id, photo_sha256=photo_sha256)


def _answered(entry: AuditEntry, gallery: Gallery, face_ids: tuple[str, ...]) -> AuditEntry:
    described = gallery.description
    details = {**entry.details, "face_ids": face_ids}
    return replace(entry, engine=described.name, model=described.model, details=details)

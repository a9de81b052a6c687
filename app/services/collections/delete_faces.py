"""Use case: let faces be found no more, as DeleteFaces does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

from app.domain.audit import AuditAction
from app.domain.collection import CollectionFace
from app.domain.errors import CollectionNotFoundError
from app.domain.record import IndexStatus, Intent, IntentKind, PhotoRecord
from app.ports.records import Unit
from app.services.collections.answers import DeletedFaces, UndeletedFace
from app.services.collections.call import CollectionCall
from app.services.collections.galleries import Galleries
from app.services.collections.sweep_collections import SweepCollections
from app.services.recorded import refusals_recorded, utc_now

_ACTION = AuditAction.REMOVE

DELETED = "face_deleted"
"""Why a stored photo is searchable no more; indexing it again makes it so."""


@dataclass(frozen=True, slots=True)
class DeleteFaces:
    """Hidden by the commit, then gone from the engine. No tombstone: a client may index again."""

    galleries: Galleries
    sweep: SweepCollections

    async def __call__(
        self, collection_id: str, face_ids: Sequence[str], call: CollectionCall
    ) -> DeletedFaces:
        """Delete faces that belong to no user; say which were not. CollectionNotFoundError."""
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        wanted = list(dict.fromkeys(face_ids))
        async with refusals_recorded(records, entry), records.unit() as unit:
            if await unit.collections.get(collection_id) is None:
                raise CollectionNotFoundError
            answer, gone = _sorted_out(wanted, await unit.faces.of(wanted))
            await _remove(unit, gone)
            details = {**entry().details, "face_ids": answer.face_ids}
            await unit.audit.append(replace(entry(), details=details))
        if gone and not await self.sweep.collection(collection_id):
            self.sweep.soon()
        return answer


def _sorted_out(
    wanted: Sequence[str], held: Mapping[str, CollectionFace]
) -> tuple[DeletedFaces, list[CollectionFace]]:
    gone = [held[one] for one in wanted if one in held and held[one].user_id is None]
    refused = tuple(
        UndeletedFace(one, held[one].user_id, "ASSOCIATED_TO_AN_EXISTING_USER")
        if one in held
        else UndeletedFace(one, None, "FACE_NOT_FOUND")
        for one in wanted
        if one not in held or held[one].user_id is not None
    )
    return DeletedFaces(tuple(face.face_id for face in gone), refused), gone


async def _remove(unit: Unit, gone: Sequence[CollectionFace]) -> None:
    by_photo: dict[str, set[str]] = {}
    for face in gone:
        by_photo.setdefault(face.external_image_id, set()).add(face.face_id)
    records = [await unit.photos.get_locked(one) for one in sorted(by_photo)]
    await unit.faces.remove([face.face_id for face in gone])
    left = await unit.faces.of_photos(list(by_photo))
    still = {face.external_image_id for face in left}
    for external_image_id, face_ids in by_photo.items():
        await unit.intents.open(_discard(external_image_id, sorted(face_ids)))
    for record in records:
        if record is not None and record.status is IndexStatus.INDEXED:
            await _adjust(unit, record, still)


async def _adjust(unit: Unit, record: PhotoRecord, still: set[str]) -> None:
    """Keep a photo's record true: without a face it is only stored, or nothing at all."""
    if record.external_image_id in still:
        return
    if record.photo_key is None:
        await unit.photos.forget([record.external_image_id])
        return
    skipped = replace(
        record, status=IndexStatus.SKIPPED, reason=DELETED, faces=(), changed_at=utc_now()
    )
    await unit.photos.put(skipped, {})


def _discard(external_image_id: str, face_ids: list[str]) -> Intent:
    kind = IntentKind.DISCARD
    return Intent(str(uuid4()), kind, external_image_id, None, tuple(face_ids), utc_now())

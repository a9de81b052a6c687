"""Use case: let faces be found no more, as DeleteFaces does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.collection import CollectionFace
from app.domain.errors import CollectionNotFoundError
from app.domain.record import IndexStatus, Intent, IntentKind, PhotoRecord
from app.ports.records import Unit
from app.services.collections.answers import DeletedFaces, UndeletedFace
from app.services.collections.call import CollectionCall
from app.services.collections.galleries import Galleries
from app.services.collections.sweep_collections import SweepCollections
from app.services.forgetting.holding import check_not_held
from app.services.recorded import refusals_recorded, utc_now

_ACTION = AuditAction.REMOVE

DELETED = "face_deleted"
"""Why a stored photo is searchable no more; indexing it again makes it so."""

_BATCH = 100
"""Faces deleted by one unit: searches wait for its commit, and its locks are the server's."""

_AT_ONCE = 10
"""Photos of which the engine forgets the faces before the answer; more are left to the sweeper."""


@dataclass(frozen=True, slots=True)
class DeleteFaces:
    """Hidden by the commit, then gone from the engine. No tombstone: a client may index again."""

    galleries: Galleries
    sweep: SweepCollections

    async def __call__(
        self, collection_id: str, face_ids: Sequence[str], call: CollectionCall
    ) -> DeletedFaces:
        """Delete faces that belong to no user; say which were not.

        Raises CollectionNotFoundError, and PreservationHoldError where a hold is on a face's photo.
        When it fails half-way, what was deleted until then is deleted, and recorded.
        """
        wanted = list(dict.fromkeys(face_ids))
        if len(wanted) > _BATCH:
            await self._check_not_held(collection_id, wanted, call)
        answers, photos = list[DeletedFaces](), dict[str, None]()
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            answer, gone = await self._delete(collection_id, batch, call)
            answers.append(answer)
            photos |= dict.fromkeys(face.external_image_id for face in gone)
        if len(photos) > _AT_ONCE or not await self.sweep.photos(collection_id, list(photos)):
            self.sweep.soon()
        return DeletedFaces(
            tuple(face_id for answer in answers for face_id in answer.face_ids),
            tuple(refused for answer in answers for refused in answer.refused),
        )

    async def _check_not_held(
        self, collection_id: str, wanted: Sequence[str], call: CollectionCall
    ) -> None:
        """Refuse it whole, before anything is deleted; each unit looks again."""
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry), records.view() as view:
            _, gone = _sorted_out(wanted, await view.faces.of(wanted))
            await check_not_held(view, sorted({face.external_image_id for face in gone}))

    async def _delete(
        self, collection_id: str, wanted: Sequence[str], call: CollectionCall
    ) -> tuple[DeletedFaces, list[CollectionFace]]:
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry), records.unit() as unit:
            if await unit.collections.get(collection_id) is None:
                raise CollectionNotFoundError
            answer, gone = _sorted_out(wanted, await unit.faces.of(wanted))
            if gone:
                photos = sorted({face.external_image_id for face in gone})
                await unit.photos.all_locked(photos)
                await check_not_held(unit, photos)
                await _remove(unit, gone)
            details = {**entry().details, "face_ids": answer.face_ids}
            await unit.audit.append(replace(entry(), details=details))
        return answer, gone


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
    by_photo: dict[str, list[str]] = {}
    for face in gone:
        by_photo.setdefault(face.external_image_id, []).append(face.face_id)
    records = await unit.photos.all_locked(list(by_photo))
    for external_image_id, face_ids in by_photo.items():
        await unit.intents.open(_discard(external_image_id, face_ids))
    await unit.faces.remove([face.face_id for face in gone])
    left = await unit.faces.of_photos(list(by_photo))
    still = {face.external_image_id for face in left}
    await _adjust(unit, [one for one in records if one.external_image_id not in still])


async def _adjust(unit: Unit, faceless: Iterable[PhotoRecord]) -> None:
    """Keep the records true of photos without a face: they are only stored, or nothing at all.

    What the JMS said of a person who may not be shown is kept, for who indexes the photo again
    while the JMS is silent.
    """
    forgotten = list[str]()
    for record in faceless:
        if record.status is not IndexStatus.INDEXED:
            continue
        if record.photo_key is None and record.standing.status is RecordStatus.ACTIVE:
            forgotten.append(record.external_image_id)
        else:
            await unit.photos.put(_skipped(record), {})
    await unit.photos.forget(forgotten)


def _skipped(record: PhotoRecord) -> PhotoRecord:
    status, now = IndexStatus.SKIPPED, utc_now()
    return replace(record, status=status, reason=DELETED, faces=(), changed_at=now)


def _discard(external_image_id: str, face_ids: Sequence[str]) -> Intent:
    kind = IntentKind.DISCARD
    return Intent(str(uuid4()), kind, external_image_id, None, tuple(face_ids), utc_now())

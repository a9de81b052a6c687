"""Hiding photos for good: one commit leaves tombstones, and what is to be done outside."""

from collections.abc import Sequence
from uuid import uuid4

from app.domain.record import IndexStatus, Intent, IntentKind, PhotoRecord
from app.domain.removal import RemovalReason, RemovedPhoto
from app.ports.records import Unit
from app.services.recorded import utc_now


async def bury(
    unit: Unit, external_image_ids: Sequence[str], reason: RemovalReason
) -> list[RemovedPhoto]:
    """Leave tombstones of photos; return what they were, those that were none any more too.

    The sweeper then destroys photos and faces. First answers that name the photos go at once.
    """
    known = await unit.photos.all_locked(external_image_ids)
    if reason.hides_booking:
        await unit.booking_numbers.hide(external_image_ids)
    records = {one.external_image_id: one for one in known}
    buried = [await _buried(unit, one, records.get(one)) for one in external_image_ids]
    await unit.answers.forget_naming(external_image_ids)  # after the photos, as searches lock them
    return buried


async def _buried(unit: Unit, external_image_id: str, record: PhotoRecord | None) -> RemovedPhoto:
    if record is None or record.status is IndexStatus.REMOVED:
        at = record.changed_at if record else utc_now()
        return RemovedPhoto(external_image_id, removed_at=at)
    held = await unit.faces.of_photos([external_image_id])
    faces = {face.face_id for face in held} | {face.face_id for face in record.faces}
    tombstone = _tombstone(record)
    await unit.photos.put(tombstone, {})
    intent = Intent(
        intent_id=str(uuid4()),
        kind=IntentKind.DISCARD,
        external_image_id=external_image_id,
        photo_key=record.photo_key,
        face_ids=tuple(sorted(faces)),
        opened_at=utc_now(),
    )
    await unit.intents.open(intent)
    return RemovedPhoto(
        external_image_id=external_image_id,
        sha256=record.sha256,
        photo_key=record.photo_key,
        face_ids=intent.face_ids,
        engine=record.engine,
        model=record.model,
        removed_at=tombstone.changed_at,
    )


def _tombstone(record: PhotoRecord) -> PhotoRecord:
    return PhotoRecord(
        external_image_id=record.external_image_id,
        status=IndexStatus.REMOVED,
        view=record.view,
        sha256=None,
        photo_key=None,
        size=None,
        faces=(),
        engine=None,
        model=None,
        changed_at=utc_now(),
    )

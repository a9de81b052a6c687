"""The several photos of one person, searched together where the engine can do so."""

from uuid import uuid4

from app.domain.collection import MOST_FACES_OF_USER
from app.domain.record import IndexStatus, Intent, IntentKind, PhotoRecord
from app.ports.face_engine import FaceEngine
from app.ports.records import Records
from app.services.recorded import utc_now


def union_of(record: PhotoRecord) -> Intent | None:
    """Return what is left to do once a photo of a known person is indexed."""
    if record.status is not IndexStatus.INDEXED or record.standing.person_id is None:
        return None
    kind = IntentKind.UNITE
    return Intent(str(uuid4()), kind, record.external_image_id, None, (), utc_now())


async def unite_person(engine: FaceEngine, records: Records, intent: Intent) -> bool:
    """Unite the newest photos of the person of a photo, and close the intent.

    Raises what the engine and the records raise; then the intent is still open.
    """
    async with records.view() as view:
        record = await view.photos.get(intent.external_image_id)
        person_id = record.standing.person_id if record else None
        photos = await view.photos.of_people([person_id] if person_id else [])
    newest = sorted(photos, key=lambda photo: photo.changed_at, reverse=True)
    face_ids = [face.face_id for photo in newest for face in photo.faces][:MOST_FACES_OF_USER]
    if person_id and len(face_ids) > 1:
        await engine.unite(person_id, face_ids)
    async with records.unit() as unit:
        await unit.intents.close([intent.intent_id])
    return True

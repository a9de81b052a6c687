"""Use case: forget a photo and its faces, and keep it forgotten."""

import asyncio
from dataclasses import dataclass
from uuid import uuid4

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import NotIndexedError
from app.domain.photo import checked_external_image_id
from app.domain.record import IndexStatus, Intent, IntentKind, PhotoRecord
from app.ports.records import Records, Unit
from app.services.recorded import refusals_recorded, utc_now
from app.services.sweep_intents import SweepIntents, say_failure

_SECONDS = 10.0
"""How long the caller waits for engine and store; what takes longer is the sweeper's."""


@dataclass(frozen=True, slots=True)
class RemovePhoto:
    """Remove a photo: hidden by the commit, then gone from engine and photo store."""

    records: Records
    sweep: SweepIntents
    seconds: float = _SECONDS

    async def __call__(self, external_image_id: str, actor: Actor) -> None:
        """Leave only a tombstone; NotIndexedError when there is nothing to remove."""
        checked_external_image_id(external_image_id)

        def entry(outcome: str) -> AuditEntry:
            return AuditEntry(
                utc_now(), AuditAction.REMOVE, actor, outcome, external_image_id=external_image_id
            )

        async with refusals_recorded(self.records, entry), self.records.unit() as unit:
            await _bury(unit, external_image_id)
            await unit.audit.append(entry("answered"))
        if not await asyncio.shield(self._swept(external_image_id)):
            self.sweep.soon()

    async def _swept(self, external_image_id: str) -> bool:
        """Try to be thorough at once; it is hidden already, so what fails is left for later."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self.sweep.photo(external_image_id)
        except TimeoutError:
            return False
        except Exception as error:  # noqa: BLE001 - the removal itself is done
            say_failure("removal_left_to_sweeper", error)
            return False


async def _bury(unit: Unit, external_image_id: str) -> None:
    record = await unit.photos.get_locked(external_image_id)
    if record is None or record.status is IndexStatus.REMOVED:
        raise NotIndexedError
    held = await unit.faces.of_photos([external_image_id])
    faces = {face.face_id for face in held} | {face.face_id for face in record.faces}
    await unit.photos.put(_tombstone(record), {})
    await unit.intents.open(
        Intent(
            intent_id=str(uuid4()),
            kind=IntentKind.DISCARD,
            external_image_id=external_image_id,
            photo_key=record.photo_key,
            face_ids=tuple(sorted(faces)),
            opened_at=utc_now(),
        )
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

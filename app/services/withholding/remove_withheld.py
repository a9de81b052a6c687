"""Use case: remove one photo that was hidden, once the JMS said twice that it must be."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import PreservationHoldError
from app.domain.hold import Hold
from app.domain.record import IndexStatus
from app.domain.removal import Removal, RemovalRequest, RemovalSubject
from app.domain.withheld import REASONS, Withheld
from app.ports.records import Records, Unit
from app.services.forgetting.bury import bury
from app.services.forgetting.go_on_removing import GoOnRemoving
from app.services.forgetting.holding import holds_on_photos
from app.services.forgetting.removal_entries import removal_entry
from app.services.recorded import utc_now
from app.services.sweep_intents import say_failure

JMS = "jms"
"""By this name the JMS asks for removals."""

_HELD = timedelta(hours=1)
"""After so long a photo that a hold keeps is tried again."""


@dataclass(frozen=True, slots=True)
class RemoveWithheld:
    """A removal as any other: one commit with its tombstone, then destroyed, proved and signed."""

    records: Records
    go_on: GoOnRemoving

    async def __call__(self, one: Withheld) -> bool:
        """Remove it; False where it is shown again, changed, asked for, held or gone.

        Raises RecordsUnavailableError.
        """
        removal_id = str(uuid4())
        async with self.records.unit() as unit:
            await unit.removals.lock()
            is_begun = await _begun(unit, one, removal_id)
        if not is_begun:
            return False
        try:
            if not await self.go_on.with_one(removal_id):
                self.go_on.soon()
        except Exception as error:  # noqa: BLE001 - it is removed, and proved later
            say_failure("removal_left_for_later", error, removal_id=removal_id)
            self.go_on.soon()
        return True


async def _begun(unit: Unit, one: Withheld, removal_id: str) -> bool:
    photos, now = [one.external_image_id], utc_now()
    known = await unit.photos.all_locked(photos)
    if all(record.status is IndexStatus.REMOVED for record in known):
        return False
    held = await holds_on_photos(unit, photos)
    if hold := held.get(one.external_image_id):
        if await unit.withheld.held(one.withheld_id, hold.hold_id, now + _HELD):
            await unit.audit.append(_held_entry(one, hold))
        return False
    if not await unit.withheld.removing(one, removal_id):
        return False
    subject = RemovalSubject.EXTERNAL_IMAGE_ID
    request = RemovalRequest(subject, one.external_image_id, REASONS[one.status], one.heard)
    removal = Removal(removal_id, request, now, JMS, 1)
    await unit.removals.add(removal, photos, None)
    buried = await bury(unit, photos, request.reason)
    await unit.removals.removed(removal_id, buried)
    await unit.audit.append(removal_entry(removal, Actor(JMS, None, removal_id), buried))
    return True


def _held_entry(one: Withheld, hold: Hold) -> AuditEntry:
    actor = Actor(JMS, None, f"withheld-{one.withheld_id}")
    return AuditEntry(
        at=utc_now(),
        action=AuditAction.REMOVE,
        actor=actor,
        outcome=PreservationHoldError.code,
        external_image_id=one.external_image_id,
        details={"hold_id": hold.hold_id, "record_status": one.status},
    )

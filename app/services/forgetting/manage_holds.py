"""Use case: place, list and release preservation holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import (
    HoldNotFoundError,
    HoldReleasedError,
    NotIndexedError,
    SearchNotFoundError,
)
from app.domain.hold import Hold, HoldKind, HoldRelease, HoldRequest
from app.domain.photo import checked_external_image_id
from app.domain.record import IndexStatus
from app.ports.records import Records, Unit
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class PlacedHold:
    """A hold, and how much it is on now: nothing may mean a misspelt value."""

    hold: Hold
    photos: int
    searches: int  # made for the case; those in which a person or photo stands are not counted


@dataclass(frozen=True, slots=True)
class ManageHolds:
    """Holds are history: nobody changes or deletes one, and every step is recorded."""

    records: Records

    async def place(self, asked: HoldRequest, actor: Actor) -> PlacedHold:
        """Preserve a case, a person, a photo or a search.

        Raises InvalidExternalImageIdError, NotIndexedError and SearchNotFoundError.
        """
        now = utc_now()
        hold = Hold(str(uuid4()), asked, now, actor.name, actor.on_behalf_of)

        def entry(outcome: str) -> AuditEntry:
            return _entry(AuditAction.PLACE_HOLD, actor, outcome, hold)

        async with refusals_recorded(self.records, entry), self.records.unit() as unit:
            await unit.holds.add(hold)
            photos, searches = await _counted(unit, hold)
            await unit.audit.append(entry("answered"))
        return PlacedHold(hold, photos, searches)

    async def release(self, hold_id: str, reason: str, actor: Actor) -> Hold:
        """End a hold; HoldNotFoundError and HoldReleasedError."""
        release = HoldRelease(utc_now(), actor.name, actor.on_behalf_of, reason)

        def refused(code: str) -> AuditEntry:
            entry = AuditEntry(utc_now(), AuditAction.RELEASE_HOLD, actor, code)
            return replace(entry, details={"hold_id": hold_id[:64]})

        async with refusals_recorded(self.records, refused), self.records.unit() as unit:
            hold = await unit.holds.get_locked(hold_id)
            if hold is None:
                raise HoldNotFoundError
            if hold.release is not None:
                raise HoldReleasedError
            await unit.holds.release(hold_id, release)
            await unit.removals.make_due(release.at)  # those that waited for its end
            released = replace(hold, release=release)
            entry = _entry(AuditAction.RELEASE_HOLD, actor, "answered", released)
            await unit.audit.append(entry)
        return released

    async def page(
        self, actor: Actor, after: str | None, limit: int, *, in_force: bool
    ) -> Sequence[Hold]:
        """Return holds, newest first; the look is recorded."""
        async with self.records.unit() as unit:
            entry = AuditEntry(utc_now(), AuditAction.VIEW_HOLDS, actor, "answered")
            await unit.audit.append(entry)
            return await unit.holds.page(after, limit, in_force=in_force)


async def _counted(unit: Unit, hold: Hold) -> tuple[int, int]:
    """Count the photos and searches that it is on; one that names a thing needs that thing."""
    asked = hold.asked
    match asked.kind:
        case HoldKind.CASE:
            return 0, await unit.searches.count(asked.value)
        case HoldKind.SEARCH:
            if await unit.searches.get(asked.value) is None:
                raise SearchNotFoundError
            return 0, 1
        case HoldKind.PHOTO:
            record = await unit.photos.get(checked_external_image_id(asked.value))
            if record is None or record.status is IndexStatus.REMOVED:
                raise NotIndexedError
            return 1, 0
        case HoldKind.PERSON:
            in_force = {one.hold_id: one for one in await unit.holds.in_force()}
            return len(in_force[hold.hold_id].photos), 0


def _entry(action: AuditAction, actor: Actor, outcome: str, hold: Hold) -> AuditEntry:
    asked = hold.asked
    told: dict[str, object] = {
        "hold_id": hold.hold_id,
        "kind": asked.kind,
        "value": asked.value,
        "authority_reference": asked.authority_reference,
    }
    photo = asked.value if asked.kind is HoldKind.PHOTO else None
    return AuditEntry(
        at=utc_now(),
        action=action,
        actor=actor,
        outcome=outcome,
        external_image_id=photo,
        search_id=asked.value if asked.kind is HoldKind.SEARCH else None,
        case_number=asked.value if asked.kind is HoldKind.CASE else None,
        details=told,
    )

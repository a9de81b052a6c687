"""Use case: forget a photo, a person's or a booking's photos, and keep them forgotten."""

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

from app.domain.audit import Actor, AuditEntry
from app.domain.errors import (
    IdempotencyKeyReusedError,
    NothingToRemoveError,
    NotIndexedError,
)
from app.domain.photo import checked_external_image_id
from app.domain.removal import Removal, RemovalRequest, RemovalSubject
from app.ports.records import Records, Unit
from app.services.forgetting.bury import bury
from app.services.forgetting.go_on_removing import GoOnRemoving
from app.services.forgetting.holding import check_not_held
from app.services.forgetting.other_number import check_no_other_number
from app.services.forgetting.removal_entries import (
    removal_entry,
    repeated_entry,
    request_entry,
)
from app.services.recorded import refusals_recorded, utc_now
from app.services.sweep_intents import say_failure

_SECONDS = 10.0
"""How long the caller waits for engine and store; what takes longer is done afterwards."""

_AT_FIRST = 200
"""Photos that one commit removes with the call itself; more follow in further ones."""


@dataclass(frozen=True, slots=True)
class AskedRemoval:
    """A removal, and whether this call asked for it first."""

    removal: Removal
    is_new: bool


@dataclass(frozen=True, slots=True)
class RemovePhotos:
    """Hidden by the commit, then destroyed, then proved; whoever dies is followed by others."""

    records: Records
    go_on: GoOnRemoving
    seconds: float = field(default=_SECONDS, kw_only=True)

    async def __call__(
        self, request: RemovalRequest, actor: Actor, key: str | None = None, *, again: bool = True
    ) -> AskedRemoval:
        """Remove everything that is meant, or nothing; what was asked before is answered again.

        With `again` a request for what is gone returns its last removal, unless photos are on
        record that have another number since. Raises InvalidExternalImageIdError, NotIndexedError,
        NothingToRemoveError, PreservationHoldError and IdempotencyKeyReusedError.
        """
        if request.subject is RemovalSubject.EXTERNAL_IMAGE_ID:
            checked_external_image_id(request.value)

        def refused(code: str) -> AuditEntry:
            return request_entry(request, actor, code)

        async with refusals_recorded(self.records, refused), self.records.unit() as unit:
            await unit.removals.lock()
            known = await _known(unit, request, actor, key) if again else None
            if known is not None:
                await unit.audit.append(repeated_entry(request, actor, known))
                return AskedRemoval(known, is_new=False)
            removal = await _begun(unit, request, actor, key)
        if not await asyncio.shield(self._settled(removal.removal_id)):
            self.go_on.soon()
        return AskedRemoval(await self._now(removal), is_new=True)

    async def _settled(self, removal_id: str) -> bool:
        """Try to be thorough at once; it is hidden already, so what fails is left for later."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self.go_on.with_one(removal_id)
        except TimeoutError:
            await self._make_due(removal_id)
        except Exception as error:  # noqa: BLE001 - the removal itself is done
            say_failure("removal_left_for_later", error, removal_id=removal_id)
            await self._make_due(removal_id)
        return False

    async def _make_due(self, removal_id: str) -> None:
        """Let nobody wait for the end of this call's time: photos may not even be hidden yet."""
        try:
            async with self.records.unit() as unit:
                await unit.removals.make_due(utc_now(), removal_id)
        except Exception as error:  # noqa: BLE001 - it is due in a minute all the same
            say_failure("removal_not_made_due", error, removal_id=removal_id)

    async def _now(self, removal: Removal) -> Removal:
        async with self.records.view() as view:
            return await view.removals.get(removal.removal_id) or removal


async def _known(
    unit: Unit, request: RemovalRequest, actor: Actor, key: str | None
) -> Removal | None:
    if key is not None and (first := await unit.removals.of_key(actor.name, key)):
        if first.request != request:
            raise IdempotencyKeyReusedError
        return first
    if await unit.removals.photos_of(request.subject, request.value):
        return None
    await check_no_other_number(unit, request)
    return await unit.removals.latest_of(request.subject, request.value)


async def _begun(unit: Unit, request: RemovalRequest, actor: Actor, key: str | None) -> Removal:
    photos = await unit.removals.photos_of(request.subject, request.value)
    unknown = None
    if request.subject is RemovalSubject.BOOKING_NUMBER:
        unknown = await unit.removals.without_booking_number()
    if not photos:
        raise _nothing(request, unknown)
    await unit.photos.all_locked(photos)
    await check_not_held(unit, photos)
    removal = Removal(
        removal_id=str(uuid4()),
        request=request,
        asked_at=utc_now(),
        asked_by=actor.name,
        photos=len(photos),
        on_behalf_of=actor.on_behalf_of,
        unknown_bookings=unknown,
    )
    await unit.removals.add(removal, photos, key)
    buried = await bury(unit, photos[:_AT_FIRST], request.reason)
    await unit.removals.removed(removal.removal_id, buried)
    await unit.audit.append(removal_entry(removal, actor, buried))
    return removal


def _nothing(
    request: RemovalRequest, unknown: int | None
) -> NotIndexedError | NothingToRemoveError:
    if request.subject is RemovalSubject.EXTERNAL_IMAGE_ID:
        return NotIndexedError()
    if not unknown:
        return NothingToRemoveError()
    return NothingToRemoveError(
        f"No photo on record is known to be of this booking; of {unknown} photos no booking number "
        "is known. Have the JMS asked anew, or name photos by external_image_id."
    )

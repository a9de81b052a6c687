"""Use case: go on with removals until nothing of their photos is left, and prove it."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_record import canonical_json
from app.domain.record import IndexStatus
from app.domain.removal import (
    Check,
    Removal,
    RemovalState,
    RemovalSubject,
    RemovedPhoto,
    state_of,
)
from app.ports.records import Records, Unit
from app.ports.removal_records import Proof, SignedReceipt
from app.services.forgetting.ask_places import AskPlaces
from app.services.forgetting.bury import bury
from app.services.forgetting.holding import holds_on_photos
from app.services.forgetting.receipts import signed_receipt
from app.services.forgetting.removal_entries import removal_entry
from app.services.recorded import utc_now
from app.services.signatures import Signer
from app.services.sweep_intents import PERIOD, SweepIntents, say_failure, sweep_forever

_BATCH = 100
"""Photos removed by one unit: searches wait for its commit."""

_LEASE = timedelta(minutes=2)
"""After this a removal that somebody took belongs to a process that died."""

_FIRST, _LAST = timedelta(seconds=30), timedelta(days=1)
"""How long after the first try the next one follows; twice as long each time, up to a day."""


@dataclass(frozen=True, slots=True)
class GoOnRemoving:
    """Each removal is taken by one process for a while; the rows say what is still to be done."""

    records: Records
    sweep: SweepIntents
    ask: AskPlaces
    signer: Signer
    called: asyncio.Event = field(default_factory=asyncio.Event)
    period: float = PERIOD

    def soon(self) -> None:
        """Have somebody look for what is due; they come in a moment."""
        self.called.set()
        self.sweep.soon()

    async def forever(self) -> None:
        """Go on when called and now and then, until cancelled."""
        await sweep_forever(self, self.called, self.period)

    async def __call__(self) -> int:
        """Go on with every removal that is due; return how many were proved.

        What fails is logged and tried again; raises only RecordsUnavailableError.
        """
        proved = 0
        while removal_id := await self._due():
            try:
                proved += await self.with_one(removal_id)
            except Exception as error:  # noqa: BLE001 - the others must not wait for this one
                say_failure("removal_left_for_later", error, removal_id=removal_id)
        return proved

    async def with_one(self, removal_id: str) -> bool:
        """Remove what is left of a removal, and prove it; True once it is proved."""
        async with self.records.view() as view:
            removal = await view.removals.get(removal_id)
        if removal is None or removal.state is RemovalState.PROVED:
            return True
        await self._bury(removal)
        async with self.records.view() as view:
            photos = await view.removals.photos(removal_id)
            removal = await view.removals.get(removal_id) or removal
        for photo in photos:
            await self.sweep.photo(photo.external_image_id)
        return await self._proved(removal, photos, await self.ask(photos))

    async def _due(self) -> str | None:
        now = utc_now()
        async with self.records.unit() as unit:
            return await unit.removals.due(now, now + _LEASE)

    async def _bury(self, removal: Removal) -> None:
        """Remove the photos that the call itself did not; one under a hold waits for its end."""
        actor, after = Actor(removal.asked_by, None, removal.removal_id, removal.on_behalf_of), ""
        while True:
            async with self.records.unit() as unit:
                waiting = await unit.removals.waiting(removal.removal_id, after, _BATCH)
                if not waiting:
                    return
                meant = await _still_meant(unit, removal, waiting)
                held = await holds_on_photos(unit, meant)
                free = [one for one in meant if one not in held]
                buried = await bury(unit, free, removal.request.reason) if free else []
                await unit.removals.removed(removal.removal_id, buried)
                dropped = sorted(set(waiting) - set(meant))
                if dropped:
                    await unit.removals.drop(removal.removal_id, dropped)
                if buried or dropped:
                    await unit.audit.append(removal_entry(removal, actor, buried, dropped))
            after = waiting[-1]

    async def _proved(
        self, removal: Removal, photos: Sequence[RemovedPhoto], checks: tuple[Check, ...]
    ) -> bool:
        now, state = utc_now(), state_of(checks)
        is_proved = state is RemovalState.PROVED
        found = replace(removal, state=state, checks=checks, proved_at=now if is_proved else None)
        receipt = signed_receipt(self.signer, self.ask.collection, found, photos)
        try_at = now + min(_FIRST * 2 ** min(removal.tries, 20), _LAST)
        proof = Proof(checks, found.proved_at, receipt if is_proved else None, try_at)
        async with self.records.unit() as unit:
            if await unit.removals.prove(removal.removal_id, proof) and state != removal.state:
                await unit.audit.append(_entry(found, receipt))
        return is_proved


async def _still_meant(unit: Unit, removal: Removal, waiting: Sequence[str]) -> list[str]:
    """Return the photos less those that the JMS made another's since the removal was asked for."""
    asked = removal.request
    records = await unit.photos.all_locked(waiting)
    there = {one.external_image_id for one in records if one.status is not IndexStatus.REMOVED}
    others = there - set(await unit.removals.photos_of(asked.subject, asked.value))
    if asked.subject is RemovalSubject.EXTERNAL_IMAGE_ID:
        return list(waiting)
    return [one for one in waiting if one not in others]


def _entry(removal: Removal, receipt: SignedReceipt) -> AuditEntry:
    """Return the entry by which the audit vouches for a receipt."""
    actor = Actor("removals", None, removal.removal_id)
    told: dict[str, object] = {"removal_id": removal.removal_id, "state": removal.state}
    if removal.state is RemovalState.PROVED:
        text = canonical_json(receipt)
        told["receipt_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    else:
        told["left"] = [check.place for check in removal.checks if check.left]
    return AuditEntry(utc_now(), AuditAction.PROVE_REMOVAL, actor, "answered", details=told)

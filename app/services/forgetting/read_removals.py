"""Use case: removals that were asked for, and their receipts."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import RemovalNotFoundError
from app.domain.removal import Removal, RemovedPhoto
from app.ports.records import Records
from app.ports.removal_records import SignedReceipt
from app.services.forgetting.receipts import signed_receipt
from app.services.recorded import refusals_recorded, utc_now
from app.services.signatures import Signer


@dataclass(frozen=True, slots=True)
class WholeRemoval:
    """A removal with its photos and its receipt."""

    removal: Removal
    photos: Sequence[RemovedPhoto]
    receipt: SignedReceipt


@dataclass(frozen=True, slots=True)
class ReadRemovals:
    """Look at removals; each look is recorded."""

    records: Records
    signer: Signer
    collection: str

    async def one(self, removal_id: str, actor: Actor) -> WholeRemoval:
        """Return one; RemovalNotFoundError. A proved one's receipt never changes.

        Before, it is signed as things stand.
        """

        def entry(outcome: str) -> AuditEntry:
            told = {"removal_id": removal_id[:64]}
            action = AuditAction.VIEW_REMOVAL
            return AuditEntry(utc_now(), action, actor, outcome, details=told)

        async with refusals_recorded(self.records, entry), self.records.unit() as unit:
            removal = await unit.removals.get(removal_id)
            if removal is None:
                raise RemovalNotFoundError
            photos = await unit.removals.photos(removal_id)
            receipt = await unit.removals.receipt(removal_id)
            await unit.audit.append(entry("answered"))
        if receipt is None:
            receipt = signed_receipt(self.signer, self.collection, removal, photos)
        return WholeRemoval(removal, photos, receipt)

    async def page(self, actor: Actor, after: str | None, limit: int) -> Sequence[Removal]:
        """Return removals, newest first."""
        async with self.records.unit() as unit:
            entry = AuditEntry(utc_now(), AuditAction.VIEW_REMOVAL, actor, "answered")
            await unit.audit.append(entry)
            return await unit.removals.page(after, limit)

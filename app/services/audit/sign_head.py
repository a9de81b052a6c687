"""Use case: sign how far the audit goes, so that somebody else can keep it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_chain import ChainHead
from app.domain.audit_record import GENESIS, moment
from app.ports.records import Records
from app.services.recorded import utc_now
from app.services.signatures import Signer

KIND = "candid audit head, version 1"

SignedHead = Mapping[str, object]
"""A document with `head` and `signature`, ready to be written as JSON."""


@dataclass(frozen=True, slots=True)
class SignHead:
    """Sign heads of the chain."""

    records: Records
    signer: Signer

    async def __call__(self, actor: Actor) -> SignedHead:
        """Return the newest head, signed; that it was is the next record."""
        async with self.records.unit() as unit:
            head = await self.head(await unit.audit.newest()) or ChainHead(0, GENESIS)
            told = {"number": head.number, "hash": head.hash}
            await unit.audit.append(
                AuditEntry(utc_now(), AuditAction.SIGN_AUDIT, actor, "answered", details=told)
            )
        return self.signed(head)

    async def head(self, number: int) -> ChainHead | None:
        """Return the hash that stands at a number, or None; before the first it is GENESIS."""
        if number == 0:
            return ChainHead(0, GENESIS)
        async with self.records.view() as view:
            found = await view.audit.page(number - 1, 1)
        if not found or found[0].number != number:
            return None
        return ChainHead(number, found[0].hash)

    def signed(self, head: ChainHead) -> SignedHead:
        """Sign a head as it was found; what it says of the records before it is to be verified."""
        said = {"number": head.number, "hash": head.hash, "signed_at": moment(utc_now())}
        return self.signer.signed({"kind": KIND, **said})

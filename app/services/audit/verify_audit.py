"""Use case: is every record of the audit the one that was written?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_chain import ChainCheck, ChainFinding, ChainHead
from app.domain.audit_record import GENESIS
from app.domain.errors import RecordsUnavailableError
from app.ports.records import Records
from app.services.audit.paging import pages
from app.services.audit.sign_head import SignedHead, SignHead
from app.services.recorded import utc_now

SHOWN = 1000
"""Findings that are kept; all are counted."""

_LEAST = -(2**63)


@dataclass(frozen=True, slots=True)
class Verified:
    """What came out."""

    after: int  # the chain was followed from the record after this one
    records: int
    findings: Sequence[ChainFinding]  # the first ones
    found: int  # how many there were
    last: int  # the last number that was looked at
    newest: int  # the last number there was
    head: SignedHead  # at `last`; worth what the findings leave of it
    recorded: bool  # whether the verification is itself in the audit


@dataclass(frozen=True, slots=True)
class VerifyAudit:
    """Follow the chain in pages, and hold it against signed heads that were kept elsewhere."""

    records: Records
    sign_head: SignHead

    async def __call__(
        self,
        actor: Actor,
        *,
        after: int = 0,
        most: int | None = None,
        signed: Sequence[ChainHead] = (),
        progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> Verified:
        """Check all records after a number, `most` at most.

        An audit that cannot be written can be verified all the same; see `Verified.recorded`.
        """
        async with self.records.view() as view:
            newest = await view.audit.newest()
        after = min(after, newest)
        last = newest if most is None else min(newest, after + most)
        begin = await self.sign_head.head(after) or ChainHead(after - 1, GENESIS)  # it is missing
        check = ChainCheck(begin, signed)
        findings: list[ChainFinding] = []
        found = 0
        # None is before the first, or somebody has put it there.
        async for page in pages(self.records, after or _LEAST, last):
            for record in page:
                if faults := check.add(record):
                    found += len(faults)
                    findings.extend(faults[: SHOWN - len(findings)])
            progress(check.records, last - after)
        if last == newest:
            ending = list(check.end())
            found, findings = found + len(ending), [*findings, *ending]
        return Verified(
            after=after,
            records=check.records,
            findings=findings,
            found=found,
            last=check.head.number,
            newest=newest,
            head=self.sign_head.signed(check.head),
            recorded=await self._recorded(actor, check, found),
        )

    async def _recorded(self, actor: Actor, check: ChainCheck, found: int) -> bool:
        told = {"last": check.head.number, "records": check.records, "findings": found}
        entry = AuditEntry(utc_now(), AuditAction.VERIFY_AUDIT, actor, "answered", details=told)
        try:
            async with self.records.unit() as unit:
                await unit.audit.append(entry)
        except RecordsUnavailableError:
            return False
        return True

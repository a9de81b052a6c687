"""Use case: a copy of the audit that anybody can verify without us."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_chain import ChainHead
from app.domain.audit_record import GENESIS, AuditRecord, moment
from app.ports.records import Records
from app.services.audit.paging import pages
from app.services.audit.sign_head import SignHead
from app.services.recorded import utc_now

VERSION = 1

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ExportAudit:
    """Write records as they are chained, and a signed head at their end."""

    records: Records
    sign_head: SignHead

    async def __call__(
        self, actor: Actor, since: datetime | None, until: datetime | None
    ) -> AsyncIterator[str]:
        """Give JSON Lines: what it begins after, one line a record, and the signed head.

        It is recorded before anything is given. Records are numbered as they are committed: a
        few of other times may stand between those asked for, since a chain has no holes.
        """
        first, last = await self._numbers(since, until)
        told = {"first": first, "last": last} | {
            name: moment(at) for name, at in (("since", since), ("until", until)) if at
        }
        async with self.records.unit() as unit:
            await unit.audit.append(
                AuditEntry(utc_now(), AuditAction.EXPORT_AUDIT, actor, "answered", details=told)
            )
        head = await self._head(first - 1)
        begin = {"candid_audit": VERSION, "after": head.number, "previous_hash": head.hash}
        yield f"{json.dumps(begin)}\n"
        async for page in pages(self.records, first - 1, last):
            yield "".join(map(_line, page))
        yield f"{json.dumps(self.sign_head.signed(await self._head(last)))}\n"

    async def _head(self, number: int) -> ChainHead:
        """Return the head there; one that fits nothing where its record is missing."""
        return await self.sign_head.head(number) or ChainHead(number, GENESIS)

    async def _numbers(self, since: datetime | None, until: datetime | None) -> tuple[int, int]:
        async with self.records.view() as view:
            newest = await view.audit.newest()
            if since is None and until is None:
                return 1, newest
            found = await view.audit.between(since or _EVER, until or utc_now())
        return found or (newest + 1, newest)


def _line(record: AuditRecord) -> str:
    """Write a record so that its text can be cut out as it was hashed."""
    return f'{{"hash":"{record.hash}","record":{record.text}}}\n'

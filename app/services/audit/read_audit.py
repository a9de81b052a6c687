"""Use case: look at the audit; each look is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_record import AuditRecord
from app.ports.records import Records
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class ReadAudit:
    """Show records as they were written."""

    records: Records

    async def page(self, actor: Actor, after: int, limit: int) -> Sequence[AuditRecord]:
        """Return records, oldest first, after number `after`."""
        async with self.records.unit() as unit:
            found = await unit.audit.page(after, limit)
            shown = {"after": after, "last": found[-1].number if found else None}
            await unit.audit.append(
                AuditEntry(utc_now(), AuditAction.VIEW_AUDIT, actor, "answered", details=shown)
            )
        return found

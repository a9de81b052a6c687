"""Use case: the report that is looked at every week; that it was made is recorded."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_record import moment
from app.domain.audit_report import AuditReport
from app.domain.office_hours import OfficeHours
from app.ports.records import Records
from app.services.audit.paging import pages
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class ReportAudit:
    """Count who asked how much, why and when."""

    records: Records

    async def __call__(
        self, actor: Actor, since: datetime, until: datetime, hours: OfficeHours
    ) -> AuditReport:
        """Count the records from `since` to before `until`."""
        told = {"since": moment(since), "until": moment(until)}
        async with self.records.unit() as unit:
            found = await unit.audit.between(since, until)
            await unit.audit.append(
                AuditEntry(utc_now(), AuditAction.REPORT_AUDIT, actor, "answered", details=told)
            )
        report = AuditReport(since, until, hours)
        first, last = found or (1, 0)
        async for page in pages(self.records, first - 1, last):
            for record in page:
                report.add(record)
        return report

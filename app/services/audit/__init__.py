"""Use cases about the record of who did what; each is itself recorded."""

from dataclasses import dataclass
from typing import Self

from app.ports.records import Records
from app.services.audit.export_audit import ExportAudit
from app.services.audit.read_audit import ReadAudit
from app.services.audit.report_audit import ReportAudit
from app.services.audit.sign_head import SignHead
from app.services.audit.verify_audit import VerifyAudit
from app.services.signatures import Signer


@dataclass(frozen=True, slots=True)
class AuditServices:
    """What an auditor asks for."""

    read: ReadAudit
    verify: VerifyAudit
    sign_head: SignHead
    export: ExportAudit
    report: ReportAudit

    @classmethod
    def over(cls, records: Records, signer: Signer) -> Self:
        """Make them over one deployment's records."""
        sign_head = SignHead(records, signer)
        return cls(
            read=ReadAudit(records),
            verify=VerifyAudit(records, sign_head),
            sign_head=sign_head,
            export=ExportAudit(records, sign_head),
            report=ReportAudit(records),
        )

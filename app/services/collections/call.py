"""What every call about a collection has in common: who asks for what and why, and its images."""

from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.purpose import Purpose
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class ObjectName:
    """A photo that is named by its place in the photo store."""

    bucket: str
    name: str
    version: str | None = None


Image = bytes | ObjectName


@dataclass(frozen=True, slots=True)
class CollectionCall:
    """Who asks for what, and why."""

    actor: Actor
    operation: str  # "SearchFacesByImage"
    purpose: Purpose | None = None
    case_number: str | None = None

    def entry(self, action: AuditAction, outcome: str = "answered") -> AuditEntry:
        """Begin the audit entry of this call."""
        return AuditEntry(
            at=utc_now(),
            action=action,
            actor=self.actor,
            outcome=outcome,
            case_number=self.case_number,
            purpose=self.purpose,
            details={"operation": self.operation},
        )

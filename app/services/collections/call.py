"""What every call about a collection has in common: who asks for what and why, and its images."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.purpose import Purpose
from app.domain.search_fields import Authority, SearchField
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
    offense: str | None = None
    authority: Authority | None = None
    authority_reference: str | None = None
    requested_by: str | None = None
    trained_until: date | None = None  # the last day on which the training of whoever asks counts
    recorded: Mapping[str, object] = field(default_factory=dict)  # what the audit says besides

    def said(self) -> dict[SearchField, str | None]:
        """Return what a policy rule may ask for, but for the purpose."""
        return {
            SearchField.CASE_NUMBER: self.case_number,
            SearchField.OFFENSE: self.offense,
            SearchField.AUTHORITY: self.authority,
            SearchField.AUTHORITY_REFERENCE: self.authority_reference,
            SearchField.REQUESTED_BY: self.requested_by,
            SearchField.ON_BEHALF_OF: self.actor.person,
        }

    def entry(self, action: AuditAction, outcome: str = "answered") -> AuditEntry:
        """Begin the audit entry of this call."""
        return AuditEntry(
            at=utc_now(),
            action=action,
            actor=self.actor,
            outcome=outcome,
            case_number=self.case_number,
            purpose=self.purpose,
            requested_by=self.requested_by,
            details={"operation": self.operation, **self.recorded},
        )

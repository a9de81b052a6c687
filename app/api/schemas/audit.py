"""The audit on the wire."""

from typing import Any, Self

from pydantic import Field

from app.api.schemas.wire import Wire
from app.domain.audit_chain import ChainFault, ChainFinding
from app.domain.audit_record import AuditRecord
from app.services.audit.verify_audit import Verified


class AuditRecordOut(Wire):
    """Who did what, as it was written."""

    number: int = Field(description="Without gaps, in the order of commit.")
    hash: str = Field(description="SHA-256 over the hash before and this record.")
    record: dict[str, Any] = Field(
        description="`at`, `action`, `actor`, `outcome` and whatever else there is to say; what "
        "has nothing to say is left out. docs/audit.md lists the fields."
    )

    @classmethod
    def of(cls, record: AuditRecord) -> Self:
        """Render a record."""
        return cls(number=record.number, hash=record.hash, record=dict(record.fields))


class ChainFindingOut(Wire):
    """What is wrong with one record, or with some in a row."""

    fault: ChainFault
    number: int
    last: int = Field(description="The last of the row; `number` where it is one record.")
    detail: str

    @classmethod
    def of(cls, finding: ChainFinding) -> Self:
        """Render a finding."""
        return cls.model_validate(finding)


class HeadOut(Wire):
    """How far the chain goes; keep it elsewhere, since it stands for all records before it."""

    kind: str
    number: int
    hash: str
    signed_at: str
    public_key: str = Field(description="Ed25519, 32 bytes in base64.")


class SignedHeadOut(Wire):
    """A head and its signature, as `candid audit verify --head` takes it."""

    head: HeadOut
    signature: str = Field(description="Ed25519 over the canonical form of `head`, in base64.")


class AuditVerifiedOut(Wire):
    """What following the chain found."""

    after: int = Field(description="It was followed from the record after this one.")
    records: int = Field(description="So many were checked.")
    found: int = Field(description="So many faults were found; 0 is good.")
    findings: list[ChainFindingOut] = Field(description="The first 1,000 of them.")
    next: int | None = Field(description="Send it as `after` to go on; null: this was the end.")
    signed: SignedHeadOut = Field(description="How far it came; keep it where `found` is 0.")

    @classmethod
    def of(cls, verified: Verified) -> Self:
        """Render what came out."""
        return cls(
            after=verified.after,
            records=verified.records,
            found=verified.found,
            findings=[ChainFindingOut.of(one) for one in verified.findings],
            next=verified.last if verified.last < verified.newest else None,
            signed=SignedHeadOut.model_validate(dict(verified.head)),
        )

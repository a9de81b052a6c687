"""The audit: GET /audit and /audit/verify."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.api.deps import ActorDep, Limit, ServicesDep, needs, only_query
from app.api.documented import KEYED, documented
from app.api.schemas.audit import AuditRecordOut, AuditVerifiedOut
from app.api.schemas.wire import Page
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.errors import RecordsUnavailableError

router = APIRouter(prefix="/audit", tags=["audit"])

_LOOKING = needs(AuditAction.VIEW_AUDIT, Scope.AUDIT)
_VERIFYING = needs(AuditAction.VERIFY_AUDIT, Scope.AUDIT)
_MOST = 1_000_000  # of records in one call: a minute at most

After = Annotated[
    int, Query(ge=0, le=2**63 - 1, description="The number after which to begin; 0: the first.")
]


@router.get(
    "",
    summary="Show who did what",
    dependencies=[_LOOKING, Depends(only_query("after", "limit"))],
    responses=documented(*KEYED),
)
async def audit_records(
    services: ServicesDep, actor: ActorDep, after: After = 0, limit: Limit = 100
) -> Page[AuditRecordOut]:
    """List audit records of every collection, oldest first; each look is itself recorded."""
    found = await services.audit.read.page(actor, after, limit)
    last = str(found[-1].number) if len(found) == limit else None
    return Page(items=[AuditRecordOut.of(one) for one in found], next=last)


@router.get(
    "/verify",
    summary="Check that no record was altered",
    dependencies=[_VERIFYING, Depends(only_query("after", "limit"))],
    responses=documented(*KEYED),
)
async def audit_verify(
    services: ServicesDep,
    actor: ActorDep,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST, description="Records in one call.")] = 100_000,
) -> AuditVerifiedOut:
    """Follow the chain of hashes; what was altered, taken out or swapped is named.

    Whoever can write the whole database can also write a whole new chain. That is found by a
    signed head which was kept elsewhere: keep `signed` of each answer where they cannot write.
    """
    verified = await services.audit.verify(actor, after=after, most=limit)
    if not verified.recorded:
        raise RecordsUnavailableError
    return AuditVerifiedOut.of(verified)

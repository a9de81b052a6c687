"""The audit: GET /audit, /audit/verify and /audit/report."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, AwareDatetime

from app.api.deps import ActorDep, EdgeDep, Limit, ServicesDep, needs, only_query
from app.api.documented import KEYED, documented
from app.api.schemas.audit import AuditRecordOut, AuditVerifiedOut
from app.api.schemas.audit_report import AuditReportOut
from app.api.schemas.wire import Page
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.errors import RecordsUnavailableError
from app.domain.office_hours import last_week
from app.services.recorded import utc_now

router = APIRouter(prefix="/audit", tags=["audit"])

_LOOKING = needs(AuditAction.VIEW_AUDIT, Scope.AUDIT)
_VERIFYING = needs(AuditAction.VERIFY_AUDIT, Scope.AUDIT)
_REPORTING = needs(AuditAction.REPORT_AUDIT, Scope.AUDIT)
_WEEK = timedelta(days=7)
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_MOST = 1_000_000  # of records in one call: a minute at most


def _in_reach(moment: datetime) -> datetime:
    if not _FIRST <= moment <= _LAST:
        raise ValueError("lies before 2000 or after 2200")
    return moment


When = Annotated[AwareDatetime, AfterValidator(_in_reach)]
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


@router.get(
    "/report",
    summary="Report who asked how much",
    dependencies=[_REPORTING, Depends(only_query("since", "until"))],
    responses=documented(*KEYED),
)
async def audit_report(
    services: ServicesDep,
    edge: EdgeDep,
    actor: ActorDep,
    since: Annotated[
        When | None, Query(description="From then on; seven days before `until`.")
    ] = None,
    until: Annotated[
        When | None, Query(description="To before then; now, where only `since` is given.")
    ] = None,
) -> AuditReportOut:
    """Count searches by who, for whom and why, repeated probes, denied attempts, what failed.

    Without a time it is about the last whole week, Monday to Sunday, on the agency's clock.
    `candid audit report` tells the same on paper; that a report was made is recorded.
    """
    hours = edge.office_hours
    first, last = last_week(utc_now(), hours.zone)
    if since or until:
        last = until or utc_now()
        first = since or last - _WEEK
    return AuditReportOut.of(await services.audit.report(actor, first, last, hours))

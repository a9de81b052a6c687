"""/jms/removals: what is hidden because the JMS said so, and waits to be removed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.api.deps import ActorDep, Limit, ServicesDep, needs, only_query
from app.api.documented import BROKEN_BODY, KEYED, documented
from app.api.schemas.jms_removals import (
    AskingOut,
    ConfirmationIn,
    DecidedOut,
    WithheldOut,
    WithheldPage,
)
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.withheld import WithheldState

router = APIRouter(prefix="/jms/removals", tags=["jms"])

_LOOKING = needs(AuditAction.VIEW_WITHHELD, Scope.ADMIN)
_DECIDING = needs(AuditAction.CHANGE_WITHHELD, Scope.ADMIN)
_MOST = 2**63 - 1


@router.get(
    "",
    summary="List what is hidden because the JMS said so",
    dependencies=[_LOOKING, Depends(only_query("state", "after", "limit"))],
    responses=documented(*KEYED),
)
async def jms_removal_list(
    services: ServicesDep,
    actor: ActorDep,
    state: Annotated[WithheldState | None, Query(description="Only these.")] = None,
    after: Annotated[
        int | None, Query(ge=0, le=_MOST, description="`next` of the page before.")
    ] = None,
    limit: Limit = 100,
) -> WithheldPage:
    """List, newest first, what is or was hidden: what waits, what asks, what was removed."""
    manage = services.withholding.manage
    found = await manage.page(actor, state, after, limit)
    last = str(found.items[-1].withheld_id) if len(found.items) == limit else None
    asking = AskingOut.of(found) if after is None else None
    items = [WithheldOut.of(one, manage.terms) for one in found.items]
    return WithheldPage(items=items, next=last, asking=asking)


@router.post(
    "/confirm",
    summary="Let removals that ask go on",
    dependencies=[_DECIDING, Depends(only_query())],
    responses=documented(*KEYED, BROKEN_BODY, errors.RemovalsChangedError),
)
async def jms_removal_confirm(
    services: ServicesDep, actor: ActorDep, asked: ConfirmationIn
) -> DecidedOut:
    """Say that these photos were hidden rightly: each goes once the JMS says so again."""
    agreed = await services.withholding.manage.confirm(asked.digest, actor)
    return DecidedOut(photos=agreed)


@router.post(
    "/read-again",
    summary="Have the JMS asked again about all that is hidden",
    dependencies=[_DECIDING, Depends(only_query())],
    responses=documented(*KEYED),
)
async def jms_removal_read_again(services: ServicesDep, actor: ActorDep) -> DecidedOut:
    """Ask the JMS again, as after its mapping was mended: what is active is shown again."""
    return DecidedOut(photos=await services.withholding.manage.read_again(actor))

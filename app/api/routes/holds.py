"""/holds: what must not be forgotten."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from app.api.deps import ActorDep, After, Limit, ServicesDep, needs, only_query
from app.api.documented import BROKEN_BODY, KEYED, documented
from app.api.schemas.asked import Text
from app.api.schemas.forgetting import HoldIn, HoldOut, PlacedHoldOut
from app.api.schemas.wire import Page
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction

router = APIRouter(prefix="/holds", tags=["forgetting"])


@router.post(
    "",
    summary="Place a preservation hold",
    status_code=HTTPStatus.CREATED,
    response_description="Placed: nothing that it is on is destroyed until it is released",
    dependencies=[needs(AuditAction.PLACE_HOLD, Scope.ADMIN), Depends(only_query())],
    responses=documented(
        *KEYED,
        BROKEN_BODY,
        errors.InvalidExternalImageIdError,
        errors.NotIndexedError,
        errors.SearchNotFoundError,
    ),
)
async def hold_place(services: ServicesDep, actor: ActorDep, asked: HoldIn) -> PlacedHoldOut:
    """Preserve a case, a person, a photo or a search, for a court or an open case.

    No probe, search, photo or template that it is on is purged or removed. It shows nobody who is
    withheld: sealed records stay hidden. What was removed or purged before stays so.
    """
    return PlacedHoldOut.placed(await services.forgetting.holds.place(asked.asked, actor))


@router.get(
    "",
    summary="List preservation holds",
    dependencies=[
        needs(AuditAction.VIEW_HOLDS, Scope.ADMIN),
        Depends(only_query("in_force", "after", "limit")),
    ],
    responses=documented(*KEYED),
)
async def hold_list(
    services: ServicesDep,
    actor: ActorDep,
    in_force: Annotated[  # noqa: FBT002 - a query parameter
        bool, Query(description="Only those that are not released.")
    ] = False,
    after: After = None,
    limit: Limit = 100,
) -> Page[HoldOut]:
    """List holds, newest first, those that were released too."""
    found = await services.forgetting.holds.page(actor, after, limit, in_force=in_force)
    last = found[-1].hold_id if len(found) == limit else None
    return Page(items=[HoldOut.of(hold) for hold in found], next=last)


@router.delete(
    "/{hold_id}",
    summary="Release a preservation hold",
    dependencies=[needs(AuditAction.RELEASE_HOLD, Scope.ADMIN), Depends(only_query("reason"))],
    responses=documented(*KEYED, errors.HoldNotFoundError, errors.HoldReleasedError),
)
async def hold_release(
    services: ServicesDep,
    actor: ActorDep,
    hold_id: Annotated[str, Path(max_length=64, description="As the list shows it.")],
    reason: Annotated[Text, Query(description="Why it ends; kept with the hold.")],
) -> HoldOut:
    """End a hold; what is due then goes with the next purge, and the hold stays as history."""
    return HoldOut.of(await services.forgetting.holds.release(hold_id, reason, actor))

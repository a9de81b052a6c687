"""/removals: what is forgotten, and the proof of it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from app.api.deps import (
    ActorDep,
    After,
    IdempotencyKey,
    Limit,
    ServicesDep,
    needs,
    only_query,
)
from app.api.documented import BROKEN_BODY, KEYED, documented
from app.api.schemas.forgetting import RemovalIn, RemovalOut, WholeRemovalOut
from app.api.schemas.wire import Page
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction

router = APIRouter(prefix="/removals", tags=["forgetting"])

_LOOKING = needs(AuditAction.VIEW_REMOVAL, Scope.ADMIN)


@router.post(
    "",
    summary="Remove a photo, a person's or a booking's photos",
    status_code=HTTPStatus.CREATED,
    response_description="Removed: hidden at once, destroyed and proved as far as `state` says",
    dependencies=[needs(AuditAction.REMOVE, Scope.ADMIN), Depends(only_query())],
    responses={
        200: {"model": RemovalOut, "description": "Asked for before; this is that removal"},
        **documented(
            *KEYED,
            BROKEN_BODY,
            errors.InvalidExternalImageIdError,
            errors.NotIndexedError,
            errors.NothingToRemoveError,
            errors.PreservationHoldError,
            errors.IdempotencyKeyReusedError,
        ),
    },
)
async def removal_ask(
    services: ServicesDep,
    actor: ActorDep,
    response: Response,
    asked: RemovalIn,
    idempotency_key: IdempotencyKey = None,
) -> RemovalOut:
    """Remove every photo that is meant, with faces and templates, and keep it removed.

    All of them or, where a preservation hold is on one, none. Photos that are indexed later are not
    meant. A number from before a merge or renumbering removes nothing; while photos have another
    by now, the 404 says which. `GET /removals/{removal_id}` has the signed receipt.
    """
    told = await services.forgetting.removals(asked.asked, actor, idempotency_key)
    if not told.is_new:
        response.status_code = HTTPStatus.OK
    return RemovalOut.of(told.removal)


@router.get(
    "",
    summary="List removals",
    dependencies=[_LOOKING, Depends(only_query("after", "limit"))],
    responses=documented(*KEYED),
)
async def removal_list(
    services: ServicesDep, actor: ActorDep, after: After = None, limit: Limit = 100
) -> Page[RemovalOut]:
    """List removals, newest first; those of `DELETE /index/{external_image_id}` too."""
    found = await services.forgetting.read_removals.page(actor, after, limit)
    last = found[-1].removal_id if len(found) == limit else None
    return Page(items=[RemovalOut.of(removal) for removal in found], next=last)


@router.get(
    "/{removal_id}",
    summary="Show a removal and its receipt",
    dependencies=[_LOOKING, Depends(only_query())],
    responses=documented(*KEYED, errors.RemovalNotFoundError),
)
async def removal_show(
    services: ServicesDep,
    actor: ActorDep,
    removal_id: Annotated[str, Path(max_length=64, description="As the removal answered it.")],
) -> WholeRemovalOut:
    """Show what was asked, what was destroyed, what every place answered then, all of it signed."""
    found = await services.forgetting.read_removals.one(removal_id, actor)
    return WholeRemovalOut.whole(found)

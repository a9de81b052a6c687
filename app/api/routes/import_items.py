"""/imports/{import_id}/items: the single photos of an import."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.api.deps import (
    ActorDep,
    CallerDep,
    Limit,
    ServicesDep,
    only_query,
)
from app.api.documented import KEYED, documented
from app.api.import_paths import LOOKING, ImportId
from app.api.schemas.imports import (
    ImportItemOut,
)
from app.api.schemas.wire import Page
from app.api.streamed import PHOTO_HEADERS
from app.api.turns import turn_of
from app.domain import errors
from app.domain.imports import ItemReason, ItemStatus

router = APIRouter(prefix="/imports", tags=["imports"])

_LAST_POSITION = 2**53


@router.get(
    "/{import_id}/items",
    summary="List the photos of an import",
    dependencies=[LOOKING, Depends(only_query("status", "reason", "after", "limit"))],
    responses=documented(*KEYED, errors.ImportNotFoundError),
)
async def import_items(
    services: ServicesDep,
    import_id: ImportId,
    status: Annotated[ItemStatus | None, Query(description="Only those.")] = None,
    reason: Annotated[ItemReason | None, Query(description="Only those.")] = None,
    after: Annotated[
        int, Query(ge=0, le=_LAST_POSITION, description="`next` of the page before.")
    ] = 0,
    limit: Limit = 100,
) -> Page[ImportItemOut]:
    """List photos in the order of the listing, each with what became of it and why."""
    items = await services.imports.read.items(import_id, after, limit, status, reason)
    last = str(items[-1].position) if len(items) == limit else None
    return Page(items=[ImportItemOut.model_validate(one) for one in items], next=last)


@router.get(
    "/{import_id}/items/{position}/photo",
    summary="Look at a photo of an import",
    response_class=Response,
    response_description="An upright JPEG thumbnail",
    dependencies=[LOOKING, Depends(only_query("width"))],
    responses={
        200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}},
        **documented(
            *KEYED,
            errors.ImportNotFoundError,
            errors.ImportItemNotFoundError,
            errors.RecordWithheldError,
            errors.JmsUnavailableError,
            errors.PhotoMissingError,
            errors.PhotoTooLargeError,
            errors.UnsupportedPhotoError,
            errors.PhotoUnreadableError,
            errors.PhotoTooCostlyError,
            errors.SourceUnusableError,
            errors.SourceUnavailableError,
            errors.SourceTimeoutError,
            errors.ServiceBusyError,
            errors.TooManyCallsError,
        ),
    },
)
async def import_item_photo(
    request: Request,
    services: ServicesDep,
    caller: CallerDep,
    actor: ActorDep,
    import_id: ImportId,
    position: Annotated[int, Path(ge=1, le=_LAST_POSITION, description="As its item says.")],
    width: Annotated[int, Query(ge=16, le=4096, description="At most this wide.")] = 480,
) -> Response:
    """Show what the source holds for an item, one that was refused too; the look is recorded."""
    async with turn_of(request.scope, caller):
        shown = await services.imports.read.thumbnail(import_id, position, width, actor)
    return Response(shown, media_type="image/jpeg", headers=PHOTO_HEADERS)

"""The index: POST, GET, DELETE /index."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, Response

from app.api.deps import (
    ActorDep,
    After,
    ExternalImageId,
    IdempotencyKey,
    Limit,
    Needs,
    ServicesDep,
    needs,
    only_fields,
    only_query,
)
from app.api.documented import KEYED, READING, documented
from app.api.schemas.index import IndexAnswerOut, IndexedPhotoOut
from app.api.schemas.wire import Page
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.photo import EXTERNAL_IMAGE_ID, View
from app.domain.record import IndexOutcome
from app.services.index_call import IndexRequest

router = APIRouter(prefix="/index", tags=["index"])

_LOOKING = needs(AuditAction.VIEW_INDEX, Scope.INDEX, Scope.SEARCH)
_RESTORING = Needs(AuditAction.INDEX, (Scope.ADMIN,))
_FIELDS = ("photo", "external_image_id", "view", "face", "restore")


async def _restore(
    request: Request,
    actor: ActorDep,
    restore: Annotated[  # noqa: FBT002 - a form field
        bool, Form(description="Index an id again that was removed (scope admin).")
    ] = False,
) -> bool:
    if restore:
        await _RESTORING(request, actor)
    return restore


@router.post(
    "",
    summary="Index a booking photo",
    status_code=HTTPStatus.CREATED,
    dependencies=[needs(AuditAction.INDEX, Scope.INDEX), Depends(only_fields(*_FIELDS))],
    response_description="Created: the face is searchable",
    responses={
        200: {"model": IndexAnswerOut, "description": "Unchanged, replaced or skipped"},
        **documented(
            *KEYED,
            *READING,
            errors.InvalidExternalImageIdError,
            errors.NoFaceError,
            errors.SeveralFacesError,
            errors.FaceIndexError,
            errors.FaceRefusedError,
            errors.IdempotencyKeyReusedError,
            errors.TombstonedError,
            errors.PreservationHoldError,
            errors.ModelSwitchedError,
            errors.PhotoStoreUnavailableError,
            errors.DataKeysUnavailableError,
            errors.DataKeysMisconfiguredError,
            errors.PhotoStoreMisconfiguredError,
        ),
    },
)
async def index(
    services: ServicesDep,
    actor: ActorDep,
    response: Response,
    photo: Annotated[bytes, File(description="The booking photo, at most 20 MB.")],
    external_image_id: Annotated[
        str,
        Form(
            description="Joins photo, face and booking: [a-zA-Z0-9_.\\-:], 1 to 255 characters.",
            json_schema_extra={"pattern": EXTERNAL_IMAGE_ID},  # told here, checked by the domain
        ),
    ],
    restore: Annotated[bool, Depends(_restore)],
    view: Annotated[View, Form(description="What the photo shows.")] = View.FRONT,
    face: Annotated[
        int | None, Form(ge=0, description="Which of several faces is meant, largest first.")
    ] = None,
    idempotency_key: IdempotencyKey = None,
) -> IndexAnswerOut:
    """Make a booking photo's face searchable.

    The same id and bytes again change nothing; the same id with other bytes replaces the face in
    one step. Only front views become searchable unless the settings allow more. A photo without
    one clear face is refused and nothing of it is kept.
    """
    request = IndexRequest(photo, external_image_id, view, face, restore, idempotency_key)
    answer = await services.index_photo(request, actor)
    if answer.outcome is not IndexOutcome.CREATED:
        response.status_code = HTTPStatus.OK
    return IndexAnswerOut.answering(answer)


@router.get(
    "",
    summary="List what is on record",
    dependencies=[_LOOKING, Depends(only_query("after", "limit"))],
    responses=documented(*KEYED),
)
async def index_list(
    services: ServicesDep, after: After = None, limit: Limit = 100
) -> Page[IndexedPhotoOut]:
    """List what is on record, in the order of the ids.

    Removed photos and those of sealed records and the like are left out; a page may then be
    shorter than `limit`, and `next` says whether another one follows.
    """
    page = await services.read_index.page(after, limit)
    return Page(items=[IndexedPhotoOut.of(record) for record in page.records], next=page.next)


@router.get(
    "/{external_image_id}",
    summary="Show one photo's record",
    dependencies=[_LOOKING],
    responses=documented(
        *KEYED,
        errors.InvalidExternalImageIdError,
        errors.NotIndexedError,
        errors.RecordWithheldError,
    ),
)
async def index_one(services: ServicesDep, external_image_id: ExternalImageId) -> IndexedPhotoOut:
    """Show what is on record of one photo: status, faces, engine, model, when."""
    return IndexedPhotoOut.of(await services.read_index.one(external_image_id))


@router.delete(
    "/{external_image_id}",
    summary="Remove a photo",
    status_code=HTTPStatus.NO_CONTENT,
    response_description="Removed",
    dependencies=[needs(AuditAction.REMOVE, Scope.INDEX)],
    responses=documented(
        *KEYED,
        errors.InvalidExternalImageIdError,
        errors.NotIndexedError,
        errors.PreservationHoldError,
    ),
)
async def index_remove(
    services: ServicesDep, actor: ActorDep, external_image_id: ExternalImageId
) -> None:
    """Remove a photo from engine and photo store; a tombstone keeps imports from restoring it.

    `GET /removals` lists its receipt.
    """
    await services.remove_photo(external_image_id, actor)

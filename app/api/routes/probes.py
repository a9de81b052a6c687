"""GET /searches/{search_id}/probe: the photo that was searched, while it is kept."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.api.deps import ActorDep, CallerDep, ServicesDep, needs, only_query
from app.api.documented import KEYED, documented
from app.api.streamed import PHOTO_HEADERS, PHOTO_KINDS, StreamedPhoto, media_type
from app.api.turns import turn_where
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.blinding import PROBE

router = APIRouter(tags=["search"])

_AS_SENT = {Scope.SEARCH, Scope.ADMIN}
_WIDTH = 480
_LOOKING = needs(AuditAction.VIEW_PROBE, Scope.SEARCH, Scope.REVIEW)


@router.get(
    "/searches/{search_id}/probe",
    summary="Show the probe of a past search",
    response_class=Response,
    response_description="The probe as it was sent, or an upright JPEG thumbnail",
    dependencies=[_LOOKING, Depends(only_query("width"))],
    responses={
        200: PHOTO_KINDS,
        **documented(
            *KEYED,
            errors.SearchNotFoundError,
            errors.ProbeNotKeptError,
            errors.PictureNotFoundError,
            errors.ProbeDestroyedError,
            errors.PhotoUnreadableError,
            errors.PhotoTooCostlyError,
            errors.PhotoStoreUnavailableError,
            errors.PhotoStoreMisconfiguredError,
            errors.ServiceBusyError,
            errors.TooManyCallsError,
        ),
    },
)
async def search_probe(
    request: Request,
    services: ServicesDep,
    caller: CallerDep,
    actor: ActorDep,
    search_id: Annotated[str, Path(max_length=64, description="As the search answered it.")],
    width: Annotated[
        int | None, Query(ge=16, le=4096, description="A thumbnail at most this wide.")
    ] = None,
) -> Response:
    """Show the photo that was searched, for its review; each look is recorded.

    As it was sent it is shown to the scope `search` (or `admin`); the scope `review` alone gets it
    between the bands of `/searches/{search_id}/pictures/probe`, lest it be searched anew. It is
    kept for some days and until the review is closed, then by its hash only.
    """
    as_sent = not caller.scopes.isdisjoint(_AS_SENT)
    async with turn_where(width is not None or not as_sent, request.scope, caller):
        if not as_sent:
            stamped = await services.reviews.view_picture(search_id, PROBE, width or _WIDTH, actor)
            return Response(stamped, media_type="image/jpeg", headers=PHOTO_HEADERS)
        shown = await services.forgetting.view_probe(search_id, width, actor)
    return StreamedPhoto(shown, media_type(shown.first), PHOTO_HEADERS)

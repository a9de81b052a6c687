"""GET /bookings and /photos: what belongs to an id."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.security import APIKeyQuery

from app.api.deps import (
    ActorDep,
    Bearer,
    EdgeDep,
    ExternalImageId,
    Needs,
    OnBehalfOf,
    ServicesDep,
    actor_of,
    caller_of,
    needs,
)
from app.api.documented import KEYED, documented
from app.api.schemas.booking import BookingOut
from app.api.streamed import StreamedPhoto
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import Actor, AuditAction

router = APIRouter(tags=["bookings"])

_LOOKING = Needs(AuditAction.VIEW_PHOTO, (Scope.SEARCH,))
_STARTS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
    b"II": "image/tiff",
    b"MM": "image/tiff",
    b"BM": "image/bmp",
}
_KINDS = {*_STARTS.values(), "image/heic", "application/octet-stream"}
_signature = APIKeyQuery(
    name="signature",
    scheme_name="PhotoSignature",
    description="Of a signed address, as searches give it out; works without a key.",
    auto_error=False,
)
_PICTURE = {"type": "string", "format": "binary"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@router.get(
    "/bookings/{external_image_id}",
    summary="Show a booking",
    dependencies=[needs(AuditAction.VIEW_BOOKING, Scope.SEARCH)],
    responses=documented(
        *KEYED,
        errors.InvalidExternalImageIdError,
        errors.BookingNotFoundError,
        errors.RecordWithheldError,
        errors.JmsNotConfiguredError,
        errors.JmsUnavailableError,
    ),
)
async def booking(
    services: ServicesDep, edge: EdgeDep, actor: ActorDep, external_image_id: ExternalImageId
) -> BookingOut:
    """Fetch the booking from the jail management system; the look is recorded."""
    found = await services.view_booking(external_image_id, actor)
    return BookingOut.of(found, edge.allowed_extra)


@router.get(
    "/photos/{external_image_id}",
    summary="Show a booking photo",
    response_class=Response,
    response_description="The photo as it was sent, or an upright JPEG thumbnail",
    responses={
        200: {"content": {kind: {"schema": _PICTURE} for kind in sorted(_KINDS)}},
        **documented(
            *KEYED,
            errors.InvalidExternalImageIdError,
            errors.LinkExpiredError,
            errors.NotIndexedError,
            errors.RecordWithheldError,
            errors.PhotoUnreadableError,
            errors.PhotoTooCostlyError,
            errors.PhotoStoreUnavailableError,
            errors.PhotoStoreMisconfiguredError,
            errors.ServiceBusyError,
        ),
    },
)
async def photo(
    request: Request,
    services: ServicesDep,
    edge: EdgeDep,
    bearer: Bearer,
    signature: Annotated[str | None, Depends(_signature)],
    external_image_id: ExternalImageId,
    width: Annotated[
        int | None, Query(ge=16, le=4096, description="A thumbnail at most this wide.")
    ] = None,
    expires: Annotated[
        int | None, Query(ge=0, le=2**40, description="Of a signed address; seconds since 1970.")
    ] = None,
    looking: Annotated[
        str | None,
        Query(alias="caller", max_length=300, description="Of a signed address; who looks."),
    ] = None,
    on_behalf_of: OnBehalfOf = None,
) -> Response:
    """Show the booking photo, with a key or by a signed address; the look is recorded."""
    who: Actor
    if expires is not None and looking is not None and signature is not None:
        edge.links.check(external_image_id, expires, looking, signature)
        who = actor_of(request, looking)
    else:
        caller = await caller_of(request, bearer)
        who = actor_of(request, caller.name, on_behalf_of)
        await _LOOKING(request, who)
    shown = await services.view_photo(external_image_id, width, who)
    return StreamedPhoto(shown, _media_type(shown.first), _HEADERS)


def _media_type(photo: bytes) -> str:
    """Tell a photo's type by its first bytes; whatever is unknown is never shown as a page."""
    kinds = (kind for start, kind in _STARTS.items() if photo.startswith(start))
    if photo[4:8] == b"ftyp":
        return "image/heic"
    return next(kinds, "application/octet-stream")

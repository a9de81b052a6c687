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
from app.api.documented import SHOWING, documented
from app.api.schemas.booking import BookingOut
from app.api.streamed import PHOTO_HEADERS, PHOTO_KINDS, StreamedPhoto, media_type
from app.api.turns import turn_where
from app.domain import errors
from app.domain.access import Scope
from app.domain.audit import Actor, AuditAction
from app.services.callers import Caller

router = APIRouter(tags=["bookings"])

_LOOKING = Needs(AuditAction.VIEW_PHOTO, (Scope.SEARCH,))
_signature = APIKeyQuery(
    name="signature",
    scheme_name="PhotoSignature",
    description="Of a signed address, as searches give it out; works without a key.",
    auto_error=False,
)


@router.get(
    "/bookings/{external_image_id}",
    summary="Show a booking",
    dependencies=[needs(AuditAction.VIEW_BOOKING, Scope.SEARCH)],
    responses=documented(
        *SHOWING,
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
        200: PHOTO_KINDS,
        **documented(
            *SHOWING,
            errors.InvalidExternalImageIdError,
            errors.LinkExpiredError,
            errors.NotIndexedError,
            errors.RecordWithheldError,
            errors.PhotoUnreadableError,
            errors.PhotoTooCostlyError,
            errors.PhotoStoreUnavailableError,
            errors.DataKeysUnavailableError,
            errors.DataKeysMisconfiguredError,
            errors.PhotoStoreMisconfiguredError,
            errors.ServiceBusyError,
            errors.TooManyCallsError,
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
        Query(alias="caller", max_length=1000, description="Of a signed address; who looks."),
    ] = None,
    on_behalf_of: OnBehalfOf = None,
) -> Response:
    """Show the booking photo, with a key or by a signed address; the look is recorded."""
    who: Actor
    caller: Caller
    if expires is not None and looking is not None and signature is not None:
        edge.links.check(external_image_id, expires, looking, signature)
        caller = Caller(looking, frozenset())
        who = actor_of(request, caller)
    else:
        caller = await caller_of(request, bearer)
        who = actor_of(request, caller, on_behalf_of)
        await _LOOKING(request, who)
    async with turn_where(width is not None, request.scope, caller):
        shown = await services.view_photo(external_image_id, width, who)
    return StreamedPhoto(shown, media_type(shown.first), PHOTO_HEADERS)

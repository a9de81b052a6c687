"""GET /bookings and /photos: what belongs to an id."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.deps import ActorDep, Bearer, EdgeDep, OnBehalfOf, ServicesDep, actor_of
from app.api.errors import documented
from app.api.schemas.booking import BookingOut
from app.domain.audit import Actor

router = APIRouter(tags=["bookings"])


@router.get(
    "/bookings/{external_image_id}",
    responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
async def booking(
    services: ServicesDep, edge: EdgeDep, actor: ActorDep, external_image_id: str
) -> BookingOut:
    """Fetch the booking from the jail management system; the look is recorded."""
    found = await services.view_booking(external_image_id, actor)
    return BookingOut.of(found, edge.allowed_extra)


@router.get(
    "/photos/{external_image_id}",
    response_class=Response,
    responses={
        200: {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}},
        **documented(HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN),
    },
)
async def photo(
    request: Request,
    services: ServicesDep,
    edge: EdgeDep,
    bearer: Bearer,
    external_image_id: str,
    width: Annotated[
        int | None, Query(ge=16, le=4096, description="A thumbnail at most this wide.")
    ] = None,
    expires: Annotated[int | None, Query(ge=0, le=2**40)] = None,
    caller: Annotated[str | None, Query(max_length=300)] = None,
    signature: Annotated[str | None, Query(max_length=64)] = None,
    on_behalf_of: OnBehalfOf = None,
) -> Response:
    """Show the booking photo, with a key or by a signed address; the look is recorded."""
    who: Actor
    if expires is not None and caller is not None and signature is not None:
        edge.links.check(external_image_id, expires, caller, signature)
        who = actor_of(request, caller)
    else:
        name = await services.authenticate(bearer.credentials if bearer else None)
        who = actor_of(request, name, on_behalf_of)
    shown = await services.view_photo(external_image_id, width, who)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(shown, media_type=_media_type(shown), headers=headers)


def _media_type(photo: bytes) -> str:
    """Tell a photo's type by its first bytes; whatever is unknown is never shown as a page."""
    starts = {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG": "image/png",
        b"GIF8": "image/gif",
        b"RIFF": "image/webp",
        b"II*\0": "image/tiff",
        b"MM\0*": "image/tiff",
        b"BM": "image/bmp",
    }
    kinds = (kind for start, kind in starts.items() if photo.startswith(start))
    return next(kinds, "application/octet-stream")

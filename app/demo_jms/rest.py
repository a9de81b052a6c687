"""The REST face, in the shape that docs/connect-a-jms.md describes."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.demo_jms.jail import DemoJail, DemoPhoto

MOST_IDS: Final = 500
"""In one question."""


class RestFace:
    """Answers for one jail."""

    def __init__(self, jail: DemoJail) -> None:
        self._jail = jail

    @property
    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/bookings", self._asked_for_many, methods=["GET", "POST"]),
            Route("/bookings/{external_image_id:path}", self._booking),
            Route("/photos", self._page),
            Route("/photos/{external_image_id:path}", self._photo),
        ]

    async def _booking(self, request: Request) -> Response:
        photo = self._jail.photo(request.path_params["external_image_id"])
        if photo is None:
            return _no(404, "no such booking")
        return _tagged(request, JSONResponse(self._jail.columns(photo)))

    async def _asked_for_many(self, request: Request) -> Response:
        """Answer `?ids=A,B`, or a body {"ids": ["A", "B"]}, with {"items": [...]}."""
        ids = await _ids(request)
        if ids is None or len(ids) > MOST_IDS:
            return _no(400, f'ids: up to {MOST_IDS}, as ?ids=A,B or {{"ids": ["A", "B"]}}')
        known = (self._jail.photo(one) for one in dict.fromkeys(ids))
        items = [self._jail.columns(photo) for photo in known if photo is not None]
        return JSONResponse({"items": items})

    async def _page(self, request: Request) -> Response:
        asked = request.query_params
        try:
            since = datetime.fromisoformat(asked["since"]) if "since" in asked else None
            aware = since.replace(tzinfo=since.tzinfo or UTC) if since else None
            page = self._jail.page(asked.get("view"), aware, asked.get("after"))
        except ValueError:
            return _no(400, "since is a time as in RFC 3339; after is what next was")
        return JSONResponse({"items": [_entry(one) for one in page.photos], "next": page.next})

    async def _photo(self, request: Request) -> Response:
        photo = self._jail.photo(request.path_params["external_image_id"])
        if photo is None:
            return _no(404, "no such photo")
        response = Response(photo.read(), media_type="image/jpeg")
        changed_at = photo.changed_at.astimezone(UTC)
        response.headers["Last-Modified"] = format_datetime(changed_at, usegmt=True)
        return _tagged(request, response)


async def _ids(request: Request) -> Sequence[str] | None:
    if request.method == "GET":
        return [one for one in request.query_params.get("ids", "").split(",") if one]
    try:
        ids = json.loads(await request.body())["ids"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_list = isinstance(ids, list) and all(isinstance(one, str) for one in ids)
    return ids if is_list else None


def _entry(photo: DemoPhoto) -> dict[str, object]:
    return {
        "external_image_id": photo.external_image_id,
        "booking_number": photo.booking.get("booking_number"),
        "view": photo.view,
        "taken_at": photo.changed_at.isoformat(),
    }


def _tagged(request: Request, response: Response) -> Response:
    """Give an answer its ETag, and nothing but that to whoever has it already."""
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response


def _no(status: int, detail: str) -> Response:
    return JSONResponse({"detail": detail}, status)

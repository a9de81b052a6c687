"""A jail management system of another shape: nested, camelCase, epochs, batches and pages.

It is the one that docs/connect-a-jms.md connects by configuration alone, on a socket.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse

from adapters.jms.contract.stock import JailPhoto
from adapters.table_rows import ID
from app.domain.charges import charges_of

STATES = {"": "A", "SEALED": "S"}
POSES = {"front": "F", "left": "L", "right": "R", "scar_mark_tattoo": "S"}
SINCE = "changedAfter"


@dataclass
class CamelJail:
    """What it knows, how many photos are on a page, and who may ask."""

    bookings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    photos: Sequence[JailPhoto] = ()
    page_size: int = 1000
    client: tuple[str, str] | None = None  # id and secret: then a token is needed
    token_seconds: object = 3600
    tokens: int = 0  # given so far; the last one is the one that is good
    good: bool = True  # else no token is
    is_away: bool = False  # what gives tokens
    asked: list[str] = field(default_factory=list)

    def record(self, identifier: str) -> Mapping[str, object] | None:
        """Return a booking as this JMS has it."""
        known = self.bookings.get(identifier)
        return None if known is None else camel_record(known)

    def listed(self, pose: str | None, since: float | None) -> list[JailPhoto]:
        """Return the photos that were changed since, the oldest change first."""
        meant = [
            one
            for one in self.photos
            if pose in (None, POSES.get(one.view, one.view))
            and (since is None or _epoch(one.changed_at) >= since)
        ]
        return sorted(meant, key=lambda one: one.changed_at)


def camel_record(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Return the columns of a bookings file as this JMS has them."""
    charges = charges_of(fields.get("charges") or "").items
    return {
        "imageNo": fields[ID],
        "bookingRef": {"number": fields.get("booking_number")},
        "subject": {
            "name": {"last": fields.get("last_name")},
            "height": fields.get("height"),
            "birth": fields.get("birth"),
            "sexCode": fields.get("sex_code"),
        },
        "bookedOn": fields.get("booked_on"),
        "charges": [
            {
                "statuteCode": one.statute,
                "desc": one.description,
                "level": one.severity,
                "outcome": one.disposition,
            }
            for one in charges
        ],
        "recordState": STATES.get(str(fields.get("status", "")), "Z"),
        "housing": {"pod": fields.get("pod")},
    }


def camel_server(jail: CamelJail) -> FastAPI:
    """Its face on the web."""

    async def known(request: Request) -> None:
        jail.asked.append(f"{request.method} {request.url.path}")
        given = request.headers.get("Authorization")
        if jail.client is not None and not (jail.good and given == f"Bearer token-{jail.tokens}"):
            raise HTTPException(401)

    app, router = FastAPI(), APIRouter(prefix="/v2", dependencies=[Depends(known)])
    _serve_bookings(router, jail)
    _serve_images(router, jail)
    app.include_router(router)

    @app.post("/token")
    async def token(
        request: Request,
        grant_type: Annotated[str, Form()],
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form()] = None,
    ) -> Response:
        jail.asked.append("POST /token")
        if jail.is_away:
            return Response(status_code=503)
        header = request.headers.get("Authorization", "").removeprefix("Basic ")
        pair = base64.b64decode(header).decode().partition(":") if header else None
        said = (unquote(pair[0]), unquote(pair[2])) if pair else (client_id, client_secret)
        if grant_type != "client_credentials" or said != jail.client:
            return JSONResponse({"error": "invalid_client"}, 401)
        jail.tokens += 1
        told = {"access_token": f"token-{jail.tokens}", "token_type": "bearer"}
        return JSONResponse({**told, "expires_in": jail.token_seconds})

    return app


def _serve_bookings(router: APIRouter, jail: CamelJail) -> None:
    @router.post("/bookings/lookup")
    async def lookup(request: Request) -> Response:
        asked = (await request.json())["imageNos"]
        found = [jail.record(one) for one in asked]
        return JSONResponse({"data": {"bookings": [one for one in found if one]}})

    @router.post("/bookings/bare")
    async def bare(request: Request) -> Response:
        found = [jail.record(one) for one in await request.json()]
        return JSONResponse([one for one in found if one])

    @router.get("/bookings/several")
    async def several(request: Request) -> Response:
        together = request.url.query.removeprefix("key=1&imageNos=")
        found = [jail.record(unquote(one)) for one in together.split(",")]
        return JSONResponse({"Items": [one for one in found if one]})

    @router.get("/bookings/repeated")
    async def repeated(image: Annotated[list[str], Query()]) -> Response:
        return JSONResponse({"byImage": {one: jail.record(one) for one in image}})

    @router.get("/bookings/search")
    async def search(image: str) -> Response:
        found = jail.record(image)
        return JSONResponse({"hits": [found] if found else []})

    @router.get("/health")
    async def health() -> Response:
        return Response("well", media_type="text/plain")


def _serve_images(router: APIRouter, jail: CamelJail) -> None:
    @router.get("/images")
    async def by_number(
        pageNo: int,  # noqa: N803 - its name on the wire
        imageType: str | None = None,  # noqa: N803 - as it is named there
        changedAfter: float | None = None,  # noqa: N803 - as it is named there
    ) -> Response:
        meant = jail.listed(imageType, changedAfter)
        start = (pageNo - 1) * jail.page_size
        images = [_image(one) for one in meant[start : start + jail.page_size]]
        pages = -(-len(meant) // jail.page_size)
        return JSONResponse({"images": images, "pageNo": pageNo, "pageCount": pages})

    @router.get("/images/linked")
    async def linked(
        request: Request, view: str, since: datetime | None = None, at: int = 0
    ) -> Response:
        meant = jail.listed(POSES[view], _epoch(since) if since else None)
        end = at + jail.page_size
        url = request.url.include_query_params(at=end)
        link = f'<{url}>; rel="next"' if end < len(meant) else '<https://first.test/>; rel="first"'
        return JSONResponse([_image(one) for one in meant[at:end]], headers={"Link": link})

    @router.get("/images/changes")
    async def changes(since: datetime | None = None) -> Response:
        meant = jail.listed(None, _epoch(since) if since else None)
        return JSONResponse({"images": [_image(one) for one in meant[: jail.page_size]]})

    @router.get("/images/{raw_id:path}/content")
    async def content(raw_id: str) -> Response:
        photo = next((one for one in jail.photos if one.raw_id == raw_id), None)
        if photo is None:
            return JSONResponse({}, 404)
        return JSONResponse({"content": base64.b64encode(photo.read()).decode()})


def _image(one: JailPhoto) -> Mapping[str, object]:
    return {
        "imageNo": one.raw_id,
        "pose": POSES.get(one.view, one.view),
        "changedOn": _epoch(one.changed_at),
        "booking": one.booking.get("booking_number"),
    }


def _epoch(moment: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.timestamp() * 1000

"""A jail management system on a socket that lists photos, and does what it can to spoil an import.

What it does to a photo is decided by its id and the seed, so that every run has the same faults,
and a test can know beforehand what must come of each photo.
"""

import random
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse

from adapters.jms.contract.stock import JailPhoto
from tests.servers import linger

__all__ = [
    "JUNK",
    "Fate",
    "HostileJail",
    "Hostility",
    "JailPhoto",
    "awkward_id",
    "hostile_jms",
]


class Fate(StrEnum):
    """What becomes of the attempts at one photo."""

    FINE = "fine"
    ERROR_500 = "error_500"  # the first time; so are the next two
    HANG = "hang"
    HALF_BODY = "half_body"
    CHANGED = "changed"  # other bytes than it had while it was listed
    MISSING = "missing"  # 404, for ever; so are the rest
    HTML = "html"
    DEAD = "dead"  # 500

    @property
    def is_fetchable(self) -> bool:
        """Whether the photo can be had in the end."""
        return self not in {Fate.MISSING, Fate.HTML, Fate.DEAD}


PASSING = (Fate.ERROR_500, Fate.HANG, Fate.HALF_BODY)
JUNK: tuple[object, ...] = (
    None,
    "A1",
    {},
    {"external_image_id": ""},
    {"external_image_id": ["A1"]},
    {"external_image_id": "junk-view", "view": "from behind"},
    {"external_image_id": "junk-host", "url": "http://203.0.113.7/photo.jpg"},
    {"external_image_id": "junk-url", "url": "http://["},
)
"""Entries of a listing that no photo can be had by."""


@dataclass(frozen=True, slots=True)
class Hostility:
    """How bad it is; shares of photos, pages and bookings from 0 to 1. Nothing: a good JMS."""

    seed: int = 0
    fates: Mapping[Fate, float] = field(default_factory=dict)  # of photos
    bad_pages: float = 0  # that fail the first time: 500, hanging or half
    bad_bookings: float = 0  # whose first answer is 500
    repeats: float = 0  # entries that a later page has again
    arrivals: int = 0  # new photos before all others, after each page: offsets shift
    junk: bool = False  # the first page has entries that cannot be used
    goes_round: bool = False  # the last page leads to the first again, for ever


@dataclass
class HostileJail:
    """The photos, the hostility, and what was asked."""

    photos: Sequence[JailPhoto]
    hostility: Hostility = field(default_factory=Hostility)
    page_size: int = 1000
    asked: Counter[str] = field(default_factory=Counter)  # `photo A1`, `page 1000`, `booking A1`
    arrived: list[JailPhoto] = field(default_factory=list)  # the newest first

    def __post_init__(self) -> None:
        self.by_id = {one.raw_id: (number, one) for number, one in enumerate(self.photos)}

    def fate(self, raw_id: str) -> Fate:
        """Return what is decided about a photo."""
        drawn = self._drawn("photo", raw_id)
        for fate, share in self.hostility.fates.items():
            drawn -= share
            if drawn < 0:
                return fate
        return Fate.FINE

    def served(self, raw_id: str) -> bytes:
        """Return the bytes that a photo has when it is fetched."""
        photo = self.by_id[raw_id][1].read()
        return photo + b"\0changed" if self.fate(raw_id) is Fate.CHANGED else photo

    def fetchable(self) -> set[str]:
        """Return the ids of the front views that can be had in the end."""
        return {
            one.raw_id
            for one in self.photos
            if one.view == "front" and self.fate(one.raw_id).is_fetchable
        }

    def passing_fault(self, what: str, name: str, share: float) -> Fate | None:
        """Return what is wrong with this answer: the first one only, if any."""
        first = self.asked[f"{what} {name}"] == 1
        drawn = self._drawn(what, name)
        if not first or drawn >= share:
            return None
        return PASSING[int(drawn / share * len(PASSING))]

    def page(self, view: str | None, since: datetime | None, start: int) -> dict[str, object]:
        """Return a page by offset, after which more photos may have arrived."""
        listed = [*self.arrived, *self.photos]
        meant = [
            one
            for one in listed
            if view in (None, one.view) and (since is None or one.changed_at >= since)
        ]
        items = [self._entry(one) for one in meant[start : start + self.page_size]]
        repeated = [one for one in meant[:start] if self._repeats_at(one, start)]
        items += [self._entry(one) for one in repeated]
        if start == 0 and self.hostility.junk:
            items += JUNK
        end = start + self.page_size
        self._more_arrive()
        last = "0" if self.hostility.goes_round else None
        return {"items": items, "next": str(end) if end < len(meant) else last}

    def _entry(self, one: JailPhoto) -> object:
        number, _ = self.by_id.get(one.raw_id, (None, one))
        entry = {"external_image_id": one.raw_id, "view": one.view}
        if number is not None and (number % 2 or not one.raw_id.strip(".")):
            entry["url"] = f"/pictures/{number}.jpg"
        return entry

    def _repeats_at(self, one: JailPhoto, start: int) -> bool:
        if not self.hostility.repeats:
            return False
        pages = 1 + len(self.photos) // self.page_size
        at = int(self._drawn("repeated at", one.raw_id) * pages) * self.page_size
        return at == start and self._drawn("repeated", one.raw_id) < self.hostility.repeats

    def _more_arrive(self) -> None:
        for _ in range(self.hostility.arrivals):
            sample = self.photos[len(self.arrived) % len(self.photos)]
            new = JailPhoto(f"new-{len(self.arrived)}", sample.photo)
            self.arrived.insert(0, new)

    def _drawn(self, what: str, name: str) -> float:
        return _drawn(f"{self.hostility.seed} {what} {name}")


@cache
def _drawn(seed: str) -> float:
    return random.Random(seed).random()  # noqa: S311 - nothing secret


AWKWARD = ("A {} /2", "Müller {}", "::{}", "50%2F{}", "日本{}", "a?b=&c#{}", "“{}”", "{}+1", "\\{}")


def awkward_id(number: int) -> str:
    """Return an id that has to be encoded, another for every number."""
    return AWKWARD[number % len(AWKWARD)].format(number)


def hostile_jms(jail: HostileJail) -> FastAPI:
    """The JMS as docs/connect-a-jms.md describes it, but for its manners."""
    app = FastAPI()

    @app.get("/bookings/{raw_id:path}")
    async def booking(raw_id: str) -> Response:
        jail.asked[f"booking {raw_id}"] += 1
        fault = jail.passing_fault("booking", raw_id, jail.hostility.bad_bookings)
        if fault is not None:
            return HTMLResponse("<h1>Error: SELECT * FROM inmate</h1>", 500)
        if raw_id not in jail.by_id:
            return JSONResponse({}, 404)
        one = jail.by_id[raw_id][1]
        return JSONResponse({"external_image_id": raw_id, **one.booking})

    @app.get("/photos")
    async def page(
        request: Request,
        view: str | None = None,
        since: datetime | None = None,
        after: str | None = None,
    ) -> Response:
        name = after or "0"
        jail.asked[f"page {name}"] += 1
        fault = jail.passing_fault("page", name, jail.hostility.bad_pages)
        body = JSONResponse({} if fault else jail.page(view, since, int(name)))
        if fault is None:
            return body
        return await _spoiled(fault, bytes(body.body) * 99, request, "application/json")

    _serve_photos(app, jail)
    return app


def _serve_photos(app: FastAPI, jail: HostileJail) -> None:
    @app.get("/pictures/{number}.jpg")
    async def picture(number: int, request: Request) -> Response:
        if number >= len(jail.photos):
            return Response(status_code=404)
        return await _photo(jail, jail.photos[number].raw_id, request)

    @app.get("/photos/{raw_id:path}")
    async def photo(raw_id: str, request: Request) -> Response:
        return await _photo(jail, raw_id, request)


async def _photo(jail: HostileJail, raw_id: str, request: Request) -> Response:
    jail.asked[f"photo {raw_id}"] += 1
    if raw_id not in jail.by_id:
        return Response(status_code=404)
    fate, first = jail.fate(raw_id), jail.asked[f"photo {raw_id}"] == 1
    photo = jail.served(raw_id)
    if fate is Fate.MISSING:
        return JSONResponse({}, 404)
    if fate is Fate.HTML:
        return HTMLResponse("<html><form>Password</form></html>")
    if fate is Fate.DEAD:
        return await _spoiled(Fate.ERROR_500, photo, request)
    if fate in PASSING and first:
        return await _spoiled(fate, photo, request)
    return Response(photo, media_type="image/jpeg")


async def _spoiled(
    fault: Fate, body: bytes, request: Request, kind: str = "image/jpeg"
) -> Response:
    if fault is Fate.HANG:
        await linger(request, 3600)
    if fault is not Fate.HALF_BODY:
        return HTMLResponse("<h1>Error: SELECT * FROM inmate</h1>", 500)

    async def half() -> AsyncGenerator[bytes]:
        yield body[: len(body) // 2]
        raise ConnectionResetError

    return StreamingResponse(half(), media_type=kind, headers={"Content-Length": str(len(body))})

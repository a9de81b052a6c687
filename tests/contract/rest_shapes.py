"""A JMS of another shape, connected by configuration: each way of asking it is one kind."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC
from pathlib import Path

import httpx

from adapters.field_mapping import FieldMapping
from adapters.jms.contract.stock import JailPhoto, Open
from adapters.jms.rest import BookingCalls, PhotoCalls, RestJms, RestShape
from app.domain.photo import View
from app.ports.jms import Jms
from tests.camel_jail import POSES, CamelJail, camel_server
from tests.servers import served

MAPPING = """
fields:
  external_image_id: imageNo
  booking_number: bookingRef.number
  last_name: subject.name.last
  height: subject.height
  charges: "charges[].{statute: statuteCode, text: desc, severity: level, disposition: outcome}"
  status: recordState
codes:
  status: {A: active, S: sealed}
extra:
  pod: housing.pod
photos:
  fields:
    external_image_id: imageNo
    booking_number: booking
    view: pose
    taken_at: changedOn
    image: content
  codes:
    view: {F: front, L: left, R: right, S: scar_mark_tattoo}
  times:
    taken_at: epoch_milliseconds
"""
CALLS = {
    "rest record": BookingCalls(path="bookings/search?image={id}", record="hits[0]"),
    "rest post": BookingCalls(
        batch="post",
        batch_path="bookings/lookup",
        batch_size=2,
        ids="imageNos",
        items="data.bookings",
    ),
    "rest bare post": BookingCalls(batch="post", batch_path="bookings/bare", ids=""),
    "rest query": BookingCalls(
        batch="query", batch_path="bookings/several?key=1", ids="imageNos", batch_size=2
    ),
    "rest repeated": BookingCalls(
        batch="query",
        batch_path="bookings/repeated",
        ids="image",
        separator="",
        items="byImage",
        ping_path="health",
    ),
}
VIEWS = {view: POSES[view.value] for view in View if view.value in POSES}
PAGES = {
    "rest pages": PhotoCalls(
        listing_path="images",
        path="images/{id}/content",
        paging="page",
        page="pageNo",
        items="images",
        more="pageNo < pageCount",
        view="imageType",
        views=VIEWS,
        since="changedAfter",
        since_form="epoch_milliseconds",
    ),
    "rest links": PhotoCalls(
        listing_path="images/linked", path="images/{id}/content", paging="link"
    ),
}


@asynccontextmanager
async def asked_as(
    name: str, bookings: Mapping[str, Mapping[str, object]], directory: Path
) -> AsyncGenerator[Jms]:
    """Connect a JMS with these bookings, in one of the ways of CALLS."""
    with served(camel_server(CamelJail(bookings))) as url:
        async with camel_jms(url, directory, calls=CALLS[name]) as jms:
            yield jms


def paged_as(
    name: str,
) -> Callable[[Path, Sequence[JailPhoto], int], AbstractAsyncContextManager[Open]]:
    """Return what stocks a JMS with photos, listed in one of the ways of PAGES."""

    @asynccontextmanager
    async def stocked(
        directory: Path, photos: Sequence[JailPhoto], page_size: int
    ) -> AsyncGenerator[Open]:
        jail = CamelJail(photos=photos, page_size=page_size)
        with served(camel_server(jail)) as url:
            yield lambda: camel_jms(url, directory, photos=PAGES[name])

    return stocked


@asynccontextmanager
async def camel_jms(
    url: str,
    directory: Path,
    *,
    calls: BookingCalls | None = None,
    photos: PhotoCalls | None = None,
) -> AsyncGenerator[RestJms]:
    """Connect a JMS of this shape at an address."""
    path = directory / "mapping.yaml"
    path.write_text(MAPPING, "utf-8")
    shape = RestShape(calls or BookingCalls(), photos or PhotoCalls(), FieldMapping.load(path))
    async with httpx.AsyncClient(base_url=f"{url}/v2") as client:
        yield RestJms(client, 4, UTC, shape=shape)

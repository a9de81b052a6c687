"""What a REST JMS answers at length is read away from the event loop, and read alike."""

import json
from datetime import UTC
from threading import get_ident

import httpx
import pytest
import respx

from adapters.jms.rest import BookingCalls, RestJms, RestShape
from adapters.jms.rest.questions import LONG, Questions
from app.domain.errors import JmsMisconfiguredError
from app.domain.photo import View

BASE = "http://jail.test/api"
PAD = "x" * LONG
LISTED = {"items": [{"external_image_id": "A1", "view": "front", "note": PAD}], "next": None}


@pytest.mark.parametrize("by_import", [False, True])
async def test_only_a_long_answer_is_read_in_a_thread(by_import: bool) -> None:  # noqa: FBT001 - a table
    async with httpx.AsyncClient(base_url=BASE) as client:
        questions = Questions(client, 1, 60)
        short = await questions.read(b"{}", get_ident, by_import=by_import)
        long = await questions.read(b" " * LONG, get_ident, by_import=by_import)

    assert short == get_ident() != long


@pytest.mark.parametrize(
    "calls", [BookingCalls(), BookingCalls(batch="query")], ids=["one by one", "in one call"]
)
async def test_long_bookings_and_pages_are_read(
    respx_mock: respx.MockRouter, calls: BookingCalls
) -> None:
    known = {"external_image_id": "A1", "booking_number": "26-1", "note": PAD}
    respx_mock.get(f"{BASE}/bookings/A1").respond(json=known)
    respx_mock.get(f"{BASE}/bookings", params={"ids": "A1"}).respond(json=[known])
    respx_mock.get(f"{BASE}/photos").respond(json=LISTED)

    async with httpx.AsyncClient(base_url=BASE) as client:
        jms = RestJms(client, 8, UTC, shape=RestShape(calls))
        found = (await jms.bookings(["A1"])).found
        page = await jms.photos(View.FRONT, None, None)

    assert {one: booking.booking_number for one, booking in found.items()} == {"A1": "26-1"}
    assert [ref.external_image_id for ref in page.items] == ["A1"]


@pytest.mark.parametrize("form", ["{}[", "[{}]"])
async def test_what_is_wrong_with_a_long_answer_is_told_alike(
    respx_mock: respx.MockRouter, form: str
) -> None:
    body = form.replace("{}", json.dumps({"external_image_id": "A1", "note": PAD}))
    respx_mock.get(f"{BASE}/bookings/A1").respond(
        text=body, headers={"Content-Type": "application/json"}
    )

    async with httpx.AsyncClient(base_url=BASE) as client:
        with pytest.raises(JmsMisconfiguredError, match="answers with JSON that"):
            await RestJms(client, 8, UTC).bookings(["A1"])

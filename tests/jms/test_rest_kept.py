"""Bookings that the REST adapter keeps while the JMS says that they have not changed."""

from collections.abc import AsyncGenerator
from datetime import UTC

import httpx
import pytest
import respx

from adapters.jms.rest import BookingCalls, RestJms, RestShape
from adapters.jms.rest.kept import KeptBookings
from app.domain.booking import Booking, RecordStatus
from app.domain.errors import JmsMisconfiguredError

BASE = "http://jail.test/api"
A1 = f"{BASE}/bookings/A1"
DATE = "Sun, 17 May 2026 21:31:00 GMT"
SETTLED = {"Last-Modified": "Sun, 17 May 2026 21:30:00 GMT", "Date": DATE}
JUST_NOW = {"Last-Modified": "Sun, 17 May 2026 21:30:30 GMT", "Date": DATE}


@pytest.fixture
async def jms() -> AsyncGenerator[RestJms]:
    async with httpx.AsyncClient(base_url=BASE) as client:
        yield RestJms(client, 8, UTC)


@pytest.mark.parametrize(
    ("headers", "condition"),
    [
        ({"ETag": '"v1"'}, {"If-None-Match": '"v1"'}),
        (SETTLED, {"If-Modified-Since": SETTLED["Last-Modified"]}),
    ],
)
async def test_what_has_not_changed_is_not_sent_again(
    jms: RestJms,
    respx_mock: respx.MockRouter,
    headers: dict[str, str],
    condition: dict[str, str],
) -> None:
    again = respx_mock.get(A1, headers=condition).respond(304)
    respx_mock.get(A1).respond(json={"booking_number": "26-1"}, headers=headers)

    first, second, third = [(await jms.bookings(["A1"])).found for _ in range(3)]

    assert again.call_count == 2
    assert first == second == third
    assert first["A1"].booking_number == "26-1"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ETag": "v1"},
        {"ETag": 'W/"v1"', **SETTLED},
        {"ETag": '"' + "x" * 201 + '"'},
        {"ETag": '"v1"', "Cache-Control": "private, no-store"},
        {"Last-Modified": SETTLED["Last-Modified"]},
        {"Last-Modified": "yesterday", "Date": DATE},
        JUST_NOW,  # a second change in that second would never be seen
    ],
)
async def test_what_could_not_be_told_from_a_change_is_asked_for_whole(
    jms: RestJms, respx_mock: respx.MockRouter, headers: dict[str, str]
) -> None:
    route = respx_mock.get(A1).respond(json={"booking_number": "26-1"}, headers=headers)

    for _ in range(2):
        await jms.bookings(["A1"])

    asked = route.calls.last.request.headers
    assert "If-None-Match" not in asked
    assert "If-Modified-Since" not in asked
    assert asked["Cache-Control"] == "no-cache"


async def test_what_has_changed_takes_the_place_of_what_was_kept(
    jms: RestJms, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(A1, headers={"If-None-Match": '"v2"'}).respond(304)
    respx_mock.get(A1, headers={"If-None-Match": '"v1"'}).respond(
        json={"status": "sealed"}, headers={"ETag": '"v2"'}
    )
    respx_mock.get(A1).respond(json={"status": "active"}, headers={"ETag": '"v1"'})

    said = [(await jms.bookings(["A1"])).found["A1"].status for _ in range(3)]

    assert said == [RecordStatus.ACTIVE, RecordStatus.SEALED, RecordStatus.SEALED]


async def test_what_is_gone_is_kept_no_longer(jms: RestJms, respx_mock: respx.MockRouter) -> None:
    answers = [
        httpx.Response(200, json={"booking_number": "26-1"}, headers={"ETag": '"v1"'}),
        httpx.Response(404),
        httpx.Response(200, json={"booking_number": "26-1"}),
    ]
    route = respx_mock.get(A1).mock(side_effect=answers)

    found = [set((await jms.bookings(["A1"])).found) for _ in range(3)]

    assert found == [{"A1"}, set(), {"A1"}]
    assert "If-None-Match" not in route.calls.last.request.headers


async def test_unchanged_since_nothing_is_an_answer_that_cannot_be_used(
    jms: RestJms, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(A1).respond(304)

    with pytest.raises(JmsMisconfiguredError, match="status 304"):
        await jms.bookings(["A1"])


async def test_nothing_is_kept_where_that_is_set(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(A1).respond(json={"booking_number": "26-1"}, headers={"ETag": '"v1"'})
    async with httpx.AsyncClient(base_url=BASE) as client:
        jms = RestJms(client, 8, UTC, shape=RestShape(BookingCalls(kept=0)))

        for _ in range(2):
            await jms.bookings(["A1"])

    assert "If-None-Match" not in route.calls.last.request.headers


def test_only_so_many_are_kept_and_only_so_long() -> None:
    now = 0.0
    kept = KeptBookings(2, 300, clock=lambda: now)
    response = httpx.Response(200, headers={"ETag": '"v1"'})

    for identifier in ("A1", "A2"):
        kept.keep(identifier, Booking(identifier), response)
    assert kept.of("A1") is not None  # so that A2 is the one that was not asked for the longest
    kept.keep("A3", Booking("A3"), response)
    assert [kept.of(one) is not None for one in ("A1", "A2", "A3")] == [True, False, True]

    now = 300.0
    assert kept.of("A1") is None

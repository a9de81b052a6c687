"""The REST adapter where many bookings are asked for in one call, or one in another way."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC
from pathlib import Path

import httpx
import pytest
import respx

from adapters.jms.rest import PING_ID, BookingCalls, RestJms, RestShape
from app.domain.booking import RecordStatus
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError
from tests.camel_jail import CamelJail, camel_server
from tests.contract.rest_shapes import CALLS, camel_jms
from tests.servers import served

BASE = "http://jail.test/api"
POST = BookingCalls(batch="post", batch_path="lookup")
Open = Callable[[BookingCalls], AbstractAsyncContextManager[RestJms]]


@pytest.fixture
def opened() -> Open:
    @asynccontextmanager
    async def opened(calls: BookingCalls) -> AsyncGenerator[RestJms]:
        async with httpx.AsyncClient(base_url=BASE) as client:
            yield RestJms(client, 8, UTC, shape=RestShape(calls))

    return opened


async def test_many_bookings_cost_one_call_a_batch(tmp_path: Path) -> None:
    jail = CamelJail({f"A{n}": {"external_image_id": f"A{n}"} for n in range(5)})
    with served(camel_server(jail)) as url:
        async with camel_jms(url, tmp_path, calls=CALLS["rest post"]) as jms:
            answers = await jms.bookings([*jail.bookings, "A0", "unknown"])

    assert set(answers.found) == set(jail.bookings)
    assert jail.asked == ["POST /v2/bookings/lookup"] * 3


async def test_the_ids_are_posted_as_json(opened: Open, respx_mock: respx.MockRouter) -> None:
    route = respx_mock.post(f"{BASE}/lookup", json={"ids": ["A:1", "B/2"]}).respond(json=[])

    async with opened(POST) as jms:
        await jms.bookings(["A:1", "B/2"])

    assert route.calls.last.request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("calls", "query"),
    [
        (BookingCalls(batch="query"), "ids=A%3A1,B%2F%20%262"),
        (BookingCalls(batch="query", ids="id", separator=""), "id=A%3A1&id=B%2F+%262"),
        (BookingCalls(batch="query", separator="|"), "ids=A%3A1%7CB%2F%20%262"),
    ],
)
async def test_the_ids_are_in_the_query(
    opened: Open, respx_mock: respx.MockRouter, calls: BookingCalls, query: str
) -> None:
    route = respx_mock.get(url__startswith=f"{BASE}/bookings").respond(json={"items": []})

    async with opened(calls) as jms:
        await jms.bookings(["A:1", "B/ &2"])

    assert route.calls.last.request.url.query.decode() == query


async def test_an_id_with_the_separator_in_it_is_not_asked_for(
    opened: Open, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{BASE}/bookings?ids=A1").respond(json=[{"external_image_id": "A1"}])

    async with opened(BookingCalls(batch="query")) as jms:
        answers = await jms.bookings(["A1", "A,2"])
        only = await jms.bookings(["A,2"])

    assert (set(answers.found), set(answers.unavailable)) == ({"A1"}, {"A,2"})
    assert (only.found, set(only.unavailable)) == ({}, {"A,2"})


async def test_a_batch_that_fails_costs_the_other_batches_nothing(
    opened: Open, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(f"{BASE}/lookup", json={"ids": ["A1"]}).respond(500)
    respx_mock.post(f"{BASE}/lookup").respond(json=[{"external_image_id": "A2"}])

    async with opened(BookingCalls(batch="post", batch_path="lookup", batch_size=1)) as jms:
        answers = await jms.bookings(["A1", "A2"])
        with pytest.raises(JmsUnavailableError):
            await jms.bookings(["A1"])

    assert (set(answers.found), set(answers.unavailable)) == ({"A2"}, {"A1"})


async def test_a_record_that_cannot_be_used_costs_the_others_nothing(
    opened: Open, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(f"{BASE}/lookup").respond(
        json=[
            {"externalImageId": "A1"},
            {"external_image_id": " A2 "},
            {"external_image_id": ["A3"]},
            {"external_image_id": "other"},
            None,
        ]
    )

    async with opened(POST) as jms:
        answers = await jms.bookings(["A1", "A2", "A3"])

    assert set(answers.found) == {"A1", "A2"}
    assert answers.unavailable == {"A3"}  # the record without an id may be about it


async def test_beside_bookings_of_others_an_id_without_one_is_not_known_to_have_none(
    opened: Open, respx_mock: respx.MockRouter
) -> None:
    said = [{"external_image_id": "A1"}, {"external_image_id": "a2"}]
    respx_mock.post(f"{BASE}/lookup").respond(json=said)

    async with opened(POST) as jms:
        answers = await jms.bookings(["A1", "A2"])

    assert (set(answers.found), set(answers.unavailable)) == ({"A1"}, {"A2"})


async def test_ids_that_differ_by_blanks_have_one_record(
    opened: Open, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(f"{BASE}/lookup").respond(json=[{"external_image_id": "A1"}])

    async with opened(POST) as jms:
        answers = await jms.bookings(["A1", " A1"])

    assert set(answers.found) == {"A1", " A1"}


@pytest.mark.parametrize("said", [{}, {"error": "no such booking"}, {"status": None, "code": 7}])
async def test_an_object_that_says_nothing_of_a_booking_is_none(
    opened: Open, respx_mock: respx.MockRouter, said: object
) -> None:
    respx_mock.get(f"{BASE}/bookings/A1").respond(json=said)

    async with opened(BookingCalls()) as jms:
        with pytest.raises(JmsMisconfiguredError, match="no field of a booking"):
            await jms.bookings(["A1"])


@pytest.mark.parametrize("found", ["no such booking", 7, True, [{"status": "active"}]])
async def test_a_value_where_the_record_should_be_is_no_booking(
    opened: Open, respx_mock: respx.MockRouter, found: object
) -> None:
    respx_mock.get(f"{BASE}/bookings/A1").respond(json={"hit": found})

    async with opened(BookingCalls(record="hit")) as jms:
        with pytest.raises(JmsMisconfiguredError, match="no object"):
            await jms.bookings(["A1"])


async def test_of_several_bookings_under_one_id_the_last_is_shown_as_strictly_as_any(
    opened: Open, respx_mock: respx.MockRouter
) -> None:
    said = [
        {"external_image_id": "A1", "status": "sealed", "booking_number": "1"},
        {"external_image_id": "A1", "status": "active", "booking_number": "2"},
    ]
    respx_mock.post(f"{BASE}/lookup").respond(json={"items": said})

    async with opened(POST) as jms:
        booking = (await jms.bookings(["A1"])).found["A1"]

    assert (booking.booking_number, booking.status) == ("2", RecordStatus.SEALED)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([{"external_image_id": "B7"}], "none is one that was asked for"),
        ([{}, {"booking_number": 7}], "none is one that was asked for"),
        ([{"external_image_id": None, "x": 1}], "none is one that was asked for"),
        ("A1", "something else than a list"),
        ({"results": []}, "something else than a list"),
        (7, "something else than a list"),
        ([["A1"], "A1"], "none is one that was asked for"),
    ],
)
async def test_an_answer_about_others_is_told(
    opened: Open, respx_mock: respx.MockRouter, said: object, told: str
) -> None:
    respx_mock.post(f"{BASE}/lookup").respond(json=said)

    async with opened(POST) as jms:
        with pytest.raises(JmsMisconfiguredError, match=told) as caught:
            await jms.bookings(["A1"])

    assert "B7" not in str(caught.value)


@pytest.mark.parametrize("said", [{"data": {}}, {"data": {"bookings": 7}}, []])
async def test_bookings_that_are_not_where_the_setting_says_are_told(
    opened: Open, respx_mock: respx.MockRouter, said: object
) -> None:
    respx_mock.post(f"{BASE}/lookup").respond(json=said)

    calls = BookingCalls(batch="post", batch_path="lookup", items="data.bookings")
    async with opened(calls) as jms:
        with pytest.raises(JmsMisconfiguredError):
            await jms.bookings(["A1"])


async def test_an_expression_that_fails_on_an_answer_is_told(
    opened: Open, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{BASE}/bookings/A1").respond(json={"results": 7})

    async with opened(BookingCalls(record="max_by(results, &at)")) as jms:
        with pytest.raises(JmsMisconfiguredError, match="an expression fails"):
            await jms.bookings(["A1"])


async def test_an_expression_that_is_none_is_told_at_the_start(opened: Open) -> None:
    with pytest.raises(JmsMisconfiguredError, match="CANDID_JMS__BOOKINGS__RECORD cannot be read"):
        async with opened(BookingCalls(record="results[")):
            pass


@pytest.mark.parametrize("said", [None, {}, {"hits": []}, {"hits": [{}]}, {"hits": [None]}])
async def test_nothing_where_the_record_should_be_is_no_booking(
    opened: Open, respx_mock: respx.MockRouter, said: object
) -> None:
    respx_mock.get(f"{BASE}/search?image=A%3A1").respond(
        content=json.dumps(said), content_type="application/json"
    )

    async with opened(BookingCalls(path="search?image={id}", record="hits[0]")) as jms:
        answers = await jms.bookings(["A:1"])

    assert (answers.found, answers.unavailable) == ({}, frozenset())


async def test_a_batch_is_pinged_with_an_id_that_no_booking_has(
    opened: Open, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.post(f"{BASE}/lookup", json={"ids": [PING_ID]}).respond(json=[])

    async with opened(POST) as jms:
        await jms.ping()

    assert route.call_count == 1


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (503, "text/plain", JmsUnavailableError),
        (404, "text/plain", JmsMisconfiguredError),
        (302, "text/plain", JmsMisconfiguredError),
        (200, "text/html; charset=utf-8", JmsMisconfiguredError),
    ],
)
async def test_a_path_to_ping_tells_what_is_wrong(
    opened: Open, respx_mock: respx.MockRouter, status: int, kind: str, error: type[Exception]
) -> None:
    respx_mock.get(f"{BASE}/health").respond(status, content=b"well", content_type=kind)

    async with opened(BookingCalls(ping_path="health")) as jms:
        with pytest.raises(error):
            await jms.ping()


async def test_a_booking_whose_id_is_only_its_place_is_as_good_as_what_it_says(
    opened: Open, respx_mock: respx.MockRouter
) -> None:
    said = {"byId": {"A1": {"booking_number": "26-1"}, "A2": {"external_image_id": ["A2"]}}}
    respx_mock.post(f"{BASE}/lookup").respond(json=said)

    calls = BookingCalls(batch="post", batch_path="lookup", items="byId")
    async with opened(calls) as jms:
        answers = await jms.bookings(["A1", "A2"])

    assert (set(answers.found), set(answers.unavailable)) == ({"A1"}, {"A2"})


async def test_what_came_of_a_booking_is_told(opened: Open, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(f"{BASE}/bookings/A1").respond(json={"height": "tall"})
    respx_mock.get(f"{BASE}/bookings/A2").respond(404)

    async with opened(BookingCalls()) as jms:
        (height,) = await jms.explained("A1") or ()
        others = [await jms.explained(one) for one in ("A2", "..")]

    assert (height.column, height.found) == ("height", "text")
    assert height.problem is not None
    assert others == [None, None]

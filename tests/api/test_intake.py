"""Bodies that are too much for one call, or for all of them together."""

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus

import httpx
import pytest
from starlette.types import Message

from app.api.deps import CALLER
from app.api.edge import FORM_BYTES, PhotoLinks
from app.api.errors import RefusedBodyError
from app.api.intake import LONGEST_BOUNDARY, MOST_PARTS, Intake, UploadSpace
from app.domain.errors import TooManyCallsError
from app.services.callers import Caller
from app.settings import AuthSettings, LimitsSettings, Settings
from tests.api.applications import SECRET, application, index, problem, search
from tests.jails import Jail

JSON = {"Content-Type": "application/json"}
SMALL = Settings(limits=LimitsSettings(upload_mb=32))


async def _pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 10_000):
        yield bytes(10_000)


def _form(*parts: bytes, boundary: bytes = b"b") -> tuple[bytes, dict[str, str]]:
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts)
    kind = f"multipart/form-data; boundary={boundary.decode()}"
    return body + b"--%s--\r\n" % boundary, {"Content-Type": kind}


def _field(name: str, value: bytes = b"1") -> bytes:
    return b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value)


@pytest.mark.parametrize("path", ["/imports", "/keys", "/model/switch", "/search"])
async def test_a_body_that_is_no_form_has_a_small_limit(
    client: httpx.AsyncClient, path: str
) -> None:
    announced = await client.post(path, content=bytes(FORM_BYTES + 1), headers=JSON)
    unsaid = await client.post(path, content=_pieces(FORM_BYTES + 10_000), headers=JSON)

    for response in (announced, unsaid):
        assert "64 kB" in problem(response, 413, "body_too_large")["detail"]
        assert response.headers["Connection"] == "close"


async def test_json_without_end_or_bottom_is_a_clean_error(client: httpx.AsyncClient) -> None:
    for body in (b"[" * FORM_BYTES, b'{"a":' * 12_000, b'{"source":', b"\xff" * 100, b"1" * 50_000):
        response = await client.post("/imports", content=body, headers=JSON)

        assert response.status_code in {400, 422}
        problem(response, response.status_code, response.json()["code"])


async def test_a_call_of_rekognition_without_bottom_is_a_clean_error(
    client: httpx.AsyncClient,
) -> None:
    headers = {"X-Amz-Target": "RekognitionService.ListCollections"}
    for body in (b"[" * 1_000_000, b'{"a":' * 1_000_000):
        response = await client.post("/", content=body, headers=headers)

        assert (response.status_code, response.json()["__type"]) == (400, "SerializationException")


async def test_thousands_of_parts_are_refused_before_they_are_read(
    client: httpx.AsyncClient,
) -> None:
    content, headers = _form(*(_field(f"f{number}") for number in range(5000)))

    response = await client.post("/search", content=content, headers=headers)

    assert str(MOST_PARTS) in problem(response, 400, "bad_request")["detail"]


async def test_the_parts_are_counted_where_pieces_cut_the_boundary(
    client: httpx.AsyncClient,
) -> None:
    content, headers = _form(*(_field("notes") for _ in range(MOST_PARTS + 2)))

    async def bytewise() -> AsyncIterator[bytes]:
        for place in range(len(content)):
            yield content[place : place + 1]

    response = await client.post("/search", content=bytewise(), headers=headers)

    assert str(MOST_PARTS) in problem(response, 400, "bad_request")["detail"]


@pytest.mark.parametrize(
    "part",
    [
        b"".join(b"X-%d: 1\r\n" % number for number in range(1000)) + _field("photo"),
        b"X: " + b"a" * 1_000_000 + b"\r\n" + _field("photo"),
        b"X" * 1_000_000,
        b"\r\n\r\n",
        _field("photo")[:20],
    ],
    ids=["many headers", "a long header", "a header without end", "no headers", "cut"],
)
async def test_parts_with_odd_headers_are_clean_errors(
    client: httpx.AsyncClient, part: bytes
) -> None:
    content, headers = _form(part)

    problem(await client.post("/search", content=content, headers=headers), 400, "bad_request")


async def test_a_form_within_a_form_is_no_photo(client: httpx.AsyncClient) -> None:
    inner, _ = _form(*(_field(f"f{number}") for number in range(MOST_PARTS)), boundary=b"inner")
    kind = b"Content-Type: multipart/mixed; boundary=inner\r\n"
    part = (
        b'Content-Disposition: form-data; name="photo"; filename="p"\r\n' + kind + b"\r\n" + inner
    )
    content, headers = _form(part)

    response = await client.post("/search", content=content, headers=headers)

    problem(response, 415, "unsupported_photo")


@pytest.mark.parametrize("length", [LONGEST_BOUNDARY + 1, 30_000])
async def test_a_long_boundary_is_refused(client: httpx.AsyncClient, length: int) -> None:
    content, headers = _form(_field("photo"), boundary=b"b" * length)

    response = await client.post("/search", content=content, headers=headers)

    assert "boundary" in problem(response, 400, "bad_request")["detail"]


async def test_all_bodies_together_have_a_limit_and_then_room_again(jail: Jail) -> None:
    photo = bytes(15_000_000)
    async with application(jail, settings=SMALL) as client:
        crowd = await asyncio.gather(*(search(client, photo) for _ in range(8)))
        after = await search(client, photo)

    refused = [one for one in crowd if one.status_code == 429]
    assert refused
    for response in refused:
        problem(response, 429, "too_many_calls")
        assert int(response.headers["Retry-After"]) > 0
    assert {one.status_code for one in crowd} <= {415, 429}
    problem(after, 415, "unsupported_photo")


async def test_a_caller_with_too_many_calls_is_told_so_and_recorded_once(jail: Jail) -> None:
    few = Settings(limits=LimitsSettings(calls_at_once=1, calls_waiting=1))
    async with application(jail, settings=few) as client:
        await index(client, "A1")
        crowd = await asyncio.gather(*(search(client) for _ in range(10)))
        alive = await client.get("/health/live")

    refused = [one for one in crowd if one.status_code == 429]
    assert {one.status_code for one in crowd} == {200, 429}
    for response in refused:
        problem(response, 429, "too_many_calls")
        assert response.headers["Retry-After"] == str(TooManyCallsError.retry_after)
    outcomes = [entry.outcome for entry in await jail.audit()]
    assert outcomes.count("too_many_calls") == 1
    assert alive.status_code == 200


async def test_rekognitions_callers_are_told_so_in_its_words(jail: Jail) -> None:
    few = Settings(limits=LimitsSettings(calls_at_once=1, calls_waiting=0))
    headers = {"X-Amz-Target": "RekognitionService.ListCollections"}
    async with application(jail, settings=few) as client:
        crowd = await asyncio.gather(
            *(client.post("/", content=json.dumps({}), headers=headers) for _ in range(10))
        )

    busy = [one for one in crowd if one.status_code != 200]
    assert busy
    for response in busy:
        assert response.json()["__type"] == "ProvisionedThroughputExceededException"
        assert response.headers["Retry-After"] == str(TooManyCallsError.retry_after)


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("/photos/A1?width=160", 200),
        ("/searches/{search_id}/probe?width=160", 200),
        ("/searches/{search_id}/pictures/probe", 200),
        ("/searches/S-0/disclosure", 404),
    ],
)
async def test_a_caller_who_looks_at_much_at_once_waits_for_turns_too(
    jail: Jail, path: str, served: int
) -> None:
    few = Settings(limits=LimitsSettings(calls_at_once=1, calls_waiting=1))
    async with application(jail, settings=few) as client:
        await index(client, "A1")
        search_id = (await search(client)).json()["search_id"]
        asked = path.format(search_id=search_id)
        crowd = await asyncio.gather(*(client.get(asked) for _ in range(10)))
        as_sent = await asyncio.gather(*(client.get("/photos/A1") for _ in range(10)))

    assert {one.status_code for one in crowd} == {served, 429}
    for response in crowd:
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            problem(response, 429, "too_many_calls")
    assert {one.status_code for one in as_sent} == {200}


async def test_a_signed_address_takes_the_turn_of_whom_it_was_given_to(jail: Jail) -> None:
    few = Settings(
        limits=LimitsSettings(calls_at_once=1, calls_waiting=1), auth=AuthSettings(kind="keys")
    )
    public = "https://candid.county.test"
    signed = PhotoLinks(public, SECRET).address("A1", "desk") + "&width=160"
    async with application(jail) as client:
        await index(client, "A1")
    async with application(jail, settings=few) as client:
        asked = signed.removeprefix(public)
        crowd = await asyncio.gather(*(client.get(asked) for _ in range(10)))

    assert {one.status_code for one in crowd} == {200, 429}
    crowded = [entry for entry in await jail.audit() if entry.outcome == "too_many_calls"]
    assert {entry.actor.name for entry in crowded} == {"desk"}


def test_one_caller_does_not_get_all_the_space() -> None:
    space = UploadSpace(100)
    space.take("busy", 75)

    with pytest.raises(RefusedBodyError):
        space.take("busy", 1)
    space.take("other", 25)
    with pytest.raises(RefusedBodyError):
        space.take("third", 1)
    space.give_back("busy", 75)
    space.take("third", 75)


async def test_what_is_announced_is_held_from_the_start_and_given_back() -> None:
    space = UploadSpace(1000)
    scope = {
        "type": "http",
        "headers": [(b"content-length", b"500"), (b"content-type", b"text/plain")],
        CALLER: Caller("desk", frozenset()),
    }
    pieces = [bytes(200), bytes(300)]

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    intake = Intake(scope, receive, space)
    held = [space.held.total()]
    for _ in range(2):
        await intake.receive()
        held.append(space.held["desk"])
    intake.end()

    assert held == [0, 500, 500]
    assert space.held.total() == 0

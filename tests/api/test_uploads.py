"""What may be sent: one photo, no larger than the limit, and no field that nobody reads."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.api.edge import UPLOAD_BYTES
from tests.api.applications import ANN, application, index, problem, search
from tests.jails import Jail

FORM = {"Content-Type": "multipart/form-data; boundary=b"}
PHOTO = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n'


async def _pieces(size: int) -> AsyncIterator[bytes]:
    yield PHOTO
    for _ in range(size // 100_000):
        yield bytes(100_000)
    yield b"\r\n--b--\r\n"


async def test_more_than_the_limit_is_413_before_it_is_sent(client: httpx.AsyncClient) -> None:
    response = await search(client, bytes(UPLOAD_BYTES + 100_000))

    assert "20 MB" in problem(response, 413, "photo_too_large")["detail"]
    assert response.headers["Connection"] == "close"


async def test_more_than_the_limit_is_413_where_no_length_was_announced(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/search", content=_pieces(UPLOAD_BYTES + 1_000_000), headers=FORM)

    assert "Content-Length" not in response.request.headers
    problem(response, 413, "photo_too_large")


async def test_a_photo_one_byte_over_the_limit_is_413(client: httpx.AsyncClient) -> None:
    problem(await search(client, bytes(UPLOAD_BYTES + 1)), 413, "photo_too_large")


async def test_a_photo_of_exactly_the_limit_is_looked_at(client: httpx.AsyncClient) -> None:
    problem(await search(client, bytes(UPLOAD_BYTES)), 415, "unsupported_photo")


async def test_a_form_without_a_photo_is_422(client: httpx.AsyncClient) -> None:
    missing = await client.post("/search", data={"face": "0"})
    empty = await client.post("/search", files={"photo": (None, b"")})

    for response in (missing, empty):
        [error] = problem(response, 422, "invalid_request")["errors"]
        assert error == {"field": "photo", "message": "Field required"}


async def test_a_file_of_no_bytes_is_refused(client: httpx.AsyncClient) -> None:
    response = await search(client, b"")

    assert response.status_code in {415, 422}


async def test_a_photo_sent_as_text_is_422_and_says_how_to_send_it(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/search", files={"photo": (None, ANN)})

    [error] = problem(response, 422, "invalid_request")["errors"]
    assert error["field"] == "photo"
    assert "curl -F photo=@FILE" in error["message"]


async def test_two_photos_are_422(client: httpx.AsyncClient) -> None:
    photos = [("photo", ("1.jpg", ANN)), ("photo", ("2.jpg", ANN))]

    response = await client.post("/search", files=photos)

    [error] = problem(response, 422, "invalid_request")["errors"]
    assert error == {"field": "photo", "message": "sent more than once"}


async def test_a_field_that_nobody_reads_is_422(client: httpx.AsyncClient) -> None:
    response = await search(client, max_candidate="1")

    [error] = problem(response, 422, "invalid_request")["errors"]
    assert error["field"] == "max_candidate"
    assert "max_candidates" in error["message"]


async def test_a_field_whose_name_is_no_name_is_not_repeated(client: httpx.AsyncClient) -> None:
    response = await client.post("/search", data={"Jane Doe, 1984": "x"}, files={"photo": ANN})

    problem(response, 422, "invalid_request")
    assert "Jane" not in response.text


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=c"])
async def test_a_broken_form_is_400(client: httpx.AsyncClient, content_type: str) -> None:
    headers = {"Content-Type": content_type}

    response = await client.post("/search", content=PHOTO, headers=headers)

    problem(response, 400, "bad_request")


async def test_json_instead_of_a_form_is_422(client: httpx.AsyncClient) -> None:
    problem(await client.post("/search", json={"photo": "x"}), 422, "invalid_request")


async def test_a_file_that_is_no_photo_is_415(client: httpx.AsyncClient) -> None:
    problem(await index(client, "A1", b"%PDF-1.7"), 415, "unsupported_photo")


async def test_a_stranger_is_refused_before_the_upload_is_read(jail: Jail) -> None:
    read = 0

    async def upload() -> AsyncIterator[bytes]:
        nonlocal read
        async for piece in _pieces(10_000_000):
            read += len(piece)
            yield piece

    async with application(jail, keys=True) as client:
        response = await client.post("/search", content=upload(), headers=FORM)

    problem(response, 401, "unauthenticated")
    assert read == 0

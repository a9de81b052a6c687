"""Photos that a JMS has as base64, or on other hosts, and what it could do with that."""

import base64
from collections.abc import AsyncGenerator, Collection, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import httpx
import pytest
import respx
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from adapters.field_mapping import FieldMapping
from adapters.jms.rest import Elsewhere, RestJms, RestShape
from adapters.web import CheckedTransport, NamedHosts
from app.domain.errors import (
    CandidError,
    JmsMisconfiguredError,
    JmsUnavailableError,
    PhotoMissingError,
    PhotoTooLargeError,
    UnsupportedPhotoError,
)
from app.domain.photo import View
from app.ports.jms import PhotoRef, PhotoRefs
from app.ports.photo_source import PHOTO_BYTES
from tests.servers import served

BASE = "http://jail.test/api"
A1 = PhotoRef("A1", None, View.FRONT, None, "")


@dataclass
class PhotoHost:
    """A host beside the JMS's own, and how it was asked."""

    headers: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def host() -> PhotoHost:
    return PhotoHost()


@pytest.fixture
def address(host: PhotoHost) -> Generator[str]:
    app = FastAPI()

    @app.get("/1.jpg")
    async def photo(request: Request) -> Response:
        host.headers.append(dict(request.headers))
        return Response(b"photo", media_type="image/jpeg")

    @app.get("/moved.jpg")
    async def moved() -> Response:
        return RedirectResponse("/1.jpg")

    with served(app) as url:
        yield url.replace("127.0.0.1", "localhost")


@asynccontextmanager
async def jms_with(
    hosts: Collection[str], private: Collection[str] = ()
) -> AsyncGenerator[RestJms]:
    named = NamedHosts(private, "CANDID_JMS__PHOTOS__PRIVATE_HOSTS")
    checked = CheckedTransport(lambda: httpx.AsyncHTTPTransport(trust_env=False), named.names)
    all_hosts = NamedHosts({*hosts, *private}, "CANDID_JMS__PHOTOS__HOSTS")
    headers = {"Authorization": "Bearer sesame", "X-Api-Key": "sesame"}
    async with (
        httpx.AsyncClient(base_url=BASE, headers=headers) as client,
        httpx.AsyncClient(transport=checked) as elsewhere,
    ):
        yield RestJms(client, 4, UTC, elsewhere=Elsewhere(elsewhere, all_hosts))


async def listed(jms: RestJms, mock: respx.MockRouter, url: str) -> PhotoRefs:
    entry = {"external_image_id": "A1", "url": url}
    mock.get(f"{BASE}/photos").respond(json={"items": [entry]})
    return await jms.photos(View.FRONT, None, None)


@pytest.fixture
def mock() -> Generator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        router.route(host="127.0.0.1").pass_through()
        yield router


async def test_a_photo_on_a_host_that_is_named_is_fetched_without_credentials(
    mock: respx.MockRouter, host: PhotoHost, address: str
) -> None:
    name = address.removeprefix("http://")
    async with jms_with([], [name]) as jms:
        (ref,) = (await listed(jms, mock, f"{address}/1.jpg")).items
        photo = await jms.photo(ref)

    assert photo == b"photo"
    (asked,) = host.headers
    assert asked["host"] == name
    assert "authorization" not in asked
    assert "x-api-key" not in asked


async def test_a_named_host_whose_address_is_private_is_not_asked(
    mock: respx.MockRouter, host: PhotoHost, address: str
) -> None:
    async with jms_with([address.removeprefix("http://")]) as jms:
        (ref,) = (await listed(jms, mock, f"{address}/1.jpg")).items
        with pytest.raises(JmsMisconfiguredError, match="PRIVATE_HOSTS does not name it"):
            await jms.photo(ref)

    assert host.headers == []


async def test_a_redirect_is_not_followed(
    mock: respx.MockRouter, host: PhotoHost, address: str
) -> None:
    async with jms_with([], [address.removeprefix("http://")]) as jms:
        (ref,) = (await listed(jms, mock, f"{address}/moved.jpg")).items
        with pytest.raises(JmsUnavailableError, match="redirects are not followed"):
            await jms.photo(ref)

    assert host.headers == []


@pytest.mark.parametrize(
    "url",
    [
        "http://photos.test:8080/1.jpg",
        "http://user:pass@photos.test/1.jpg",
        "http://photos.test@evil.test/1.jpg",
        "http://photos.test.evil.test/1.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "ftp://photos.test/1.jpg",
        "http://photos.test:port/1.jpg",
    ],
)
async def test_a_photo_on_another_host_than_those_named_is_told(
    mock: respx.MockRouter, url: str
) -> None:
    async with jms_with(["photos.test"]) as jms:
        page = await listed(jms, mock, url)

    assert page.items == ()
    assert "another host" in page.problems[0].detail


@pytest.mark.parametrize(
    ("identifier", "location"), [("..", ""), ("A1", "/\u00fc.jpg"), ("A1", "1.jpg")]
)
async def test_what_is_no_address_of_a_photo_is_not_asked(identifier: str, location: str) -> None:
    async with jms_with(["photos.test"]) as jms:
        with pytest.raises(PhotoMissingError):
            await jms.photo(PhotoRef(identifier, None, View.FRONT, None, location))


async def test_a_location_on_a_host_that_is_named_no_more_is_not_asked() -> None:
    ref = PhotoRef("A1", None, View.FRONT, None, "http://localhost:1/1.jpg")

    async with jms_with(["photos.test"]) as jms:
        with pytest.raises(PhotoMissingError):
            await jms.photo(ref)


@pytest.fixture
async def inline(tmp_path: Path) -> AsyncGenerator[RestJms]:
    path = tmp_path / "mapping.yaml"
    path.write_text("fields: {last_name: n}\nphotos: {fields: {image: 'images[0].data'}}", "utf-8")
    async with httpx.AsyncClient(base_url=BASE) as client:
        yield RestJms(client, 4, UTC, shape=RestShape(mapping=FieldMapping.load(path)))


PHOTO = bytes(range(256))
ENCODED = base64.b64encode(PHOTO).decode()


@pytest.mark.parametrize(
    "said",
    [
        ENCODED,
        f"data:image/jpeg;base64,{ENCODED}",
        "\n".join(ENCODED[at : at + 76] for at in range(0, len(ENCODED), 76)),
        base64.urlsafe_b64encode(PHOTO).decode(),
    ],
)
async def test_a_photo_in_an_answer_of_json_is_decoded(
    inline: RestJms, respx_mock: respx.MockRouter, said: str
) -> None:
    respx_mock.get(f"{BASE}/photos/A1").respond(json={"images": [{"data": said}]})

    assert await inline.photo(A1) == PHOTO


async def test_one_that_comes_as_it_is_all_the_same_is_taken(
    inline: RestJms, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{BASE}/photos/A1").respond(content=PHOTO, content_type="image/jpeg")

    assert await inline.photo(A1) == PHOTO


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(200, json={"images": []}), PhotoMissingError),
        (httpx.Response(200, json={"images": [{"data": None}]}), PhotoMissingError),
        (httpx.Response(200, json={"images": [{"data": 7}]}), PhotoMissingError),
        (httpx.Response(200, json={"images": [{"data": "ü"}]}), UnsupportedPhotoError),
        (httpx.Response(200, json={"images": [{"data": "AAA"}]}), UnsupportedPhotoError),
        (httpx.Response(200, html="<form>"), UnsupportedPhotoError),
        (httpx.Response(404, json={}), PhotoMissingError),
        (httpx.Response(503, json={}), JmsUnavailableError),
    ],
)
async def test_an_answer_without_a_photo_in_it_says_so(
    inline: RestJms,
    respx_mock: respx.MockRouter,
    answer: httpx.Response,
    error: type[CandidError],
) -> None:
    respx_mock.get(f"{BASE}/photos/A1").mock(return_value=answer)

    with pytest.raises(error):
        await inline.photo(A1)


async def test_an_expression_that_fails_on_the_answer_finds_no_photo(
    tmp_path: Path, respx_mock: respx.MockRouter
) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text("fields: {last_name: n}\nphotos: {fields: {image: abs(data)}}", "utf-8")
    respx_mock.get(f"{BASE}/photos/A1").respond(json={"data": "AAAA"})
    async with httpx.AsyncClient(base_url=BASE) as client:
        jms = RestJms(client, 4, UTC, shape=RestShape(mapping=FieldMapping.load(path)))

        with pytest.raises(PhotoMissingError):
            await jms.photo(A1)


@pytest.mark.parametrize("excess", [1, 2_000_000])
async def test_a_photo_in_json_is_no_larger_than_a_photo_may_be(
    inline: RestJms, respx_mock: respx.MockRouter, excess: int
) -> None:
    said = base64.b64encode(bytes(PHOTO_BYTES + excess)).decode()
    respx_mock.get(f"{BASE}/photos/A1").mock(
        return_value=httpx.Response(200, json={"images": [{"data": said}]})
    )

    with pytest.raises(PhotoTooLargeError):
        await inline.photo(A1)

"""Photos fetched from web servers, over real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from datetime import UTC
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from adapters.photo_source.manifest import Allowed, ManifestPhotoSource
from adapters.photo_source.web_photos import WebPhotos
from app.domain.errors import (
    CandidError,
    PhotoMissingError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    SourceTimeoutError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.ports.photo_source import PHOTO_BYTES
from tests.deaf_server import deaf_server
from tests.servers import self_signed, served

SECONDS = 0.5


async def photo(name: str) -> Response:
    return Response(f"photo {name}".encode(), media_type="image/jpeg")


async def answer(status: int) -> Response:
    return Response(b"", status)


async def moved() -> Response:
    return RedirectResponse("/photo/1")


async def squeezed() -> Response:
    return Response(b"\x1f\x8b", headers={"Content-Encoding": "gzip"})


async def large(size: int) -> Response:
    async def parts() -> AsyncGenerator[bytes]:
        for _ in range(size // 100_000):
            yield bytes(100_000)
        yield bytes(size % 100_000)

    return StreamingResponse(parts())


async def half() -> Response:
    return StreamingResponse(_half(), headers={"Content-Length": "1000"})


async def drip() -> Response:
    return StreamingResponse(_drip())


async def _half() -> AsyncGenerator[bytes]:
    yield b"half a photo"
    raise ConnectionResetError


async def _drip() -> AsyncGenerator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.02)


ROUTES: dict[str, Callable[..., Awaitable[Response]]] = {
    "/photo/{name:path}": photo,
    "/status/{status}": answer,
    "/size/{size}": large,
    "/moved": moved,
    "/squeezed": squeezed,
    "/half": half,
    "/drip": drip,
}


def photo_server() -> FastAPI:
    app = FastAPI()
    for path, route in ROUTES.items():
        app.add_api_route(path, route)
    return app


@pytest.fixture(scope="module")
def base() -> Generator[str]:
    with served(photo_server()) as url:
        yield url


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        yield client


def web_of(client: httpx.AsyncClient, base: str, seconds: float = 20) -> WebPhotos:
    return WebPhotos(client, [base.partition("://")[2]], seconds)


async def test_a_photo_comes_as_it_is(client: httpx.AsyncClient, base: str) -> None:
    assert await web_of(client, base).photo(f"{base}/photo/A 1") == b"photo A 1"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, PhotoMissingError) for status in (404, 410, 400, 204, 451)),
        *((status, SourceUnavailableError) for status in (408, 425, 429, 500, 503, 401, 403)),
    ],
)
async def test_a_status_says_whether_to_try_again(
    client: httpx.AsyncClient, base: str, status: int, kind: type[CandidError]
) -> None:
    with pytest.raises(kind):
        await web_of(client, base).photo(f"{base}/status/{status}")


async def test_no_redirect_is_followed(client: httpx.AsyncClient, base: str) -> None:
    with pytest.raises(SourceUnavailableError, match="redirects are not followed"):
        await web_of(client, base).photo(f"{base}/moved")


async def test_a_photo_as_large_as_the_limit_is_fetched(
    client: httpx.AsyncClient, base: str
) -> None:
    assert len(await web_of(client, base).photo(f"{base}/size/{PHOTO_BYTES}")) == PHOTO_BYTES


async def test_a_larger_photo_is_not_fetched_to_its_end(
    client: httpx.AsyncClient, base: str
) -> None:
    with pytest.raises(PhotoTooLargeError):
        await web_of(client, base).photo(f"{base}/size/{100 * PHOTO_BYTES}")


async def test_compression_that_nobody_asked_for_is_refused(
    client: httpx.AsyncClient, base: str
) -> None:
    with pytest.raises(PhotoUnreadableError):
        await web_of(client, base).photo(f"{base}/squeezed")


async def test_half_a_photo_is_none(client: httpx.AsyncClient, base: str) -> None:
    with pytest.raises(SourceUnavailableError):
        await web_of(client, base).photo(f"{base}/half")


async def test_a_host_that_drips_costs_no_more_than_its_time(
    client: httpx.AsyncClient, base: str
) -> None:
    with pytest.raises(SourceTimeoutError):
        await web_of(client, base, SECONDS).photo(f"{base}/drip")


async def test_a_host_that_hangs_costs_no_more_than_its_time(client: httpx.AsyncClient) -> None:
    async with deaf_server() as base:
        with pytest.raises(SourceTimeoutError):
            await web_of(client, base, SECONDS).photo(f"{base}/photo/1")


async def test_a_host_that_is_not_there_may_be_there_later(client: httpx.AsyncClient) -> None:
    with pytest.raises(SourceUnavailableError, match="cannot be reached"):
        await WebPhotos(client, ["127.0.0.1:1"]).photo("http://127.0.0.1:1/photo/1")


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    with (
        served(photo_server(), certificate=self_signed(tmp_path)) as base,
        pytest.raises(SourceUnavailableError),
    ):
        await web_of(client, base).photo(f"{base}/photo/1")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://photos.example/1.jpg", None),
        ("HTTPS://PHOTOS.example/1.jpg", None),
        ("http://photos.example:80/1.jpg", None),
        ("http://10.0.0.5:8080/1.jpg", None),
        ("http://[::1]:8080/1.jpg", None),
        ("http://photos.example:8080/1.jpg", "CANDID_IMPORTS__HOSTS"),
        ("http://10.0.0.5/1.jpg", "CANDID_IMPORTS__HOSTS"),
        ("http://photos.example.evil.example/1.jpg", "CANDID_IMPORTS__HOSTS"),
        ("http://photos.example@evil.example/1.jpg", "user name or password"),
        ("http://me:secret@photos.example/1.jpg", "user name or password"),
        ("http://evil.example#photos.example/1.jpg", "CANDID_IMPORTS__HOSTS"),
        ("http://evil.example\\@photos.example/1.jpg", "the address"),
        ("http://169.254.169.254/latest/meta-data", "CANDID_IMPORTS__HOSTS"),
        ("file:///etc/passwd", "neither http nor https"),
        ("http://", "CANDID_IMPORTS__HOSTS"),
        ("http://photos.example:port/1.jpg", "cannot be read"),
        ("http://photos.example/\0", "cannot be read"),
    ],
)
async def test_only_hosts_that_are_allowed_are_asked(
    client: httpx.AsyncClient, address: str, told: str | None
) -> None:
    web = WebPhotos(client, ["Photos.example", "10.0.0.5:8080", "[::1]:8080"])

    why = web.refusal(address)

    assert why is None if told is None else told in (why or "")


async def test_an_address_is_judged_again_when_its_photo_is_fetched(
    client: httpx.AsyncClient, base: str
) -> None:
    with pytest.raises(SourceUnusableError, match="CANDID_IMPORTS__HOSTS"):
        await WebPhotos(client, ["photos.example"]).photo(f"{base}/photo/1")


async def test_a_manifest_names_photos_by_their_addresses(
    client: httpx.AsyncClient, base: str, tmp_path: Path
) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text(
        f"external_image_id,url\nA1,{base}/photo/1\nA2,http://evil.example/2\nA3,{base}/status/404\n"
    )
    allowed = Allowed((), web_of(client, base))
    source = await ManifestPhotoSource.opened(path, allowed, None, UTC)

    first, refused, missing = (await source.page(None)).items

    assert await source.photo(first.location) == b"photo 1"
    assert (refused.detail or "").startswith("Line 3 names a photo that is not fetched")
    with pytest.raises(PhotoMissingError):
        await source.photo(missing.location)

"""Photos below a prefix in S3: which objects are listed, where they may lie, what goes wrong."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from adapters.photo_source.file_names import FileNames
from adapters.photo_source.s3 import Prefix, S3PhotoSource
from app.domain.errors import (
    CandidError,
    PhotoMissingError,
    SourceTimeoutError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.domain.imports import ItemReason, NewItem
from app.domain.photo import View
from tests.buckets import s3_client
from tests.servers import linger, served

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

Answer = Callable[[Request], Awaitable[Response]]
OWN = Prefix("photos", "jail/photos/")


@pytest.fixture
async def client(s3_server: str) -> AsyncIterator["S3Client"]:
    async with s3_client(s3_server) as client:
        yield client


async def stocked(client: "S3Client", keys: Sequence[str]) -> str:
    bucket = f"in-{uuid4()}"
    await client.create_bucket(Bucket=bucket)
    for key in keys:
        await client.put_object(Bucket=bucket, Key=key, Body=key.encode())
    return bucket


async def listed(source: S3PhotoSource) -> list[NewItem]:
    page = await source.page(None)
    items = [*page.items]
    while page.next is not None:
        page = await source.page(page.next)
        items += page.items
    return items


@asynccontextmanager
async def answering(status: int, code: str, told: str = "") -> AsyncGenerator[S3PhotoSource]:
    """Give a source on an S3 that answers everything with one error."""

    async def answer(_: Request) -> Response:
        body = f"<Error><Code>{code}</Code><Message>{told}</Message></Error>"
        return Response(body, status, {"x-amz-bucket-region": "eu-west-1"}, "application/xml")

    async with source_on(answer) as source:
        yield source


@asynccontextmanager
async def source_on(answer: Answer) -> AsyncGenerator[S3PhotoSource]:
    app = FastAPI()
    app.add_route("/{path:path}", answer)
    with served(app) as url:
        async with s3_client(url, attempts=1) as client:
            place = Prefix("inbox", "")
            yield S3PhotoSource(client, place, FileNames(None), seconds=2)


async def test_every_object_below_the_prefix_is_an_entry_but_what_programs_leave(
    client: "S3Client",
) -> None:
    ours = ("in/a.jpg", "in/b c/Müller.PNG", "in/notes.pdf")
    ignored = ("in/", "in/b c/", "in/.x.jpg", "in/.trash/x.jpg", "in/Thumbs.db", "in/a.xmp")
    bucket = await stocked(client, [*ours, *ignored, "in-other/x.jpg", "x.jpg"])
    source = S3PhotoSource(client, Prefix(bucket, "in/"), FileNames(None), page_size=2)

    items = await listed(source)

    assert [(item.external_image_id, item.location, item.reason) for item in items] == [
        ("a", "a.jpg", None),
        ("::M:c3:bcller", "b c/Müller.PNG", None),
        ("", "notes.pdf", ItemReason.ENTRY_UNUSABLE),
    ]
    assert await source.photo("b c/Müller.PNG") == "in/b c/Müller.PNG".encode()


async def test_names_are_read_by_the_pattern(client: "S3Client") -> None:
    bucket = await stocked(client, ["A1/F.jpg", "A1/L.jpg", "A1.jpg"])
    source = S3PhotoSource(client, Prefix(bucket, ""), FileNames("{id}/{view}.jpg"))

    items = await listed(source)

    assert [(item.external_image_id, item.view, item.reason) for item in items] == [
        ("", View.FRONT, ItemReason.ENTRY_UNUSABLE),
        ("A1", View.FRONT, None),
        ("A1", View.LEFT, None),
    ]


async def test_a_cursor_can_be_kept_whatever_the_key(client: "S3Client") -> None:
    keys = ("100%.jpg", "a b+c.jpg", "a\u2028b.jpg", "日本 1.jpg")
    bucket = await stocked(client, keys)
    source = S3PhotoSource(client, Prefix(bucket, ""), FileNames(None), page_size=1)

    cursor, found = None, list[str]()
    for _ in keys:
        page = await source.page(cursor)
        found += [item.location for item in page.items]
        cursor = page.next
        assert cursor is None or cursor.isascii()

    assert found == sorted(keys, key=str.encode)
    assert cursor is None


async def test_the_photo_stores_own_photos_are_not_imported(client: "S3Client") -> None:
    bucket = await stocked(client, ["jail/a.jpg", "jail/photos/A1/0a1b", "z.jpg"])
    own = Prefix(bucket, "jail/photos/")
    source = S3PhotoSource(client, Prefix(bucket, ""), FileNames(None), own=own)

    assert [item.location for item in await listed(source)] == ["jail/a.jpg", "z.jpg"]


async def test_a_prefix_with_nothing_below_it_has_no_photos(client: "S3Client") -> None:
    bucket = await stocked(client, [])

    assert await listed(S3PhotoSource(client, Prefix(bucket, "in/"), FileNames(None))) == []


@pytest.mark.parametrize(
    ("location", "own", "place"),
    [
        ("", OWN, Prefix("photos", "")),
        ("in/box", OWN, Prefix("photos", "in/box/")),
        ("/in/box/", OWN, Prefix("photos", "in/box/")),
        ("s3://photos", OWN, Prefix("photos", "")),
        ("s3://photos/in", OWN, Prefix("photos", "in/")),
        ("s3://other/jail/photos", OWN, Prefix("other", "jail/photos/")),
        ("s3://other/", None, Prefix("other", "")),
    ],
)
def test_a_location_names_a_prefix_and_perhaps_a_bucket(
    location: str, own: Prefix | None, place: Prefix
) -> None:
    assert Prefix.of(location, own, {"other"}) == place


@pytest.mark.parametrize(
    ("location", "own", "reason"),
    [
        ("in/box", None, "Name the bucket too"),
        ("s3://secrets/in", OWN, "CANDID_IMPORTS__BUCKETS"),
        ("s3://secrets/in", None, "CANDID_IMPORTS__BUCKETS"),
        ("s3://", OWN, "CANDID_IMPORTS__BUCKETS"),
        ("jail/photos", OWN, "where the photo store keeps its photos"),
        ("s3://photos/jail/photos/A1", OWN, "where the photo store keeps its photos"),
    ],
)
def test_a_location_elsewhere_is_refused(location: str, own: Prefix | None, reason: str) -> None:
    with pytest.raises(SourceUnusableError, match=reason):
        Prefix.of(location, own, {"other"})


async def test_a_bucket_that_does_not_exist_is_told(client: "S3Client") -> None:
    source = S3PhotoSource(client, Prefix("nowhere", ""), FileNames(None))

    with pytest.raises(SourceUnusableError, match="bucket nowhere does not exist"):
        await source.page(None)


@pytest.mark.parametrize(
    ("status", "code", "of_page", "of_photo"),
    [
        (503, "SlowDown", SourceUnavailableError, SourceUnavailableError),
        (500, "InternalError", SourceUnavailableError, SourceUnavailableError),
        (403, "AccessDenied", SourceUnusableError, SourceUnavailableError),
        (400, "ExpiredToken", SourceUnusableError, SourceUnavailableError),
        (403, "RequestTimeTooSkewed", SourceUnusableError, SourceUnavailableError),
        (404, "NoSuchKey", SourceUnusableError, PhotoMissingError),
        (403, "InvalidObjectState", SourceUnusableError, PhotoMissingError),
        (418, "Odd", SourceUnusableError, SourceUnavailableError),
    ],
)
async def test_an_answer_says_whether_s3_the_settings_or_the_photo_are_at_fault(
    status: int, code: str, of_page: type[CandidError], of_photo: type[CandidError]
) -> None:
    async with answering(status, code) as source:
        with pytest.raises(of_page):
            await source.page(None)
        with pytest.raises(of_photo):
            await source.photo("A1.jpg")


@pytest.mark.parametrize(
    ("status", "code", "told", "reason"),
    [
        (403, "AccessDenied", "", r"s3:GetObject on the bucket inbox to"),
        (403, "AccessDenied", "not allowed: kms:Decrypt", "and kms:Decrypt on its key"),
        (400, "InvalidToken", "", "credentials are missing, wrong or expired"),
        (400, "AuthorizationHeaderMalformed", "", "inbox is in eu-west-1"),
    ],
)
async def test_what_has_to_be_changed_is_said(
    status: int, code: str, told: str, reason: str
) -> None:
    async with answering(status, code, told) as source:
        with pytest.raises(SourceUnavailableError, match=reason):
            await source.photo("A1.jpg")


async def test_an_s3_that_hangs_costs_its_time_and_no_more() -> None:
    async def hang(request: Request) -> Response:
        await linger(request, 3600)
        return Response()

    async with source_on(hang) as source:
        with pytest.raises(SourceTimeoutError):
            await source.page(None)
        with pytest.raises(SourceTimeoutError):
            await source.photo("A1.jpg")


async def test_half_a_photo_is_none() -> None:
    async def half(_: Request) -> Response:
        async def body() -> AsyncGenerator[bytes]:
            yield b"photo"
            raise ConnectionResetError

        return StreamingResponse(body(), headers={"Content-Length": "100"})

    async with source_on(half) as source:
        with pytest.raises(SourceUnavailableError):
            await source.photo("A1.jpg")


async def test_an_s3_that_is_not_there_is_unavailable() -> None:
    async with s3_client("http://127.0.0.1:9", attempts=1) as client:
        source = S3PhotoSource(client, Prefix("inbox", ""), FileNames(None))

        with pytest.raises(SourceUnavailableError, match="does not answer"):
            await source.page(None)

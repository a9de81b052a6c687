"""The REST adapter's photos: entries that cannot be used, photos that cannot be had."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone

import anyio
import httpx
import pytest
import respx
from typing_extensions import override

from adapters.jms.contract.stock import JailPhoto
from adapters.jms.rest import LARGEST_PAGE, RestJms
from app.domain.errors import (
    CandidError,
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsTimeoutError,
    JmsUnavailableError,
    PhotoMissingError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)
from app.domain.imports import ItemReason
from app.domain.photo import View
from app.ports.jms import PhotoRef
from app.ports.photo_source import PHOTO_BYTES
from tests.hostile_jms import JUNK, Fate, HostileJail, Hostility, hostile_jms
from tests.servers import served

BASE = "http://jail.test/api/v2"
A1 = PhotoRef("A1", None, View.FRONT, None, "")
PATIENCE = 0.5
DOTS = ({"external_image_id": ".."}, {"external_image_id": ".", "url": "/pictures/1.jpg"})


@pytest.fixture
async def stubbed() -> AsyncGenerator[RestJms]:
    headers = {"Authorization": "Bearer sesame"}
    async with httpx.AsyncClient(base_url=BASE, headers=headers) as client:
        yield RestJms(client, 8, UTC)


@contextmanager
def jail_with(fate: Fate) -> Generator[str]:
    jail = HostileJail([JailPhoto("A1", b"photo" * 1000)], Hostility(fates={fate: 1}))
    with served(hostile_jms(jail)) as url:
        yield url


async def test_the_view_the_moment_and_the_cursor_are_asked_for(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    since = datetime(2026, 5, 17, 14, 30, tzinfo=timezone(timedelta(hours=-7)))
    route = respx_mock.get(
        f"{BASE}/photos",
        params={"view": "front", "since": "2026-05-17T21:30:00Z", "after": "a+b/=&"},
        headers={"Authorization": "Bearer sesame", "Accept": "application/json"},
    ).respond(json={"items": [], "next": None})

    page = await stubbed.photos(View.FRONT, since, "a+b/=&")

    assert route.call_count == 1
    assert (page.items, page.next, page.problems) == ((), None, ())


async def test_an_entry_is_read_under_every_spelling_of_its_names(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    entry = {
        "externalImageId": 4711,
        "Booking Number": 26,
        "VIEW": "F",
        "takenAt": "05/17/2026 14:30",
        "url": "../pictures/4711.jpg?size=full",
        "unknown": {"deep": [1]},
    }
    respx_mock.get(f"{BASE}/photos").respond(json={"Items": [entry], "Next": 7})

    page = await stubbed.photos(View.FRONT, None, None)

    taken_at = datetime(2026, 5, 17, 14, 30, tzinfo=UTC)
    location = "/api/pictures/4711.jpg?size=full"
    assert page.items == (PhotoRef("4711", "26", View.FRONT, taken_at, location),)
    assert page.next == "7"


async def test_an_entry_of_another_view_than_asked_for_comes_with_its_view(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    entries = [{"external_image_id": "A1"}, {"external_image_id": "A2", "view": "tattoo"}]
    respx_mock.get(f"{BASE}/photos").respond(json={"items": entries})

    page = await stubbed.photos(View.FRONT, None, None)

    assert [ref.view for ref in page.items] == [View.FRONT, View.SCAR_MARK_TATTOO]


async def test_entries_that_cannot_be_used_are_told_and_cost_the_others_nothing(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    entries = [{"external_image_id": "A1"}, *JUNK, *DOTS]
    respx_mock.get(f"{BASE}/photos").respond(json={"items": entries, "next": "2"})

    page = await stubbed.photos(View.FRONT, None, None)

    assert [ref.external_image_id for ref in page.items] == ["A1"]
    assert {problem.reason for problem in page.problems} == {ItemReason.ENTRY_UNUSABLE}
    assert [problem.name for problem in page.problems] == [
        *(f"item {number} of the first page" for number in range(2, 7)),
        *("junk-view", "junk-host", "junk-url", "..", "."),
    ]


@pytest.mark.parametrize(
    "url",
    [
        *("http://evil.test/1.jpg", "https://jail.test/1.jpg", "http://jail.test:8080/1.jpg"),
        *("//evil.test/1.jpg", "http://jail.test@evil.test/1.jpg", "file:///etc/passwd", 7),
    ],
)
async def test_an_address_on_another_host_is_told_and_never_asked(
    stubbed: RestJms, respx_mock: respx.MockRouter, url: object
) -> None:
    entry = {"external_image_id": "A1", "url": url}
    respx_mock.get(f"{BASE}/photos").respond(json={"items": [entry]})

    page = await stubbed.photos(View.FRONT, None, None)

    assert page.items == ()
    assert "another host" in page.problems[0].detail


@pytest.mark.parametrize("location", ["//evil.test/1.jpg", "/@evil.test/1.jpg"])
async def test_whatever_a_location_says_the_jms_alone_is_asked(
    stubbed: RestJms, respx_mock: respx.MockRouter, location: str
) -> None:
    route = respx_mock.route(host="jail.test").respond(content=b"photo")

    await stubbed.photo(PhotoRef("A1", None, View.FRONT, None, location))

    assert route.call_count == 1


@pytest.mark.parametrize("status", [404, 405, 410, 501])
async def test_a_jms_without_a_listing_says_what_it_would_take(
    stubbed: RestJms, respx_mock: respx.MockRouter, status: int
) -> None:
    respx_mock.get(f"{BASE}/photos").respond(status)

    with pytest.raises(JmsCannotListError, match=r"GET \{base_url\}/photos"):
        await stubbed.photos(View.FRONT, None, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"photos": []}, "without a list of items"),
        ({"items": {}}, "without a list of items"),
        ({"items": [], "next": ["2"]}, "a next that is no text"),
        ({"items": [], "next": "x" * 2001}, "a next that is no text"),
        ([], "no object"),
    ],
)
async def test_a_page_that_is_none_says_why(
    stubbed: RestJms, respx_mock: respx.MockRouter, body: object, reason: str
) -> None:
    respx_mock.get(f"{BASE}/photos").respond(json=body)

    with pytest.raises(JmsMisconfiguredError, match=reason):
        await stubbed.photos(View.FRONT, None, None)


async def test_a_page_of_the_whole_jail_is_too_large(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{BASE}/photos").respond(
        content=b" " * (LARGEST_PAGE + 1), content_type="application/json"
    )

    with pytest.raises(JmsMisconfiguredError, match="more than 5,000,000 bytes"):
        await stubbed.photos(View.FRONT, None, None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((404, PhotoMissingError), (410, PhotoMissingError), (400, PhotoMissingError)),
        *((401, JmsUnavailableError), (403, JmsUnavailableError), (302, JmsUnavailableError)),
        *((429, JmsUnavailableError), (500, JmsUnavailableError), (503, JmsUnavailableError)),
    ],
)
async def test_a_status_says_whether_the_photo_or_the_jms_is_at_fault(
    stubbed: RestJms, respx_mock: respx.MockRouter, status: int, kind: type[CandidError]
) -> None:
    respx_mock.get(f"{BASE}/photos/A1").respond(status)

    with pytest.raises(kind):
        await stubbed.photo(A1)


async def test_a_photo_that_is_sent_compressed_is_refused(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{BASE}/photos/A1").respond(
        headers={"Content-Encoding": "br", "Content-Type": "image/jpeg"},
        stream=httpx.ByteStream(b"bomb"),
    )

    with pytest.raises(PhotoUnreadableError):
        await stubbed.photo(A1)


async def test_of_an_endless_photo_no_more_is_read_than_a_photo_may_have(
    stubbed: RestJms, respx_mock: respx.MockRouter
) -> None:
    sent = 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal sent
        while True:
            sent += 1_000_000
            yield bytes(1_000_000)

    class Endless(httpx.AsyncByteStream):
        @override
        def __aiter__(self) -> AsyncGenerator[bytes]:
            return endless()

    respx_mock.get(f"{BASE}/photos/A1").respond(stream=Endless())

    with pytest.raises(PhotoTooLargeError):
        await stubbed.photo(A1)

    assert sent <= PHOTO_BYTES + 2_000_000


@pytest.mark.parametrize(
    ("fate", "kind"),
    [
        (Fate.ERROR_500, JmsUnavailableError),
        (Fate.HANG, JmsTimeoutError),
        (Fate.HALF_BODY, JmsUnavailableError),
        (Fate.MISSING, PhotoMissingError),
        (Fate.HTML, UnsupportedPhotoError),
        (Fate.DEAD, JmsUnavailableError),
    ],
)
async def test_a_hostile_jms_costs_one_photo_and_no_more_than_its_time(
    fate: Fate, kind: type[CandidError]
) -> None:
    with jail_with(fate) as url:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            jms = RestJms(client, 8, UTC, PATIENCE)
            async with asyncio.timeout(20):
                with pytest.raises(kind):
                    await jms.photo(A1)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_bad_page_is_had_when_it_is_asked_for_again(seed: int) -> None:
    jail = HostileJail([JailPhoto("A1", b"photo")], Hostility(seed, bad_pages=1))
    with served(hostile_jms(jail)) as url:
        async with httpx.AsyncClient(base_url=url) as client:
            jms = RestJms(client, 8, UTC, PATIENCE)

            with pytest.raises(JmsUnavailableError):
                await jms.photos(View.FRONT, None, None)
            page = await jms.photos(View.FRONT, None, None)

    assert [ref.external_image_id for ref in page.items] == ["A1"]


async def test_photos_that_hang_leave_bookings_their_turn() -> None:
    photos = [JailPhoto(f"A{number}", b"photo") for number in range(8)]
    jail = HostileJail(photos, Hostility(fates={Fate.HANG: 1}))
    with served(hostile_jms(jail)) as url:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            jms = RestJms(client, 2, UTC, 3 * PATIENCE)
            tries = [jms.photo(PhotoRef(one.raw_id, None, View.FRONT, None, "")) for one in photos]
            async with anyio.create_task_group() as group:
                for attempt in tries:
                    group.start_soon(_ignored, attempt)
                started = time.monotonic()
                answers = await jms.bookings(["A1"])
                taken = time.monotonic() - started
                group.cancel_scope.cancel()

    assert set(answers.found) == {"A1"}
    assert taken < 3 * PATIENCE


async def _ignored(attempt: Awaitable[bytes]) -> None:
    with suppress(CandidError):
        await attempt

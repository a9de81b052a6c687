"""Photos from a JMS: views, listings without an end, and one that is in the way all the time."""

import json
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import httpx
import pytest
from typing_extensions import override

from adapters.jms.contract.stock import JailPhoto
from adapters.jms.encoded import EncodedIdsJms
from adapters.jms.rest import RestJms
from adapters.photo_source.jms import MOST_EMPTY, JmsPhotoSource
from app.domain.encoded_ids import decoded_id, encoded_id
from app.domain.errors import (
    CandidError,
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsTimeoutError,
    JmsUnavailableError,
    PhotoMissingError,
    SourceTimeoutError,
    SourceUnavailableError,
    SourceUnusableError,
    UnsupportedPhotoError,
)
from app.domain.imports import ItemReason, ItemStatus, NewItem
from app.domain.photo import View
from app.ports.jms import PhotoRef, PhotoRefs, UnusableRef
from app.ports.photo_source import PhotoSource, SourcePage
from tests.fakes_jms import FakeJms
from tests.hostile_jms import (
    JUNK,
    Fate,
    HostileJail,
    Hostility,
    awkward_id,
    hostile_jms,
)
from tests.servers import served

MAY = datetime(2026, 5, 1, tzinfo=UTC)
PATIENCE = 1.0


def ref_of(identifier: str, view: View = View.FRONT) -> PhotoRef:
    return PhotoRef(identifier, "26-1", view, MAY, f"at {identifier}")


class LedJms(FakeJms):
    """A JMS whose pages lead where `leads` says; None begins."""

    def __init__(self, leads: dict[str | None, str | None], entries: int = 1) -> None:
        super().__init__({}, {})
        self.leads = leads
        self.entries = entries

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        refs = tuple(ref_of(f"{after}-{number}") for number in range(self.entries))
        return PhotoRefs(refs, self.leads[after])


class UnfilteredJms(FakeJms):
    """A JMS that sends photos of every view, whichever is asked for."""

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        return PhotoRefs(tuple(self.listed or ()), None)


class FailingJms(FakeJms):
    def __init__(self, error: CandidError) -> None:
        super().__init__({}, {})
        self.error = error

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        raise self.error

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        raise self.error


async def listed(source: PhotoSource) -> list[NewItem]:
    page = await source.page(None)
    items = [*page.items]
    while page.next is not None:
        page = await patiently(source, page.next)
        items += page.items
    return items


async def patiently(source: PhotoSource, after: str | None) -> SourcePage:
    for _ in range(6):
        try:
            return await source.page(after)
        except SourceUnavailableError:
            pass
    return await source.page(after)


@asynccontextmanager
async def source_of(jail: HostileJail) -> AsyncGenerator[JmsPhotoSource]:
    with served(hostile_jms(jail)) as url:
        async with httpx.AsyncClient(base_url=url) as client:
            yield JmsPhotoSource(EncodedIdsJms(RestJms(client, 16, UTC, PATIENCE)))


async def test_an_item_says_what_the_jms_says() -> None:
    jms = FakeJms({}, {ref_of("A1"): b"photo"})

    (item,) = await listed(JmsPhotoSource(jms))

    assert (item.external_image_id, item.view, item.taken_at, item.booking_number) == (
        *("A1", View.FRONT, MAY, "26-1"),
    )
    assert json.loads(item.location) == {
        "external_image_id": "A1",
        "booking_number": "26-1",
        "view": "front",
        "taken_at": "2026-05-01T00:00:00+00:00",
        "location": "at A1",
    }
    assert await JmsPhotoSource(jms).photo(item.location) == b"photo"


async def test_what_the_jms_cannot_use_is_an_item_with_its_reason() -> None:
    jms = FakeJms({}, {ref_of("A1"): b"photo"})
    jms.problems = (
        UnusableRef("item 2\0", ItemReason.ENTRY_UNUSABLE, "It has no id."),
        UnusableRef("é" * 100, ItemReason.ID_NOT_ENCODABLE, "It is too long."),
    )

    items = await listed(JmsPhotoSource(jms))

    failed = [
        (one.external_image_id, one.location, one.status, one.reason, one.detail)
        for one in items[1:]
    ]
    assert failed == [
        ("", "item 2\\0", ItemStatus.FAILED, ItemReason.ENTRY_UNUSABLE, "It has no id."),
        ("", "é" * 100, ItemStatus.FAILED, ItemReason.ID_NOT_ENCODABLE, "It is too long."),
    ]


async def test_a_jms_that_does_not_filter_lists_each_photo_once() -> None:
    refs = [ref_of(f"{view}-1", view) for view in View]
    jms = UnfilteredJms({}, dict.fromkeys(refs, b"photo"))

    every = await listed(JmsPhotoSource(jms, views=(View.FRONT, View.LEFT)))

    ids = [item.external_image_id for item in every]
    assert sorted(filter(None, ids)) == sorted(ref.external_image_id for ref in refs)


async def test_one_view_is_asked_for_after_the_other() -> None:
    views = (View.FRONT, View.LEFT, View.RIGHT)
    refs = [ref_of(f"{view}-{number}", view) for view in views[:2] for number in range(3)]
    jms = FakeJms({}, dict.fromkeys(refs, b"photo"), page_size=2)

    fronts = await listed(JmsPhotoSource(jms))
    every = await listed(JmsPhotoSource(jms, views=views))

    assert [item.view for item in fronts] == 3 * [View.FRONT]
    assert [item.external_image_id for item in every] == [ref.external_image_id for ref in refs]


@pytest.mark.parametrize("before", [0, 1, 2, 7])
@pytest.mark.parametrize("ring", [1, 2, 3, 10])
async def test_pages_that_lead_in_a_ring_end_whoever_goes_on(before: int, ring: int) -> None:
    leads: dict[str | None, str | None] = {None: "0"}
    pages = before + ring
    leads |= {str(page): str(page + 1) for page in range(pages - 1)}
    leads[str(pages - 1)] = str(before)
    cursor, asked = None, 0

    with suppress(SourceUnusableError):
        while asked < 5 * pages:
            cursor = (await JmsPhotoSource(LedJms(leads)).page(cursor)).next
            asked += 1

    assert asked < 5 * pages
    with pytest.raises(SourceUnusableError, match="never ends"):
        await JmsPhotoSource(LedJms(leads)).page(cursor)


async def test_a_long_listing_is_not_taken_for_a_ring() -> None:
    leads: dict[str | None, str | None] = {None: "0", "299": None}
    leads |= {str(page): str(page + 1) for page in range(299)}

    assert len(await listed(JmsPhotoSource(LedJms(leads)))) == 301


async def test_pages_without_photos_and_without_end_end() -> None:
    leads: dict[str | None, str | None] = {None: "0"}
    leads |= {str(page): str(page + 1) for page in range(2 * MOST_EMPTY)}

    with pytest.raises(SourceUnusableError, match=r"1,000 pages.*no photos"):
        await listed(JmsPhotoSource(LedJms(leads, entries=0)))


@pytest.mark.parametrize("cursor", ["", "7", "{}", '{"view": "back"}', '{"view": "front", "x": 1}'])
async def test_a_cursor_that_is_none_is_told(cursor: str) -> None:
    with pytest.raises(SourceUnusableError, match="new import"):
        await JmsPhotoSource(FakeJms({}, {})).page(cursor)


async def test_a_cursor_of_a_view_that_is_not_asked_for_any_more_is_told() -> None:
    page = await JmsPhotoSource(FakeJms({}, {}), views=(View.FRONT, View.LEFT)).page(None)

    with pytest.raises(SourceUnusableError, match="Other views"):
        await JmsPhotoSource(FakeJms({}, {})).page(page.next)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (JmsTimeoutError(), SourceTimeoutError),
        (JmsUnavailableError("It is down."), SourceUnavailableError),
        (JmsMisconfiguredError("It answers nonsense."), SourceUnusableError),
        (JmsCannotListError("It has no photos."), SourceUnusableError),
    ],
)
async def test_the_jms_errors_keep_their_words(error: CandidError, kind: type[CandidError]) -> None:
    source = JmsPhotoSource(FailingJms(error))
    location = json.dumps({"external_image_id": "A1", "view": "front"})

    for call in (source.page(None), source.photo(location)):
        with pytest.raises(kind) as caught:
            await call
        assert type(caught.value) is kind
        assert str(caught.value) == str(error)


@pytest.mark.parametrize("location", ["", "7", "{}", "null", '{"external_image_id": "A1"}'])
async def test_a_location_that_is_none_is_missing(location: str) -> None:
    with pytest.raises(PhotoMissingError):
        await JmsPhotoSource(FakeJms({}, {})).photo(location)


async def test_pages_that_shift_and_repeat_while_they_are_read_leave_no_photo_out() -> None:
    photos = [JailPhoto(awkward_id(number), b"photo") for number in range(60)]
    jail = HostileJail(photos, Hostility(3, repeats=0.5, arrivals=2, junk=True), page_size=7)

    async with source_of(jail) as source:
        items = await listed(source)

    counted = Counter(item.external_image_id for item in items if item.reason is None)
    assert counted.keys() >= {encoded_id(one.raw_id) for one in photos}
    assert max(counted.values()) > 1
    assert len(jail.arrived) > 10
    assert sum(item.reason is ItemReason.ENTRY_UNUSABLE for item in items) == len(JUNK)


async def test_of_a_hostile_jms_everything_that_can_be_had_is_had() -> None:
    photos = [JailPhoto(awkward_id(number), f"{number}".encode()) for number in range(60)]
    fates = dict.fromkeys([*Fate][1:], 0.1)
    jail = HostileJail(photos, Hostility(7, fates, bad_pages=0.5), page_size=10)
    had, failed = dict[str, bytes](), dict[str, type[CandidError]]()

    async with source_of(jail) as source:
        await patiently(source, None)
        for item in await listed(source):
            raw_id = decoded_id(item.external_image_id)
            for _ in range(6):
                try:
                    had[raw_id] = await source.photo(item.location)
                    failed.pop(raw_id, None)
                    break
                except CandidError as error:
                    failed[raw_id] = type(error)

    assert had == {raw_id: jail.served(raw_id) for raw_id in jail.fetchable()}
    expected = {
        Fate.MISSING: PhotoMissingError,
        Fate.HTML: UnsupportedPhotoError,
        Fate.DEAD: SourceUnavailableError,
    }
    assert failed == {one: expected[jail.fate(one)] for one in failed}
    assert {jail.fate(one.raw_id) for one in photos} == set(Fate)
    assert had.keys() | failed.keys() == {one.raw_id for one in photos}

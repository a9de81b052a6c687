"""What every source of an import promises; a new kind is one more of `tests.contract.sources`."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.encoded_ids import encoded_id
from app.domain.errors import PhotoMissingError, PhotoTooLargeError, SourceUnusableError
from app.domain.imports import ItemReason, ItemStatus, NewItem
from app.domain.photo import View
from app.ports.photo_source import PHOTO_BYTES, PhotoSource
from tests.contract.sources import KINDS, Offered, Stocked, Stocking

IDS = ("A1", "A1-2", "a1", "B 7", "B:7", "Müller", "::x", "C.jpg", "1e5", "Z" * 100)
OFFERED = tuple(Offered(raw_id, f"photo of {raw_id}".encode()) for raw_id in IDS)


@pytest.fixture(params=sorted(KINDS))
def stocking(request: pytest.FixtureRequest) -> Stocking:
    return KINDS[request.param]


async def listed(source: PhotoSource) -> list[NewItem]:
    page = await source.page(None)
    items = [*page.items]
    while page.next is not None:
        page = await source.page(page.next)
        items += page.items
    return items


async def listed_by_many(stocked: Stocked) -> list[NewItem]:
    """List with a fresh source for every page, as processes do that take over from one another."""
    cursor, items, is_last = None, list[NewItem](), False
    while not is_last:
        async with stocked.open(None) as source:
            page = await source.page(cursor)
        items += page.items
        cursor, is_last = page.next, page.next is None
    return items


async def test_every_photo_is_listed_once_under_its_encoded_id(
    stocking: Stocking, tmp_path: Path
) -> None:
    async with stocking(tmp_path, OFFERED, 100) as stocked, stocked.open(None) as source:
        items = await listed(source)

    assert Counter(item.external_image_id for item in items) == Counter(map(encoded_id, IDS))
    assert {(item.view, item.status, item.reason) for item in items} == {
        (View.FRONT, ItemStatus.WAITING, None)
    }


@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 10, 11])
async def test_whoever_goes_on_from_a_cursor_finds_every_entry_once(
    stocking: Stocking, tmp_path: Path, page_size: int
) -> None:
    async with stocking(tmp_path, OFFERED, page_size) as stocked:
        async with stocked.open(None) as source:
            by_one = await listed(source)
        by_many = await listed_by_many(stocked)

    assert by_many == by_one
    assert len(by_many) == len(IDS)


async def test_the_same_cursor_gives_the_same_page(stocking: Stocking, tmp_path: Path) -> None:
    async with stocking(tmp_path, OFFERED, 3) as stocked, stocked.open(None) as source:
        first = await source.page(None)
        second = await source.page(first.next)

        assert await source.page(first.next) == second
        assert await source.page(None) == first


async def test_the_bytes_at_a_location_are_the_photo(stocking: Stocking, tmp_path: Path) -> None:
    async with stocking(tmp_path, OFFERED, 4) as stocked:
        async with stocked.open(None) as source:
            items = await listed(source)
        async with stocked.open(None) as another:
            found = {one.external_image_id: await another.photo(one.location) for one in items}

    assert found == {encoded_id(one.raw_id): one.photo for one in OFFERED}


async def test_what_is_older_than_asked_for_is_left_out(stocking: Stocking, tmp_path: Path) -> None:
    moments = {f"M{month}": datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 8)}
    offered = [Offered(raw_id, b"photo", changed_at) for raw_id, changed_at in moments.items()]
    async with (
        stocking(tmp_path, offered, 2) as stocked,
        stocked.open(moments["M5"]) as source,
    ):
        items = await listed(source)

    assert {item.external_image_id for item in items} == {"M5", "M6", "M7"}


async def test_an_id_that_cannot_be_encoded_is_listed_with_its_reason(
    stocking: Stocking, tmp_path: Path
) -> None:
    offered = [Offered("A1", b"photo"), Offered("é" * 100, b"photo")]
    async with stocking(tmp_path, offered, 100) as stocked, stocked.open(None) as source:
        items = await listed(source)

    assert {(item.external_image_id, item.status, item.reason) for item in items} == {
        ("A1", ItemStatus.WAITING, None),
        ("", ItemStatus.FAILED, ItemReason.ID_NOT_ENCODABLE),
    }


async def test_a_photo_that_is_not_there_is_missing(stocking: Stocking, tmp_path: Path) -> None:
    async with stocking(tmp_path, OFFERED, 100) as stocked, stocked.open(None) as source:
        with pytest.raises(PhotoMissingError):
            await source.photo(stocked.nowhere)


@pytest.mark.parametrize("location", ["", "../../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000])
async def test_no_location_reads_anything_else(
    stocking: Stocking, tmp_path: Path, location: str
) -> None:
    async with stocking(tmp_path, OFFERED, 100) as stocked, stocked.open(None) as source:
        with pytest.raises((PhotoMissingError, SourceUnusableError)):
            await source.photo(location)


async def test_a_photo_as_large_as_the_limit_is_read(stocking: Stocking, tmp_path: Path) -> None:
    async with of_size(stocking, tmp_path, PHOTO_BYTES) as stocked, stocked.open(None) as source:
        (item,) = await listed(source)

        assert len(await source.photo(item.location)) == PHOTO_BYTES


async def test_a_larger_photo_is_refused(stocking: Stocking, tmp_path: Path) -> None:
    async with (
        of_size(stocking, tmp_path, PHOTO_BYTES + 1) as stocked,
        stocked.open(None) as source,
    ):
        (item,) = await listed(source)

        with pytest.raises(PhotoTooLargeError):
            await source.photo(item.location)


def of_size(stocking: Stocking, directory: Path, size: int) -> AbstractAsyncContextManager[Stocked]:
    offered: Sequence[Offered] = [Offered("A1", bytes(size))]
    return stocking(directory, offered, 100)

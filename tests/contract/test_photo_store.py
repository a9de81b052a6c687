"""What every photo store promises; a new adapter is one more parameter of `store`."""

import hashlib
from pathlib import Path

import anyio
import pytest

from adapters.photo_store.directory import DirectoryPhotoStore
from app.domain.photo import photo_key
from app.ports.photo_store import PhotoStore

ODD_IDS = (
    "con",
    "NUL",
    "nul",
    "a..b",
    "..a",
    "-rf",
    "dot.",
    "a:b",
    "C:",
    "x" * 255,
    "X" * 255,
    "x" * 254,
    "d-1",
    "p-1",
    "~",
)


@pytest.fixture(params=["directory"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> PhotoStore:
    assert request.param == "directory"
    directory = DirectoryPhotoStore(tmp_path / "not yet there" / "photos")
    await directory.prepare()
    return directory


def key(external_image_id: str, photo: bytes = b"") -> str:
    return photo_key(external_image_id, hashlib.sha256(photo).hexdigest())


def names_below(directory: Path) -> list[str]:
    return [path.name for path in directory.rglob("*")]


async def listed(store: PhotoStore) -> list[str]:
    keys: list[str] = []
    after: str | None = None
    while True:
        page = await store.list(after)
        keys += page.items
        if page.next is None:
            return keys
        after = page.next


async def test_a_stored_photo_comes_back_byte_for_byte(store: PhotoStore) -> None:
    photo = bytes(range(256)) * 4000

    await store.put(key("A1", photo), photo)

    assert await store.get(key("A1", photo)) == photo
    assert await store.exists(key("A1", photo))


async def test_an_unknown_key_is_no_photo_and_no_error(store: PhotoStore) -> None:
    assert await store.get(key("A1")) is None
    assert not await store.exists(key("A1"))
    await store.delete(key("A1"))


async def test_a_deleted_photo_is_gone_and_the_others_stay(store: PhotoStore) -> None:
    for photo in (b"one", b"two"):
        await store.put(key("A1", photo), photo)

    await store.delete(key("A1", b"one"))

    assert await store.get(key("A1", b"one")) is None
    assert await listed(store) == [key("A1", b"two")]


async def test_putting_again_replaces(store: PhotoStore) -> None:
    await store.put(key("A1"), b"first")
    await store.put(key("A1"), b"second")

    assert await store.get(key("A1")) == b"second"
    assert await listed(store) == [key("A1")]


async def test_ids_that_mean_something_to_a_file_system_are_only_ids(store: PhotoStore) -> None:
    for external_image_id in ODD_IDS:
        await store.put(key(external_image_id), external_image_id.encode())

    for external_image_id in ODD_IDS:
        assert await store.get(key(external_image_id)) == external_image_id.encode()
    assert await listed(store) == sorted(key(each) for each in ODD_IDS)


@pytest.mark.parametrize("hostile", ["../../escaped", "/../escaped", "a\0b", "", "..", "ü" * 300])
async def test_a_hostile_key_is_kept_like_any_other(
    store: PhotoStore, hostile: str, tmp_path: Path
) -> None:
    await store.put(hostile, b"photo")

    assert await store.get(hostile) == b"photo"
    assert await listed(store) == [hostile]
    assert not any("escaped" in name for name in names_below(tmp_path.parent))


async def test_listing_goes_on_after_any_key_known_or_not(store: PhotoStore) -> None:
    for number in (1, 3, 5):
        await store.put(f"{number}", b"photo")

    assert (await store.list("3")).items == ("5",)
    assert (await store.list("2")).items == ("3", "5")
    assert (await store.list("5")).items == ()


async def test_twenty_writers_of_one_key_leave_one_whole_photo(store: PhotoStore) -> None:
    photo = b"p" * 300_000

    async with anyio.create_task_group() as writers:
        for _ in range(20):
            writers.start_soon(store.put, key("A1", photo), photo)

    assert await listed(store) == [key("A1", photo)]
    assert await store.get(key("A1", photo)) == photo


async def test_photos_put_and_deleted_at_once_are_whole_or_absent(store: PhotoStore) -> None:
    busy = key("y" * 255)

    async with anyio.create_task_group() as users:
        for _ in range(15):
            users.start_soon(store.put, busy, b"photo")
            users.start_soon(store.delete, busy)

    assert await store.get(busy) in {None, b"photo"}
    await store.put(busy, b"photo")
    assert await listed(store) == [busy]


async def test_a_working_store_answers_ping_and_keeps_nothing_of_it(store: PhotoStore) -> None:
    await store.ping()

    assert await listed(store) == []

"""What every photo store promises; a new adapter is one more parameter of `store`."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

import anyio
import pytest

from adapters.photo_store.directory import DirectoryPhotoStore
from adapters.photo_store.encrypted import EncryptedPhotoStore
from adapters.photo_store.s3 import S3PhotoStore
from app.domain.photo import photo_key
from app.ports.data_keys import photo_key_name
from app.ports.photo_store import PhotoStore
from tests.buckets import open_bucket
from tests.fakes import FakePhotoStore
from tests.fakes_data_keys import FakeDataKeys

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
)


HOSTILE_KEYS = (
    "../../escaped",
    "/../escaped",
    "a\0b",
    "",
    "..",
    "../" + "0" * 64,
    "~/a",
    "ü" * 300,
)


KINDS = ("directory", "fake", "s3")


@pytest.fixture(params=[*KINDS, *(f"encrypted over {kind}" for kind in KINDS)])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, s3_server: str
) -> AsyncIterator[PhotoStore]:
    kind = request.param.removeprefix("encrypted over ")
    async with _opened(kind, tmp_path, s3_server) as store:
        if kind == request.param:
            yield store
        else:
            yield EncryptedPhotoStore(store, FakeDataKeys(), photo_key_name)


@asynccontextmanager
async def _opened(kind: str, tmp_path: Path, s3_server: str) -> AsyncGenerator[PhotoStore]:
    if kind == "fake":
        yield FakePhotoStore()
    elif kind == "directory":
        directory = DirectoryPhotoStore(tmp_path / "not yet there" / "photos")
        await directory.prepare()
        yield directory
    else:
        async with open_bucket(s3_server) as bucket:
            store = S3PhotoStore(bucket)
            await store.prepare()
            yield store


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


async def test_putting_the_same_photo_again_is_no_error_and_leaves_one(store: PhotoStore) -> None:
    for _ in range(2):
        await store.put(key("A1", b"photo"), b"photo")

    assert await store.get(key("A1", b"photo")) == b"photo"
    assert await listed(store) == [key("A1", b"photo")]


async def test_a_deleted_photo_can_be_put_again(store: PhotoStore) -> None:
    for _ in range(2):
        await store.put(key("A1", b"photo"), b"photo")
        assert await store.get(key("A1", b"photo")) == b"photo"
        await store.delete(key("A1", b"photo"))
        assert await store.get(key("A1", b"photo")) is None


@pytest.mark.parametrize("size", [0, 1, 1_000_000])
async def test_a_photo_arrives_piece_by_piece_and_whole(store: PhotoStore, size: int) -> None:
    photo = bytes(size)
    await store.put(key("A1", photo), photo)

    stream = await store.stream(key("A1", photo))

    assert stream is not None
    async with aclosing(stream.rest):
        pieces = [stream.first, *[piece async for piece in stream.rest]]
    assert (stream.size, b"".join(pieces)) == (size, photo)
    assert await store.stream(key("B1")) is None


async def test_a_stream_may_be_given_up(store: PhotoStore) -> None:
    photo = bytes(3_000_000)
    await store.put(key("A1", photo), photo)

    for _ in range(3):
        stream = await store.stream(key("A1", photo))
        assert stream is not None
        await stream.rest.aclose()

    assert await store.get(key("A1", photo)) == photo


async def test_ids_that_mean_something_to_a_file_system_are_only_ids(store: PhotoStore) -> None:
    keys = {key(each, each.encode()): each.encode() for each in ODD_IDS}
    for one, photo in keys.items():
        await store.put(one, photo)

    for one, photo in keys.items():
        assert await store.get(one) == photo
    assert await listed(store) == sorted(keys)


@pytest.mark.parametrize("hostile", HOSTILE_KEYS)
async def test_a_hostile_key_is_kept_like_any_other_or_refused(
    store: PhotoStore, hostile: str, tmp_path: Path
) -> None:
    kept = False
    with suppress(ValueError):
        await store.put(hostile, b"photo")
        kept = True

    assert await store.get(hostile) == (b"photo" if kept else None)
    assert await listed(store) == ([hostile] if kept else [])
    assert await store.exists(hostile) == kept
    assert not any("escaped" in name for name in names_below(tmp_path.parent))
    await store.delete(hostile)
    assert await listed(store) == []


async def test_listing_goes_on_after_any_key_known_or_not(store: PhotoStore) -> None:
    for number in (1, 3, 5):
        await store.put(key(f"{number}"), b"")

    assert (await store.list(key("3"))).items == (key("5"),)
    assert (await store.list(key("2"))).items == (key("3"), key("5"))
    assert (await store.list("2")).items == (key("3"), key("5"))
    assert (await store.list(key("5"))).items == ()


async def test_twenty_writers_of_one_key_leave_one_whole_photo(store: PhotoStore) -> None:
    photo = b"p" * 300_000

    async with anyio.create_task_group() as writers:
        for _ in range(20):
            writers.start_soon(store.put, key("A1", photo), photo)

    assert await listed(store) == [key("A1", photo)]
    assert await store.get(key("A1", photo)) == photo


async def test_photos_put_and_deleted_at_once_are_whole_or_absent(store: PhotoStore) -> None:
    busy = key("y" * 255, b"photo")

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


async def test_several_photos_are_stored_together(store: PhotoStore) -> None:
    photos = {key(f"A{number}", bytes([number])): bytes([number]) for number in range(40)}

    assert await store.put_all(photos) == {}

    assert {one: await store.get(one) for one in photos} == photos
    assert await listed(store) == sorted(photos)

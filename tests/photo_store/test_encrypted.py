"""What only the encrypted photo store promises: nothing in the clear, nothing altered served."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from pathlib import Path

import pytest
from typing_extensions import override

from adapters.photo_store.directory import DirectoryObjectSource, DirectoryPhotoStore
from adapters.photo_store.encrypted import EncryptedPhotoStore
from adapters.photo_store.encrypted.sealed_photo import CHUNK, HEAD, SEALED_CHUNK
from app.domain.errors import (
    DataKeysUnavailableError,
    PhotoStoreUnavailableError,
    PhotoTooLargeError,
)
from app.domain.photo import photo_key, sha256_of
from app.ports.data_keys import photo_key_name
from app.ports.object_source import OBJECT_BYTES
from tests.fakes import FakePhotoStore
from tests.fakes_data_keys import FakeDataKeys

PHOTO = bytes(range(256)) * (CHUNK // 256) + b"and some of a second chunk"
LONG = PHOTO * 3

Alter = Callable[[bytes], bytes]


class Kept:
    """A store, what lies in it, and the keys."""

    def __init__(self) -> None:
        self.inner = FakePhotoStore()
        self.keys = FakeDataKeys()
        self.store = EncryptedPhotoStore(self.inner, self.keys, photo_key_name)

    async def put(self, photo: bytes, name: str = "A1") -> str:
        key = photo_key(name, sha256_of(photo))
        await self.store.put(key, photo)
        return key


@pytest.fixture
def kept() -> Kept:
    return Kept()


async def read_piece_by_piece(store: EncryptedPhotoStore, key: str) -> bytearray:
    """Read as far as it goes; the error that ends it is raised with what was read until then."""
    read = bytearray()
    stream = await store.stream(key)
    assert stream is not None
    async with aclosing(stream.rest) as rest:
        read += stream.first
        try:
            async for piece in rest:
                read += piece
        except PhotoStoreUnavailableError as error:
            error.add_note(str(len(read)))
            raise
    return read


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
async def test_nothing_of_a_photo_lies_in_the_store(kept: Kept, size: int) -> None:
    photo = (PHOTO * 3)[:size]

    key = await kept.put(photo)

    stored = kept.inner.photos[key]
    windows = (photo[start : start + 32] for start in range(0, size - 32, 4096))
    assert not any(window in stored for window in windows)
    assert kept.keys.keys[photo_key_name(key)] not in stored
    assert await kept.store.get(key) == photo
    assert await read_piece_by_piece(kept.store, key) == photo


class CountedKeys(FakeDataKeys):
    """Counts how often keys are asked to be made."""

    calls: int = 0

    @override
    async def made(self, names: Iterable[str]) -> Mapping[str, bytes]:
        CountedKeys.calls += 1
        return await super().made(names)


async def test_the_keys_of_a_group_are_made_in_one_call() -> None:
    keys = CountedKeys()
    store = EncryptedPhotoStore(FakePhotoStore(), keys, photo_key_name)
    photos = {photo_key(f"A{n}", sha256_of(bytes([n]))): bytes([n]) for n in range(32)}

    assert await store.put_all(photos) == {}

    assert sorted(keys.keys) == sorted(map(photo_key_name, photos))
    assert CountedKeys.calls == 1


ALTERATIONS: dict[str, Alter] = {
    "one byte": lambda stored: stored[:300] + bytes([stored[300] ^ 1]) + stored[301:],
    "of the head": lambda stored: stored[:10] + bytes([stored[10] ^ 1]) + stored[11:],
    "the last chunk is missing": lambda stored: stored[: HEAD + 3 * SEALED_CHUNK],
    "cut short": lambda stored: stored[:-1],
    "cut to the head": lambda stored: stored[:HEAD],
    "cut in the head": lambda stored: stored[: HEAD - 1],
    "prolonged": lambda stored: stored + b"\0",
    "two chunks exchanged": lambda stored: (
        stored[:HEAD]
        + stored[HEAD + SEALED_CHUNK : HEAD + 2 * SEALED_CHUNK]
        + stored[HEAD : HEAD + SEALED_CHUNK]
        + stored[HEAD + 2 * SEALED_CHUNK :]
    ),
    "one chunk twice": lambda stored: (
        stored[: HEAD + SEALED_CHUNK]
        + stored[HEAD : HEAD + SEALED_CHUNK]
        + stored[HEAD + 2 * SEALED_CHUNK :]
    ),
    "one chunk left out": lambda stored: (
        stored[: HEAD + SEALED_CHUNK] + stored[HEAD + 2 * SEALED_CHUNK :]
    ),
    "of a later version": lambda stored: stored[:7] + b"\x02" + stored[8:],
    "another photo in the clear": lambda _: b"forged",
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
async def test_what_was_altered_is_never_read_to_its_end(kept: Kept, alteration: str) -> None:
    key = await kept.put(LONG)
    kept.inner.photos[key] = ALTERATIONS[alteration](kept.inner.photos[key])

    with pytest.raises(PhotoStoreUnavailableError, match="not the photo its name says"):
        await kept.store.get(key)
    with pytest.raises(PhotoStoreUnavailableError, match="not the photo its name says") as raised:
        await read_piece_by_piece(kept.store, key)

    read = [int(note) for note in getattr(raised.value, "__notes__", [])]
    assert all(count <= len(LONG) - CHUNK for count in read)


async def test_a_sealed_photo_opens_under_no_other_name(kept: Kept) -> None:
    key, other = await kept.put(PHOTO), await kept.put(PHOTO, "B2")
    kept.inner.photos[other] = kept.inner.photos[key]
    kept.keys.keys[photo_key_name(other)] = kept.keys.keys[photo_key_name(key)]

    with pytest.raises(PhotoStoreUnavailableError, match="not the photo its name says"):
        await kept.store.get(other)


async def test_with_its_key_every_copy_of_a_photo_is_gone(kept: Kept) -> None:
    key = await kept.put(PHOTO)
    copy = kept.inner.photos[key]

    await kept.store.delete(key)
    kept.inner.photos[key] = copy

    assert not kept.keys.keys
    assert await kept.store.get(key) is None
    assert await kept.store.stream(key) is None
    assert (await kept.store.list(None)).items == (key,)  # so that verifying finds the rest


async def test_a_photo_that_is_put_again_takes_the_place_of_what_nobody_can_read(
    kept: Kept,
) -> None:
    key = await kept.put(PHOTO)
    await kept.keys.destroy([photo_key_name(key)])

    await kept.put(PHOTO)

    assert await kept.store.get(key) == PHOTO


async def test_a_photo_whose_key_is_destroyed_while_it_is_put_is_put_anew(kept: Kept) -> None:
    class Interrupted(FakePhotoStore):
        @override
        async def put(self, key: str, photo: bytes) -> None:
            await super().put(key, photo)
            if not self.error and len(kept.keys.keys) == 1:
                await kept.keys.destroy([photo_key_name(key)])
                await kept.keys.made(["another", "and another"])

    store = EncryptedPhotoStore(Interrupted(), kept.keys, photo_key_name)
    key = photo_key("A1", sha256_of(PHOTO))

    await store.put(key, PHOTO)

    assert await store.get(key) == PHOTO


async def test_a_photo_is_never_put_under_another_ones_key(kept: Kept) -> None:
    for put in (kept.store.put, kept.store.put_instead):
        with pytest.raises(ValueError, match="hash"):
            await put(photo_key("A1", sha256_of(b"photo")), b"another")

    assert not kept.inner.photos
    assert not kept.keys.keys


async def test_a_photo_in_the_clear_is_read_until_it_is_sealed(kept: Kept) -> None:
    key = photo_key("A1", sha256_of(LONG))
    kept.inner.photos[key] = LONG

    assert await kept.store.get(key) == LONG
    assert await read_piece_by_piece(kept.store, key) == LONG
    assert await kept.store.seal(key)
    assert LONG[:64] not in kept.inner.photos[key]
    assert await kept.store.get(key) == LONG
    assert not await kept.store.seal(key)
    assert not await kept.store.seal(photo_key("B1", sha256_of(b"")))


async def test_what_is_not_the_photo_its_name_says_is_not_sealed(kept: Kept) -> None:
    key = photo_key("A1", sha256_of(PHOTO))
    kept.inner.photos[key] = b"forged"

    with pytest.raises(PhotoStoreUnavailableError, match="not the photo its name says"):
        await kept.store.seal(key)

    assert kept.inner.photos[key] == b"forged"


async def test_without_the_keys_nothing_is_put_read_or_deleted(kept: Kept) -> None:
    key = await kept.put(PHOTO)
    kept.keys.down = True
    other = photo_key("B1", sha256_of(b""))

    errors = await kept.store.put_all({other: b""})

    assert isinstance(errors[other], DataKeysUnavailableError)
    for call in (kept.store.get(key), kept.store.delete(key), kept.store.ping()):
        with pytest.raises(DataKeysUnavailableError):
            await call
    assert list(kept.inner.photos) == [key]


async def test_a_named_image_is_read_through_the_seal(tmp_path: Path) -> None:
    inner = DirectoryPhotoStore(tmp_path)
    store = EncryptedPhotoStore(inner, FakeDataKeys(), photo_key_name)
    large = bytes(OBJECT_BYTES + 1)
    for photo in (PHOTO, large):
        await store.put(photo_key("A1", sha256_of(photo)), photo)
    source = DirectoryObjectSource(store)

    assert await source.read("any", photo_key("A1", sha256_of(PHOTO)), None) == PHOTO
    with pytest.raises(PhotoTooLargeError):
        await source.read("any", photo_key("A1", sha256_of(large)), None)

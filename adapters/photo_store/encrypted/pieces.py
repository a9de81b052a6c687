"""A stored photo on its way out: cut anew into what was sealed, opened, and held against its hash.

A photo is given out but for its last piece before all of it has been read, and that one only when
the whole is the photo that its key names.
"""

import hashlib
from collections.abc import AsyncGenerator

from adapters.photo_store.encrypted.sealed_photo import (
    HEAD,
    SEALED_CHUNK,
    NotAuthenticError,
    Opening,
)
from app.domain.errors import PhotoStoreUnavailableError
from app.domain.photo import sha256_in, sha256_of
from app.ports.photo_store import PhotoStream


class Pieces:
    """What a store gives piece by piece, cut as one likes."""

    def __init__(self, kept: PhotoStream) -> None:
        self._buffer = bytearray(kept.first)
        self._rest = kept.rest

    async def peek(self) -> bytes:
        """Return at least the head, if there is as much."""
        await self._fill(HEAD)
        return bytes(self._buffer[:HEAD])

    async def take(self, most: int) -> bytes:
        """Return the next bytes: as many as there are, and so many at most."""
        await self._fill(most)
        taken = bytes(self._buffer[:most])
        del self._buffer[:most]
        return taken

    async def aclose(self) -> None:
        """Let the store's stream go."""
        await self._rest.aclose()

    async def _fill(self, count: int) -> None:
        while len(self._buffer) < count:
            piece = await anext(self._rest, b"")
            if not piece:
                return
            self._buffer += piece


async def opened(
    pieces: Pieces, data_key: bytes, name: str, key: str
) -> tuple[int, AsyncGenerator[bytes]]:
    """Return the photo's size, and what yields the photo; raises PhotoStoreUnavailableError."""
    try:
        opening = Opening.of(await pieces.take(HEAD), data_key, name)
        first = opening.opened(0, await pieces.take(SEALED_CHUNK))
    except NotAuthenticError as error:
        raise not_its_own(key) from error
    return opening.size, _checked(_chunks(opening, first, pieces, key), pieces, key)


def original(pieces: Pieces, key: str) -> AsyncGenerator[bytes]:
    """Return what yields a photo that was stored in the clear."""
    return _checked(_as_it_is(pieces), pieces, key)


async def _chunks(
    opening: Opening, first: bytes, pieces: Pieces, key: str
) -> AsyncGenerator[bytes]:
    yield first
    for number in range(1, opening.chunks):
        try:
            yield opening.opened(number, await pieces.take(SEALED_CHUNK))
        except NotAuthenticError as error:
            raise not_its_own(key) from error


async def _as_it_is(pieces: Pieces) -> AsyncGenerator[bytes]:
    while piece := await pieces.take(SEALED_CHUNK):
        yield piece


async def _checked(photo: AsyncGenerator[bytes], pieces: Pieces, key: str) -> AsyncGenerator[bytes]:
    """Yield the pieces, the last one only when all of them are the photo of the key."""
    digest, held = hashlib.sha256(), b""
    try:
        async for piece in photo:
            digest.update(piece)
            if held:
                yield held
            held = piece
        if digest.hexdigest() != sha256_in(key) or await pieces.take(1):
            raise not_its_own(key)
        yield held
    finally:
        await photo.aclose()
        await pieces.aclose()


def whole_opened(kept: bytes, data_key: bytes, name: str, key: str) -> bytes:
    """Return a sealed photo that is in memory; raises PhotoStoreUnavailableError."""
    try:
        photo = b"".join(Opening.of(kept[:HEAD], data_key, name).all_of(kept))
    except NotAuthenticError as error:
        raise not_its_own(key) from error
    return whole_original(photo, key)


def whole_original(photo: bytes, key: str) -> bytes:
    """Return a photo that is in memory, if it is the one of the key; PhotoStoreUnavailableError."""
    if sha256_of(photo) != sha256_in(key):
        raise not_its_own(key)
    return photo


def not_its_own(key: str) -> PhotoStoreUnavailableError:
    """Say that what is stored was altered, cut short, or is another photo."""
    return PhotoStoreUnavailableError(
        f"What is stored under {key} is not the photo its name says; restore it or remove it."
    )

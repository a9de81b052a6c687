"""How a photo is sealed: AES-256-GCM in chunks, so that it can be opened piece by piece.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizar: "Online Authenticated-Encryption
and its Nonce-Reuse Misuse-Resistance", 2015), as Tink and age use it. A sealed photo is

    magic (7) | version (1) | size of the photo (8) | nonce prefix (7) | chunks

Each chunk is up to 256 KiB of the photo and a tag of 16 bytes, under the nonce prefix | number of
the chunk (4) | 1 for the last one, else 0. So no chunk can be moved, left out or put at the end
unnoticed, and none is given out before it is authentic. The head and the name of the data key are
authenticated with every chunk.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC: Final = b"\x89CANDID"
"""The first byte is of no text, and of no picture format that is read here."""

_FORMAT: Final = _MAGIC + b"\x01"
_SIZE: Final = 8
_PREFIX: Final = 7
_TAG: Final = 16
HEAD: Final = len(_FORMAT) + _SIZE + _PREFIX
CHUNK: Final = 256 * 1024
SEALED_CHUNK: Final = CHUNK + _TAG


class NotAuthenticError(Exception):
    """What was read is not what was sealed under this key, or not all of it."""


def is_sealed(begin: bytes) -> bool:
    """Say whether the first bytes are those of a sealed photo, of whichever version."""
    return begin.startswith(_MAGIC)


def sealed_size(size: int) -> int:
    """Return how many bytes a photo of this size has once it is sealed."""
    return HEAD + size + _TAG * _chunks_of(size)


def sealed(photo: bytes, key: bytes, name: str) -> bytes:
    """Seal a photo under its 32-byte data key, whose name it is bound to."""
    head = _FORMAT + len(photo).to_bytes(_SIZE, "big") + os.urandom(_PREFIX)
    cipher, bound_to, view = AESGCM(key), head + name.encode(), memoryview(photo)
    last = _chunks_of(len(photo)) - 1
    parts = [head]
    for number in range(last + 1):
        chunk = view[number * CHUNK : (number + 1) * CHUNK]
        nonce = _nonce(head, number, is_last=number == last)
        parts.append(cipher.encrypt(nonce, chunk, bound_to))
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Opening:
    """A sealed photo that is being opened, chunk by chunk."""

    size: int  # of the photo, as the head says: authentic once the first chunk is
    _head: bytes
    _cipher: AESGCM
    _bound_to: bytes

    @classmethod
    def of(cls, head: bytes, key: bytes, name: str) -> "Opening":
        """Read the head; NotAuthenticError when it is cut short or of an unknown version."""
        if len(head) != HEAD or not head.startswith(_FORMAT):
            raise NotAuthenticError
        size = int.from_bytes(head[len(_FORMAT) : len(_FORMAT) + _SIZE], "big")
        return cls(size, head, AESGCM(key), head + name.encode())

    @property
    def chunks(self) -> int:
        """How many chunks the photo has; an empty one has one."""
        return _chunks_of(self.size)

    def opened(self, number: int, chunk: bytes) -> bytes:
        """Return what is in a chunk, counted from 0; NotAuthenticError."""
        nonce = _nonce(self._head, number, is_last=number == self.chunks - 1)
        try:
            return self._cipher.decrypt(nonce, chunk, self._bound_to)
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than a tag
            raise NotAuthenticError from error

    def all_of(self, whole: bytes) -> Iterator[bytes]:
        """Yield what is in all chunks of a sealed photo, the head included; NotAuthenticError."""
        view = memoryview(whole)
        if len(view) != sealed_size(self.size):
            raise NotAuthenticError
        for number in range(self.chunks):
            start = HEAD + number * SEALED_CHUNK
            yield self.opened(number, bytes(view[start : start + SEALED_CHUNK]))


def _nonce(head: bytes, number: int, *, is_last: bool) -> bytes:
    return head[-_PREFIX:] + number.to_bytes(4, "big") + (b"\x01" if is_last else b"\x00")


def _chunks_of(size: int) -> int:
    return max(0, size - 1) // CHUNK + 1

"""A page of data keys: wrapped together, so that hundreds of thousands are opened in no time.

One by one, 300,000 of them cost more than a second; in pages of 64 a tenth of it. The names stand
beside the wrapped keys and are bound to them, each to the one at its place.
"""

import os
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.key_wrapping.encryption_key import NONCE
from adapters.key_wrapping.ring import Ring
from app.domain.errors import DataKeysMisconfiguredError

KEY: Final = 32
"""Bytes of a data key."""

_ONE_KEY: Final = f"{KEY}s"
_BETWEEN: Final = "\0"


@dataclass(frozen=True, slots=True)
class Page:
    """Names, and their keys wrapped by one wrapping key."""

    generation: int
    names: str
    sealed: bytes = field(repr=False)


def names_of(names: str) -> list[str]:
    """Return the names of a page, in the order of its keys."""
    return names.split(_BETWEEN) if names else []


def checked(names: Iterable[str]) -> list[str]:
    """Return each name once; ValueError for one that no page can hold."""
    unique = list(dict.fromkeys(names))
    if any(not name or _BETWEEN in name for name in unique):
        raise ValueError("the name of a data key has one character or more, and no NUL")
    return unique


def kind_of(name: str) -> str:
    """Return the first part of a name: keys of one kind share pages."""
    return name.partition("/")[0]


def sealed_page(keys: Mapping[str, bytes], ring: Ring) -> Page:
    """Wrap keys by the newest wrapping key (AES-256-GCM, a random nonce)."""
    names, nonce = _BETWEEN.join(keys), os.urandom(NONCE)
    cipher = ring.ciphers[ring.newest]
    sealed = cipher.encrypt(nonce, b"".join(keys.values()), _bound(ring.newest, names))
    return Page(ring.newest, names, nonce + sealed)


def unsealed_page(page: Page, cipher: AESGCM) -> dict[str, bytes]:
    """Return the keys by their names; raises as `unsealed_pairs`."""
    return dict(unsealed_pairs(page, cipher))


def unsealed_pairs(page: Page, cipher: AESGCM) -> "zip[tuple[str, bytes]]":
    """Return names and keys; DataKeysMisconfiguredError where a byte was changed."""
    nonce, sealed = page.sealed[:NONCE], page.sealed[NONCE:]
    try:
        opened = cipher.decrypt(nonce, sealed, _bound(page.generation, page.names))
    except (InvalidTag, ValueError) as error:
        raise DataKeysMisconfiguredError(
            "A page of data keys is not what was written: the store is damaged or was tampered "
            "with. Put a copy of it back; docs/encryption.md says how."
        ) from error
    keys: tuple[bytes, ...] = struct.unpack(_ONE_KEY * (len(opened) // KEY), opened)
    return zip(names_of(page.names), keys, strict=True)


def _bound(generation: int, names: str) -> bytes:
    return f"candid data keys {generation}{_BETWEEN}{names}".encode()

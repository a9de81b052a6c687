"""How pages of keys and the wrapping keys are written as objects."""

import base64
import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from adapters.key_wrapping import Page, WrappingKey, kind_of
from app.domain.errors import DataKeysMisconfiguredError

WRAPPING_KEYS: Final = "wrapping-keys.json"
PAGES: Final = "pages/"

_MAGIC: Final = b"candid data keys 1\n"
_HEAD: Final = struct.Struct(">II")  # generation, bytes of the names


@dataclass(frozen=True, slots=True)
class Kept:
    """How many pages a kind of key has, for as long as the store lives, and the wrapping keys."""

    pages: int
    wrapping_keys: Sequence[WrappingKey]


def page_key(name: str, pages: int) -> str:
    """Return where the key of this name is: one of the pages of its kind, by its hash."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % pages
    return f"{pages_of(kind_of(name))}{number:04}"


def pages_of(kind: str) -> str:
    """Return how the pages of a kind begin."""
    return f"{PAGES}{quote(kind, safe='')}/"


def page_as_object(page: Page) -> bytes:
    """Write a page."""
    names = page.names.encode()
    return _MAGIC + _HEAD.pack(page.generation, len(names)) + names + page.sealed


def page_of_object(content: bytes, key: str) -> Page:
    """Read a page; DataKeysMisconfiguredError where it is none."""
    start = len(_MAGIC) + _HEAD.size
    if not content.startswith(_MAGIC) or len(content) < start:
        raise DataKeysMisconfiguredError(_no_page(key))
    generation, size = _HEAD.unpack(content[len(_MAGIC) : start])
    try:
        names = content[start : start + size].decode()
    except UnicodeDecodeError as error:
        raise DataKeysMisconfiguredError(_no_page(key)) from error
    return Page(generation, names, content[start + size :])


def kept_as_object(kept: Kept) -> bytes:
    """Write the wrapping keys."""
    written = [
        {
            "generation": one.generation,
            "made_at": one.made_at.isoformat(),
            "wrapped_by": one.wrapped_by,
            "wrapped": base64.b64encode(one.wrapped).decode(),
        }
        for one in kept.wrapping_keys
    ]
    document = {"version": 1, "pages": kept.pages, "wrapping_keys": written}
    return json.dumps(document, indent=1).encode()


def kept_of_object(content: bytes) -> Kept:
    """Read the wrapping keys, oldest first; DataKeysMisconfiguredError where they are none."""
    try:
        found = json.loads(content)
        if found["version"] != 1:
            raise DataKeysMisconfiguredError(
                "The store of the data keys was written by a newer version of Candid; run that one."
            )
        keys = [
            WrappingKey(
                int(one["generation"]),
                datetime.fromisoformat(one["made_at"]),
                str(one["wrapped_by"]),
                base64.b64decode(one["wrapped"]),
            )
            for one in found["wrapping_keys"]
        ]
        return Kept(int(found["pages"]), keys)
    except (ValueError, KeyError, TypeError) as error:
        raise DataKeysMisconfiguredError(_no_page(WRAPPING_KEYS)) from error


def _no_page(key: str) -> str:
    return (
        f"The object {key} is not what the store of the data keys wrote there. Put a copy of it "
        "back; docs/encryption.md says how."
    )

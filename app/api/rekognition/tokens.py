"""Pagination tokens: a place in a list, sealed against use in another; they outlive a restart.

A place is an id of up to 255 characters and a token may have 255 (PaginationToken), so ids are
packed: their 66 characters need six bits and a little each.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters, digits
from typing import Generic, TypeVar

from app.api.rekognition.errors import Refusal

T = TypeVar("T")

_LETTERS = "\0" + ascii_letters + digits + "_.-:"  # what ids are made of; no digit is zero
_CHECK = 4


def invalid_token() -> Refusal:
    """Return what is said of a token that was not given out for this list."""
    message = "The pagination token is not valid."
    return Refusal("InvalidPaginationTokenException", message)


@dataclass(frozen=True, slots=True)
class Place:
    """A list that is read page by page."""

    operation: str
    collection_id: str = ""

    def token(self, last: str) -> str:
        """Return the token of the page after the one that ends with this id."""
        number = 0
        for letter in last:
            number = number * len(_LETTERS) + _LETTERS.index(letter)
        packed = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return base64.b85encode(self._check(last) + packed).decode()

    def after(self, token: str | None) -> str | None:
        """Return the id that the page before ended with; raises Refusal."""
        if token is None:
            return None
        try:
            sealed = base64.b85decode(token)
        except ValueError as error:
            raise invalid_token() from error
        last = _unpacked(sealed[_CHECK:])
        if sealed[:_CHECK] != self._check(last) or "\0" in last:
            raise invalid_token()
        return last

    def _check(self, last: str) -> bytes:
        said = f"{self.operation}\n{self.collection_id}\n{last}"
        return hashlib.sha256(said.encode()).digest()[:_CHECK]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page, cut from what was read: one item more than wanted says that there is another."""

    items: Sequence[T]
    is_last: bool

    @classmethod
    def of(cls, read: Sequence[T], wanted: int) -> "Page[T]":
        """Cut what was read."""
        return cls(read[:wanted], len(read) <= wanted)


def _unpacked(packed: bytes) -> str:
    number, letters = int.from_bytes(packed, "big"), []
    while number:
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(reversed(letters))

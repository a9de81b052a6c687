"""Bookings that were answered with an ETag or Last-Modified, for when the JMS says: unchanged."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from app.domain.booking import Booking

_TAG: Final = re.compile(r'"[\x21\x23-\x7e]{0,200}"')
_SETTLED: Final = timedelta(minutes=1)
"""A second change within the second of Last-Modified is not seen by it: RFC 9110, 8.8.2.2."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A booking, and the headers that ask whether it has changed."""

    booking: Booking
    headers: Mapping[str, str]
    until: float


class KeptBookings:
    """The last `most` bookings, each for so many `seconds` since it was answered whole."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def of(self, identifier: str) -> Kept | None:
        """Return what is kept under an id, if it may still stand for an answer."""
        kept = self._kept.get(identifier)
        if kept is None:
            return None
        if self._clock() >= kept.until:
            self.drop(identifier)
            return None
        self._kept.move_to_end(identifier)
        return kept

    def keep(self, identifier: str, booking: Booking, response: httpx.Response) -> None:
        """Keep a booking if its answer can be asked for on condition."""
        self.drop(identifier)
        headers = _conditions(response)
        if not headers or not self._most:
            return
        self._kept[identifier] = Kept(booking, headers, self._clock() + self._seconds)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, identifier: str) -> None:
        """Forget what is kept under an id."""
        self._kept.pop(identifier, None)


def _conditions(response: httpx.Response) -> Mapping[str, str]:
    if "no-store" in response.headers.get("Cache-Control", "").lower():
        return {}
    tag = response.headers.get("ETag", "").strip()
    if tag.startswith("W/"):  # the same one may stand for a booking that was sealed since
        return {}
    if _TAG.fullmatch(tag):
        return {"If-None-Match": tag}
    modified = response.headers.get("Last-Modified", "").strip()
    return {"If-Modified-Since": modified} if _is_settled(modified, response) else {}


def _is_settled(modified: str, response: httpx.Response) -> bool:
    try:
        age = parsedate_to_datetime(response.headers["Date"]) - parsedate_to_datetime(modified)
    except (KeyError, ValueError, TypeError):
        return False
    return age >= _SETTLED and modified.isascii() and modified.isprintable()

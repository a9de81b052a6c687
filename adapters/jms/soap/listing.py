"""Entries of a listing of photos, as a SOAP service answers them, and where each photo is."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

import httpx

from adapters.jms.soap.errors import misconfigured
from app.domain.dates import moment_of
from app.domain.errors import PhotoMissingError
from app.domain.field_text import clean_text, id_text
from app.domain.imports import ItemReason
from app.domain.mapped_code import MappedCode
from app.domain.photo import View
from app.domain.views import view_of
from app.ports.jms import PhotoRef, UnusableRef

LONGEST_CURSOR: Final = 2000
"""Characters; it goes into a question again."""


class Listing:
    """Reads entries; addresses are relative to `base`, times without an offset are in `zone`."""

    def __init__(self, base: httpx.URL, zone: tzinfo) -> None:
        self._base = base
        self._zone = zone

    def told(self, fields: Mapping[str, object], view: View, place: str) -> PhotoRef | UnusableRef:
        """Return the photo of an entry that was asked for one view, or why it has none."""
        identifier = id_text(fields.get("external_image_id"))
        if not identifier:
            return _unusable(place, "The entry has no external_image_id that can be used.")
        shown, location = _view(fields.get("view"), view), self._location(fields)
        if shown is None:
            return _unusable(identifier, "The view is not known here; front or F would be.")
        if location is None:
            return _unusable(
                identifier, "The url is none, or on another host than the JMS: it is not fetched."
            )
        number = clean_text(fields.get("booking_number")) or None
        return PhotoRef(identifier, number, shown, self._taken_at(fields), location)

    def address(self, ref: PhotoRef) -> httpx.URL:
        """Return where a photo is that an entry gave an address for; it is always the JMS's own.

        Raises PhotoMissingError for a location that no entry can have had.
        """
        try:
            if ref.location.startswith("/"):
                return self._base.copy_with(raw_path=ref.location.encode("ascii"))
        except (httpx.InvalidURL, ValueError) as error:
            raise PhotoMissingError from error
        raise PhotoMissingError

    def _location(self, fields: Mapping[str, object]) -> str | None:
        """Return the path of a photo at the JMS, "" for one by its id, None where it is refused."""
        said = clean_text(fields.get("url"))
        if said == "":
            return ""
        try:
            url = self._base.join(said) if said else None
        except (httpx.InvalidURL, ValueError):
            return None
        if url is None or _origin(url) != _origin(self._base):
            return None
        return url.raw_path.decode("ascii")

    def _taken_at(self, fields: Mapping[str, object]) -> datetime | None:
        text = clean_text(fields.get("taken_at"))
        return moment_of(text, self._zone, datetime.now(UTC).year + 1) if text else None


def cursor_of(said: object) -> str | None:
    """Return the cursor of the following page; JmsMisconfiguredError for one that is too long."""
    text = clean_text(said) if not isinstance(said, str) else said
    if not text:
        return None
    if len(text) > LONGEST_CURSOR:
        raise misconfigured(f"lists photos with a next of more than {LONGEST_CURSOR} characters")
    return text


def _view(said: object, asked: View) -> View | None:
    """Return the view of an entry: the one that was asked for where it says nothing."""
    text = clean_text(said)
    if text == "":
        return asked
    if isinstance(said, MappedCode) and not said.is_known:
        return None
    return view_of(text) if text else None


def _unusable(name: str, detail: str) -> UnusableRef:
    return UnusableRef(name, ItemReason.ENTRY_UNUSABLE, detail)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port

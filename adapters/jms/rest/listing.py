"""A page of the listing of photos, as a JMS on the web answers it."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

import httpx

from adapters.jms.rest.answers import misconfigured
from app.domain.dates import moment_of
from app.domain.errors import PhotoMissingError
from app.domain.field_text import clean_text, column_name, id_text
from app.domain.imports import ItemReason
from app.domain.photo import View
from app.domain.views import view_of
from app.ports.jms import PhotoRef, PhotoRefs, UnusableRef

LONGEST_CURSOR: Final = 2000
"""Characters; it goes into an address again."""


class Listing:
    """Reads pages; addresses are relative to `base`, times without an offset are in `zone`."""

    def __init__(self, base: httpx.URL, zone: tzinfo) -> None:
        self._base = base
        self._zone = zone

    def page(self, fields: Mapping[str, object], view: View, after: str | None) -> PhotoRefs:
        """Return a page that was asked for one view; JmsMisconfiguredError when it is none."""
        said = {column_name(name): value for name, value in fields.items()}
        entries = said.get("items")
        if not isinstance(entries, list):
            raise misconfigured("lists photos without a list of items")
        where = "the first page" if after is None else f"the page after {after}"
        told = [
            self._told(entry, view, f"item {number} of {where}")
            for number, entry in enumerate(entries, 1)
        ]
        return PhotoRefs(
            tuple(one for one in told if isinstance(one, PhotoRef)),
            _cursor(said.get("next")),
            tuple(one for one in told if isinstance(one, UnusableRef)),
        )

    def usual_address(self, quoted_id: str) -> httpx.URL:
        """Return where the photo of an id is when no entry says anything else."""
        return self._base.join(f"photos/{quoted_id}")

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

    def _told(self, entry: object, view: View, place: str) -> PhotoRef | UnusableRef:
        if not isinstance(entry, dict):
            return _unusable(place, "The entry is no object.")
        fields = {column_name(str(name)): value for name, value in entry.items()}
        identifier = id_text(fields.get("external_image_id"))
        if not identifier:
            return _unusable(place, "The entry has no external_image_id that can be used.")
        shown, location = _view(fields.get("view"), view), self._location(fields.get("url"))
        if shown is None:
            return _unusable(identifier, "The view is not known here; front or F would be.")
        if not identifier.strip("."):
            return _unusable(
                identifier,
                "An id of dots only is in no address, so that nobody could ask whether its record "
                "is sealed; give the photo another id.",
            )
        if location is None:
            return _unusable(
                identifier, "The url is none, or on another host than the JMS: it is not fetched."
            )
        number = clean_text(fields.get("booking_number")) or None
        return PhotoRef(identifier, number, shown, self._taken_at(fields), location)

    def _location(self, said: object) -> str | None:
        """Return the path of a photo at the JMS, "" for the usual one, None where it is refused."""
        if said is None or said == "":
            return ""
        if not isinstance(said, str):
            return None
        try:
            url = self._base.join(said.strip())
        except (httpx.InvalidURL, ValueError):
            return None
        return url.raw_path.decode("ascii") if _origin(url) == _origin(self._base) else None

    def _taken_at(self, fields: Mapping[str, object]) -> datetime | None:
        text = clean_text(fields.get("taken_at"))
        return moment_of(text, self._zone, datetime.now(UTC).year + 1) if text else None


def _view(said: object, asked: View) -> View | None:
    """Return the view of an entry: the one that was asked for where it says nothing."""
    text = clean_text(said)
    if text == "":
        return asked
    return view_of(text) if text else None


def _cursor(said: object) -> str | None:
    if said is None or said == "":
        return None
    if isinstance(said, int) and not isinstance(said, bool):
        said = str(said)
    if not isinstance(said, str) or len(said) > LONGEST_CURSOR:
        raise misconfigured(f"lists photos with a next that is no text of {LONGEST_CURSOR} or less")
    return said


def _unusable(name: str, detail: str) -> UnusableRef:
    return UnusableRef(name, ItemReason.ENTRY_UNUSABLE, detail)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port

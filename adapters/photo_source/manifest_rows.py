"""What a row of a manifest says of a photo, or why it says too little."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

from adapters.photo_source.fence import Fence
from adapters.photo_source.file_names import identified, unusable
from adapters.photo_source.manifest_file import LOCATIONS, ManifestRow
from adapters.photo_source.web_photos import WebPhotos
from adapters.table_rows import ID
from app.domain.dates import moment_of
from app.domain.field_text import clean_text
from app.domain.imports import NewItem
from app.domain.photo import View
from app.domain.views import view_of

_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_OTHER_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_OF_WINDOWS: Final = re.compile(r"[a-z]:|\\\\", re.IGNORECASE)


class _UnusableRowError(Exception):
    """The text says what is wrong, never with a word of the row."""


class ManifestRows:
    """Reads rows; relative paths begin at `directory`, times without an offset are in `zone`."""

    def __init__(self, directory: str, fence: Fence, web: WebPhotos | None, zone: tzinfo) -> None:
        self._directory = directory
        self._fence = fence
        self._web = web
        self._zone = zone

    def item(self, row: ManifestRow) -> NewItem:
        """Return the entry of a row; a detail names the line, never what is in it."""
        location = f"line {row.line}"
        try:
            location = _location(row)
            self._check(location)
            item = identified(_id(row.fields), location, _view(row.fields))
        except _UnusableRowError as error:
            return unusable(location, f"Line {row.line} {error}.")
        if item.reason is not None:
            return replace(item, detail=f"Line {row.line}: {item.detail}")
        return self._with_details(item, row)

    def path(self, location: str) -> str:
        """Return where a location that is no address lies."""
        return os.path.join(self._directory, location)  # noqa: PTH118 - as it is, ".." and all

    def is_since(self, item: NewItem, since: datetime) -> bool:
        """Say whether a photo may be new since then: by its file's time, else by `taken_at`."""
        if item.reason is not None:
            return True
        if is_address(item.location):
            return item.taken_at is None or item.taken_at >= since
        try:
            return Path(self.path(item.location)).stat().st_mtime >= since.timestamp()
        except (OSError, ValueError):
            return True  # it is missing, perhaps: its turn will show

    def _check(self, location: str) -> None:
        if is_address(location):
            why = self._web.refusal(location) if self._web else "web servers are not allowed here"
            if why is not None:
                raise _UnusableRowError(f"names a photo that is not fetched: {why}")
        elif not self._fence.may_hold(self.path(location)):
            raise _UnusableRowError("leads out of the folders that CANDID_IMPORTS__FOLDERS allows")

    def _with_details(self, item: NewItem, row: ManifestRow) -> NewItem:
        """Add what is good to know; where it cannot be read, the photo is worth more than that."""
        taken, number = clean_text(row.fields.get("taken_at")), row.fields.get("booking_number")
        moment = moment_of(taken, self._zone, datetime.now(UTC).year + 1) if taken else None
        unread = f"Line {row.line}: taken_at is no time that can be read, and was left out."
        return replace(
            item,
            taken_at=moment,
            booking_number=clean_text(number) or None,
            detail=None if moment or taken == "" else unread,
        )


def is_address(location: str) -> bool:
    """Say whether a location is on the web."""
    return _ADDRESS.match(location) is not None


def _location(row: ManifestRow) -> str:
    if row.reason:
        raise _UnusableRowError(row.reason)
    named = next((said for name in LOCATIONS if (said := row.fields.get(name))), None)
    location = named.strip() if isinstance(named, str) else ""
    if not location or not _can_be_kept(location):
        raise _UnusableRowError("names no path or url that can be used")
    if is_address(location):
        return location
    if _OTHER_ADDRESS.match(location):
        raise _UnusableRowError("has an address that is neither http nor https")
    return _plain_path(location)


def _plain_path(path: str) -> str:
    """Return a path of this system; relative ones of Windows have their strokes turned round."""
    if os.sep == "\\":
        return path
    if _OF_WINDOWS.match(path):
        raise _UnusableRowError("has a path of Windows; give it relative to the manifest")
    return path if "/" in path else path.replace("\\", "/")


def _id(fields: Mapping[str, object]) -> str:
    identifier = clean_text(fields.get(ID))
    if not identifier:
        raise _UnusableRowError(f"has no {ID} that can be used")
    return identifier


def _view(fields: Mapping[str, object]) -> View:
    text = clean_text(fields.get("view"))
    if text == "":
        return View.FRONT
    view = view_of(text) if text else None
    if view is None:
        raise _UnusableRowError("has a view that is not known; front or F would be")
    return view


def _can_be_kept(text: str) -> bool:
    """Say whether a database takes the text."""
    return "\0" not in text and text.encode("utf-8", "replace").decode() == text

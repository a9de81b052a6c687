"""How a JMS on the web wants to be asked; the defaults are what docs/connect-a-jms.md describes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import httpx
import jmespath

from adapters.field_mapping import FieldMapping, RecordReader
from adapters.field_mapping.reader import Expression
from app.domain.errors import JmsMisconfiguredError
from app.domain.photo import View

KEPT_SECONDS: Final = 60.0
"""A kept booking is asked for anew after this, whatever its ETag says."""


@dataclass(frozen=True, slots=True)
class BookingCalls:
    """How bookings are asked for; paths are relative to the base URL."""

    path: str = "bookings/{id}"  # the id percent-encoded, in the path or in its query
    record: str | None = None  # JMESPath of the booking in the answer; nothing there: no booking
    ping_path: str | None = None  # else the booking of an id that none has
    batch: Literal["none", "post", "query"] = "none"
    batch_path: str = "bookings"
    batch_size: int = 50
    ids: str = "ids"  # the name of the list, or of the parameter; "" posts the list itself
    separator: str = ","  # between ids in the parameter; "" repeats it for each
    items: str | None = None  # JMESPath of the list in the answer, or of an object by id
    kept: int = 1000  # bookings that a 304 stands for
    kept_seconds: float = KEPT_SECONDS


@dataclass(frozen=True, slots=True)
class PhotoCalls:
    """How photos are listed and fetched; an empty parameter is not sent."""

    listing_path: str = "photos"
    path: str = "photos/{id}"
    paging: Literal["cursor", "page", "link", "since"] = "cursor"
    items: str | None = None  # JMESPath of the entries in a page
    next: str | None = None  # JMESPath of the cursor, of `cursor`
    more: str | None = None  # JMESPath of whether more pages follow, of `page`
    view: str = "view"
    views: Mapping[View, str] = field(default_factory=dict)  # what the JMS calls them
    since: str = "since"
    since_form: str = "iso"  # or epoch_seconds, epoch_milliseconds, a format of strftime
    after: str = "after"
    page: str = "page"
    first_page: int = 1
    size: str = ""
    page_size: int | None = None


@dataclass(frozen=True, slots=True)
class RestShape:
    """All of it; readers come from the mapping file, and where they are None names are known."""

    bookings: BookingCalls = field(default_factory=BookingCalls)
    photos: PhotoCalls = field(default_factory=PhotoCalls)
    mapping: FieldMapping | None = None


def expression(text: str | None, setting: str) -> Expression | None:
    """Compile a setting's JMESPath; JmsMisconfiguredError where it is none."""
    if text is None:
        return None
    try:
        return compiled(text)
    except ValueError as error:
        told = " ".join(str(error).split())
        raise JmsMisconfiguredError(f"{setting} cannot be read: {told}") from error


def compiled(text: str) -> Expression:
    """Compile a JMESPath expression; ValueError where it is none."""
    search: Callable[[object], object] = jmespath.compile(text).search
    return search


def entry_reader(mapping: FieldMapping | None, reader: RecordReader | None) -> RecordReader | None:
    """Return what reads entries of the listing; None: they are read by their names."""
    names_ids = mapping is not None and "external_image_id" in mapping.expressions
    return reader if names_ids else None


def address_of(template: str, quoted_id: str) -> str:
    """Return a path with its id in it."""
    return template.replace("{id}", quoted_id)


def with_params(address: str | httpx.URL, params: Mapping[str, str]) -> httpx.URL:
    """Return an address with parameters beside those that it has."""
    url = httpx.URL(address)
    return url.copy_merge_params(params) if params else url

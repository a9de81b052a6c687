"""A page of the listing of photos, as a JMS on the web answers it."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

import httpx

from adapters.field_mapping import RecordReader
from adapters.field_mapping.times import written_as
from adapters.jms.rest.answers import misconfigured
from adapters.jms.rest.paging import Page, found, link_of, origin, paging_of
from adapters.jms.rest.questions import Question
from adapters.jms.rest.shape import PhotoCalls, expression
from adapters.web import NamedHosts
from app.domain.dates import moment_of
from app.domain.errors import PhotoMissingError
from app.domain.field_text import clean_text, column_name, id_text
from app.domain.imports import ItemReason
from app.domain.mapped_code import MappedCode
from app.domain.photo import View
from app.domain.views import view_of
from app.ports.jms import PhotoRef, PhotoRefs, UnusableRef

_URL: Final = "The url is none, or on another host than the JMS: it is not fetched."


class Listing:
    """Asks for pages and reads them; addresses are relative to `base`, times are in `zone`.

    `reader` reads the entries; without one they are read by their names. `hosts` are those beside
    the JMS's own that photos may be on.
    """

    def __init__(
        self,
        base: httpx.URL,
        zone: tzinfo,
        calls: PhotoCalls,
        hosts: NamedHosts,
        reader: RecordReader | None = None,
    ) -> None:
        self._base = base
        self._zone = zone
        self._calls = calls
        self._hosts = hosts
        self._reader = reader
        self._paging = paging_of(calls)
        self._items = expression(calls.items, "CANDID_JMS__PHOTOS__ITEMS")

    def question(self, view: View, since: datetime | None, after: str | None) -> Question:
        """Return what asks for a page."""
        if self._calls.paging == "link" and after is not None:
            return Question(self._at(after))
        calls, since = self._calls, self._paging.since(since, after)
        params = {calls.view: calls.views.get(view, view.value), **self._paging.params(after)}
        if since is not None:
            params[calls.since] = written_as(since, calls.since_form)
        if calls.page_size is not None:
            params[calls.size] = str(calls.page_size)
        return Question(calls.listing_path, {name: value for name, value in params.items() if name})

    @property
    def ends_with_absence(self) -> bool:
        """Whether a page that is not there is the one after the last."""
        return self._calls.paging == "page"

    def page(
        self, response: httpx.Response, said: object, view: View, after: str | None
    ) -> PhotoRefs:
        """Return a page that was asked for one view; JmsMisconfiguredError when it is none."""
        entries = self._entries(said)
        where = "the first page" if after is None else f"the page after {after}"
        fields = [self._fields(entry) for entry in entries]
        told = [
            self._told(one, view, f"item {number} of {where}")
            for number, one in enumerate(fields, 1)
        ]
        moments = [self._moment(one, "changed_at", "taken_at") for one in fields if one]
        page = Page(
            said,
            [id_text(one.get("external_image_id")) or "" for one in fields if one],
            [one for one in moments if one is not None],
            len(entries),
            link_of(response, self._base) if self._calls.paging == "link" else None,
        )
        return PhotoRefs(
            tuple(one for one in told if isinstance(one, PhotoRef)),
            self._paging.next(page, after),
            tuple(one for one in told if isinstance(one, UnusableRef)),
        )

    def address(self, ref: PhotoRef) -> httpx.URL:
        """Return where a photo is that an entry gave an address for.

        Raises PhotoMissingError for a location that no entry can have had.
        """
        if self.is_elsewhere(ref):
            return httpx.URL(ref.location)
        return self._at(ref.location)

    def is_elsewhere(self, ref: PhotoRef) -> bool:
        """Say whether a photo is on one of the hosts beside the JMS's own."""
        is_path = ref.location.startswith("/")
        return not is_path and self._hosts.refusal(ref.location) is None

    def _at(self, location: str) -> httpx.URL:
        """Return an address at the JMS, whatever the location says."""
        try:
            if location.startswith("/"):
                return self._base.copy_with(raw_path=location.encode("ascii"))
        except (httpx.InvalidURL, ValueError) as error:
            raise PhotoMissingError from error
        raise PhotoMissingError

    def _entries(self, said: object) -> list[object]:
        is_list = isinstance(said, list) and self._calls.paging != "cursor"
        entries = said if is_list and self._items is None else found(self._items, said, "items")
        if entries is None and self._items is None and not isinstance(said, Mapping):
            raise misconfigured("answers with JSON that is no object")
        if not isinstance(entries, list):
            raise misconfigured("lists photos without a list of items")
        return entries

    def _fields(self, entry: object) -> Mapping[str, object] | None:
        if not isinstance(entry, dict):
            return None
        if self._reader is not None:
            return self._reader.fields_of(entry)
        return {column_name(str(name)): value for name, value in entry.items()}

    def _told(
        self, fields: Mapping[str, object] | None, view: View, place: str
    ) -> PhotoRef | UnusableRef:
        if fields is None:
            return _unusable(place, "The entry is no object.")
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
            return _unusable(identifier, _URL)
        number = clean_text(fields.get("booking_number")) or None
        return PhotoRef(identifier, number, shown, self._moment(fields, "taken_at"), location)

    def _location(self, said: object) -> str | None:
        """Return the path of a photo at the JMS, "" for the usual one, None where it is refused.

        One on another host that may be asked has its whole address.
        """
        if said is None or said == "":
            return ""
        if not isinstance(said, str):
            return None
        try:
            url = self._base.join(said.strip())
        except (httpx.InvalidURL, ValueError):
            return None
        if origin(url) == origin(self._base):
            return url.raw_path.decode("ascii")
        return str(url) if self._hosts.refusal(str(url)) is None else None

    def _moment(self, fields: Mapping[str, object], *columns: str) -> datetime | None:
        for column in columns:
            if text := clean_text(fields.get(column)):
                return moment_of(text, self._zone, datetime.now(UTC).year + 1)
        return None


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

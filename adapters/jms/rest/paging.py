"""How a listing of photos goes on from page to page, in the ways that systems have."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import httpx
from typing_extensions import override

from adapters.field_mapping.reader import Expression
from adapters.jms.rest.answers import misconfigured
from adapters.jms.rest.shape import PhotoCalls, expression
from app.domain.errors import JmsMisconfiguredError
from app.domain.field_text import column_name

LONGEST_CURSOR: Final = 2000
"""Characters; it goes into an address again."""

_OVERLAP: Final = timedelta(seconds=1)
"""So that a JMS which means `later than` sends what has the last moment of a page too."""

_PAGE: Final = re.compile(r"(\d{1,9})\.([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, as far as it matters for the following one."""

    said: object
    ids: Sequence[str]  # of entries that have one
    moments: Sequence[datetime]  # of changes, of entries that say one
    entries: int
    following: str | None  # the address of a Link header with rel="next", at the JMS


class Paging(Protocol):
    """Leads from page to page; the cursor before the first one is None."""

    def since(self, since: datetime | None, after: str | None) -> datetime | None:
        """Return from when on changes are asked for."""
        ...

    def params(self, after: str | None) -> Mapping[str, str]:
        """Return the parameters that ask for the page at a cursor."""
        ...

    def next(self, page: Page, after: str | None) -> str | None:
        """Return the cursor of the following page, None after the last one.

        Raises JmsMisconfiguredError where the listing cannot go on.
        """
        ...


def paging_of(calls: PhotoCalls) -> Paging:
    """Return how these photos are paged; JmsMisconfiguredError for an expression that is none."""
    if calls.paging == "page":
        return PagePaging(calls, expression(calls.more, "CANDID_JMS__PHOTOS__MORE"))
    if calls.paging == "link":
        return LinkPaging()
    if calls.paging == "since":
        return SincePaging(calls.page_size)
    return CursorPaging(calls.after, expression(calls.next, "CANDID_JMS__PHOTOS__NEXT"))


class CursorPaging(Paging):
    """The page says what asks for the following one."""

    def __init__(self, param: str, find: Expression | None) -> None:
        self._param = param
        self._find = find

    @override
    def since(self, since: datetime | None, after: str | None) -> datetime | None:
        return since

    @override
    def params(self, after: str | None) -> Mapping[str, str]:
        return {} if after is None else {self._param: after}

    @override
    def next(self, page: Page, after: str | None) -> str | None:
        return cursor_in(found(self._find, page.said, "next"))


class PagePaging(Paging):
    """Pages have numbers; the listing ends with an empty one, or where the page says so.

    The cursor holds what tells the page before from others: a JMS that answers every number with
    the same page would never end, or seem to have no more than that one.
    """

    def __init__(self, calls: PhotoCalls, more: Expression | None) -> None:
        self._param = calls.page
        self._first = calls.first_page
        self._more = more

    @override
    def since(self, since: datetime | None, after: str | None) -> datetime | None:
        return since

    @override
    def params(self, after: str | None) -> Mapping[str, str]:
        return {self._param: str(self._place(after)[0])}

    @override
    def next(self, page: Page, after: str | None) -> str | None:
        number, before = self._place(after)
        if not page.entries:
            return None
        mark = hashlib.sha256("\n".join(page.ids).encode("utf-8", "replace")).hexdigest()[:16]
        if mark == before:
            raise misconfigured(
                f"lists the same photos on page {number} as on the one before; does it know the "
                f"parameter {self._param} (CANDID_JMS__PHOTOS__PAGE), and does it say how many "
                "pages there are (CANDID_JMS__PHOTOS__MORE)?"
            )
        if self._more is not None and not found(self._more, page.said, ""):
            return None
        return f"{number + 1}.{mark}"

    def _place(self, after: str | None) -> tuple[int, str]:
        if after is None:
            return self._first, ""
        place = _PAGE.fullmatch(after)
        if place is None:
            raise _other_paging()
        return int(place[1]), place[2]


class LinkPaging(Paging):
    """A header `Link` with rel="next" (RFC 8288) has the address of the following page."""

    @override
    def since(self, since: datetime | None, after: str | None) -> datetime | None:
        return since

    @override
    def params(self, after: str | None) -> Mapping[str, str]:
        return {}

    @override
    def next(self, page: Page, after: str | None) -> str | None:
        return cursor_in(page.following)


class SincePaging(Paging):
    """Each page is asked for by the last change on the one before, in the order of changes."""

    def __init__(self, page_size: int | None) -> None:
        self._page_size = page_size

    @override
    def since(self, since: datetime | None, after: str | None) -> datetime | None:
        return since if after is None else _moment(after) - _OVERLAP

    @override
    def params(self, after: str | None) -> Mapping[str, str]:
        return {}

    @override
    def next(self, page: Page, after: str | None) -> str | None:
        if not page.entries:
            return None
        if not page.moments:
            raise misconfigured(
                "lists photos without changed_at or taken_at, by which this paging goes on"
            )
        last = max(page.moments)
        if after is None or last > _moment(after):
            return last.astimezone(UTC).isoformat()
        if self._page_size is not None and page.entries >= self._page_size:
            raise misconfigured("lists more photos of one moment than go on a page")
        return None


def found(find: Expression | None, said: object, name: str) -> object:
    """Return what an expression finds in a page, or without one what has this name."""
    if find is not None:
        try:
            return find(said)
        except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
            raise misconfigured("lists photos in pages that an expression fails on") from error
    if not isinstance(said, Mapping):
        return None
    return {column_name(str(key)): value for key, value in said.items()}.get(name)


def cursor_in(said: object) -> str | None:
    """Return a cursor; JmsMisconfiguredError for what cannot be one."""
    if said is None or said == "" or said is False:
        return None
    if isinstance(said, int) and not isinstance(said, bool):
        said = str(said)
    if not isinstance(said, str) or len(said) > LONGEST_CURSOR:
        raise misconfigured(f"lists photos with a next that is no text of {LONGEST_CURSOR} or less")
    return said


def link_of(response: httpx.Response, base: httpx.URL) -> str | None:
    """Return the path of the page that a Link header calls the next one, at the JMS itself.

    Raises JmsMisconfiguredError for one on another host.
    """
    try:
        named = response.links.get("next", {}).get("url")
        url = None if named is None else response.url.join(named)
    except (httpx.InvalidURL, ValueError) as error:
        raise misconfigured("lists photos with a Link that cannot be read") from error
    if url is None:
        return None
    if origin(url) != origin(base):
        raise misconfigured("lists photos with a Link to another host, which is not asked")
    return url.raw_path.decode("ascii")


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return scheme, host and port."""
    return url.scheme, url.host, url.port


def _moment(after: str) -> datetime:
    try:
        moment = datetime.fromisoformat(after)
    except ValueError as error:
        raise _other_paging() from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _other_paging() -> JmsMisconfiguredError:
    return JmsMisconfiguredError(
        "The listing cannot go on from where it was: CANDID_JMS__PHOTOS__PAGING has changed; "
        "cancel this import and start a new one."
    )

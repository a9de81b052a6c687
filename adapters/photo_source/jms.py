"""The photo source port on the listing of a jail management system."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from typing_extensions import override

from adapters.photo_source.file_names import unusable
from app.domain.errors import (
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsTimeoutError,
    JmsUnavailableError,
    PhotoMissingError,
    SourceTimeoutError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.domain.imports import NewItem
from app.domain.photo import View
from app.ports.jms import Jms, PhotoRef, PhotoRefs, UnusableRef
from app.ports.photo_source import PhotoSource, SourcePage

MOST_EMPTY: Final = 1000
"""Pages in a row without an entry; then the listing is taken to have no end."""

_MEND: Final = "it never ends. The JMS's paging has to be mended; then resume."
_BEGIN: Final = (  # from inside the ring, a mended listing leads by the mark again
    "it never ends. The JMS's paging has to be mended; then cancel this import and start a new one."
)


class JmsPhotoSource(PhotoSource):
    """Lists the photos of a JMS, one of the `views` after the other.

    Whoever imports leaves out the views that are not meant; they are asked for so that a JMS
    which filters need not send the others. Ids must come encoded from the JMS that is handed in.
    """

    def __init__(
        self, jms: Jms, since: datetime | None = None, views: Sequence[View] = (View.FRONT,)
    ) -> None:
        self._jms = jms
        self._since = since
        self._views = tuple(views)

    @override
    async def page(self, after: str | None) -> SourcePage:
        place = _Place(self._views[0]) if after is None else _Place.of(after)
        if place.view not in self._views:
            raise SourceUnusableError("Other views are asked for now; start a new import.")
        with _translated_errors():
            refs = await self._jms.photos(place.view, self._since, place.after)
        listed = (ref for ref in refs.items if self._is_due(ref, place.view))
        items = (*map(_item, listed), *map(_problem, refs.problems))
        following = self._following(place, refs)
        return SourcePage(items, following.cursor if following else None)

    @override
    async def photo(self, item: str) -> bytes:
        ref = _ref_at(item)
        with _translated_errors():
            return await self._jms.photo(ref)

    def _is_due(self, ref: PhotoRef, asked: View) -> bool:
        """Say whether a photo is listed where this view is asked for.

        A JMS that does not filter sends all its photos for each view: each is listed once.
        """
        return ref.view is asked or (asked is self._views[0] and ref.view not in self._views)

    def _following(self, place: "_Place", refs: PhotoRefs) -> "_Place | None":
        if refs.next is not None:
            return place.moved_to(refs.next, is_empty=not (refs.items or refs.problems))
        further = self._views[self._views.index(place.view) + 1 :]
        return _Place(further[0]) if further else None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the listing goes on, and what it takes to notice that it goes round in circles.

    `mark` is an earlier cursor of the JMS, a newer one after 1, 2, 4, 8, ... pages: whatever ring
    of pages the JMS leads through comes back to one of them (Brent's algorithm). So another
    process, which knows nothing but this place, notices it too.
    """

    view: View
    after: str | None = None
    mark: str | None = None
    steps: int = 0  # since the mark
    reach: int = 1  # steps after which the mark is set anew
    empty: int = 0  # pages in a row that had nothing

    @classmethod
    def of(cls, cursor: str) -> Self:
        """Read a cursor; SourceUnusableError for what is none."""
        try:
            said: dict[str, Any] = json.loads(cursor)
            return cls(**{**said, "view": View(said["view"])})
        except (ValueError, TypeError, KeyError) as error:
            raise SourceUnusableError(
                "The listing cannot go on from where it was; start a new import."
            ) from error

    @property
    def cursor(self) -> str:
        """Return the place as a text that goes into any database."""
        return json.dumps({name: getattr(self, name) for name in self.__dataclass_fields__})

    def moved_to(self, after: str, *, is_empty: bool) -> Self:
        """Return the place of the following page; SourceUnusableError where there is no end."""
        if after == self.after:
            raise SourceUnusableError(f"The JMS's listing leads from a page to itself; {_MEND}")
        if after == self.mark:
            raise SourceUnusableError(f"The JMS's listing leads back to a page it had; {_BEGIN}")
        empty = self.empty + 1 if is_empty else 0
        if empty == MOST_EMPTY:
            raise SourceUnusableError(f"{empty:,} pages of the listing have no photos; {_MEND}")
        if self.steps + 1 == self.reach:
            return replace(
                self, after=after, mark=after, steps=0, reach=2 * self.reach, empty=empty
            )
        return replace(self, after=after, steps=self.steps + 1, empty=empty)


def _item(ref: PhotoRef) -> NewItem:
    said = {
        "external_image_id": ref.external_image_id,
        "booking_number": ref.booking_number,
        "view": ref.view,
        "taken_at": ref.taken_at.isoformat() if ref.taken_at else None,
        "location": ref.location or None,
    }
    location = json.dumps({name: value for name, value in said.items() if value is not None})
    return NewItem(
        ref.external_image_id, location, ref.view, ref.taken_at, booking_number=ref.booking_number
    )


def _problem(ref: UnusableRef) -> NewItem:
    return replace(unusable(ref.name, ref.detail), reason=ref.reason)


def _ref_at(location: str) -> PhotoRef:
    """Return the photo that an item's location says; PhotoMissingError where it says none."""
    try:
        said: dict[str, Any] = json.loads(location)
        taken_at = said.get("taken_at")
        return PhotoRef(
            str(said["external_image_id"]),
            said.get("booking_number"),
            View(said["view"]),
            datetime.fromisoformat(taken_at) if taken_at else None,
            str(said.get("location", "")),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PhotoMissingError("The JMS lists no photo there.") from error


@contextmanager
def _translated_errors() -> Generator[None]:
    try:
        yield
    except JmsTimeoutError as error:
        raise SourceTimeoutError(str(error)) from error
    except JmsUnavailableError as error:
        raise SourceUnavailableError(str(error)) from error
    except (JmsMisconfiguredError, JmsCannotListError) as error:
        raise SourceUnusableError(str(error)) from error

"""Whether a listing ever ends: its pages are asked for one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self

from app.domain.errors import JmsMisconfiguredError
from app.ports.jms import PhotoRefs
from app.services.verify.spool import Spool

MOST_WITHOUT_NEWS: Final = 20
"""Pages in a row that only repeat what was listed, as an import bears them."""

MOST_EMPTY: Final = 1000
"""Pages in a row without an entry, as an import bears them."""


class Endless:
    """Notices a listing that leads back to where it was, though by a cursor that is ever new.

    What it saw lies on disk: a listing may be long.
    """

    def __init__(self, cursors: Spool, ids: Spool) -> None:
        self._cursors, self._ids = cursors, ids
        self._without_news, self._empty = 0, 0

    @classmethod
    @contextmanager
    def noticed(cls) -> Iterator[Self]:
        """Begin with the first page of one listing."""
        with Spool.opened() as cursors, Spool.opened() as ids:
            yield cls(cursors, ids)

    def check(self, page: PhotoRefs) -> None:
        """Note a page that is not the last; JmsMisconfiguredError where there is no end."""
        named = [(ref.external_image_id, "") for ref in page.items]
        news = self._ids.add(named) if named else 0
        self._without_news = self._without_news + 1 if named and not news else 0
        self._empty = 0 if page.items or page.problems else self._empty + 1
        if page.next is not None and not self._cursors.add([(page.next, "")]):
            raise _endless("leads back to a page it had")
        if self._without_news == MOST_WITHOUT_NEWS:
            raise _endless(f"only repeats in its last {MOST_WITHOUT_NEWS} pages what it had")
        if self._empty == MOST_EMPTY:
            raise _endless(f"has no photos in its last {MOST_EMPTY:,} pages")


def _endless(what: str) -> JmsMisconfiguredError:
    return JmsMisconfiguredError(f"The JMS's listing {what}; it never ends.")

"""The photo source port on a folder of picture files, whose names say whose they are."""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote_from_bytes, unquote_to_bytes

from anyio import to_thread
from typing_extensions import override

from adapters.photo_source.disk import LISTING_SECONDS, PHOTO_SECONDS, DiskThreads
from adapters.photo_source.fence import Fence, opening, unavailable
from adapters.photo_source.file_names import FileNames, unusable
from adapters.photo_source.walk import WINDOW, Found, Kind, Walk
from app.domain.errors import PhotoMissingError, SourceUnavailableError
from app.domain.imports import NewItem
from app.ports.photo_source import PhotoSource, SourcePage

PAGE: Final = 1000
"""Entries in a page of a listing."""

LOOKED_AT: Final = 10
"""Pages' worth of files looked at for one page, where most are older than was asked for."""

_WHY: Final = {
    Kind.LINK_OUT: "A symbolic link that leads out of the folder is not followed.",
    Kind.LINKED_DIRECTORY: "A symbolic link to a directory is not followed.",
    Kind.UNREADABLE: "The directory may not be read by the service's user; change its permissions.",
    Kind.TOO_DEEP: "The directory lies too deep in others; what is in it was not looked at.",
    Kind.OTHER: "This is no regular file.",
}


class FolderPhotoSource(PhotoSource):
    """Lists the files below `root` in the bytewise order of their relative paths.

    The cursor is the last path, percent-encoded, so another process can go on. Files that appear
    before it while the folder is listed are not seen: the next import has them. Hidden files and
    what programs leave beside photos are passed over; all else is an entry. `since` is compared
    with the time a file was last changed.
    """

    def __init__(
        self,
        root: Path,
        names: FileNames,
        since: datetime | None = None,
        *,
        page_size: int = PAGE,
        window: int = WINDOW,
    ) -> None:
        self._root = root
        self._names = names
        self._fence = Fence([root])
        self._walk = Walk(root, self._fence, since, window)
        self._page_size = page_size
        self._threads = DiskThreads()
        self._under_way: tuple[str, Iterator[Found]] | None = None

    @classmethod
    async def opened(
        cls, root: Path, pattern: str | None, since: datetime | None = None, **sizes: int
    ) -> Self:
        """Open a folder; raises SourceUnusableError and SourceUnavailableError."""
        names = FileNames(pattern)

        return await to_thread.run_sync(partial(cls._opened, root, names, since, **sizes))

    @classmethod
    def _opened(cls, root: Path, names: FileNames, since: datetime | None, **sizes: int) -> Self:
        with opening("The folder", root):
            _check_not_empty(root)
            return cls(root, names, since, **sizes)

    @override
    async def page(self, after: str | None) -> SourcePage:
        under_way, self._under_way = self._under_way, None  # no other call goes on with it
        found = under_way[1] if under_way and under_way[0] == after else self._after(after)
        items, last = await self._threads.run(LISTING_SECONDS, self._listed, found)
        if last is not None:
            self._under_way = (last, found)
        return SourcePage(items, last)

    @override
    async def photo(self, item: str) -> bytes:
        return await self._threads.run(PHOTO_SECONDS, self._photo, item)

    def _after(self, cursor: str | None) -> Iterator[Found]:
        return self._walk.after(unquote_to_bytes(cursor or ""))

    def _listed(self, found: Iterator[Found]) -> tuple[tuple[NewItem, ...], str | None]:
        items = list[NewItem]()
        looked_at = 0
        with _unavailable_where_it_fails():
            for looked_at, one in enumerate(found, 1):
                if one.kind is not Kind.OLD:
                    items.append(self._item(one))
                if len(items) == self._page_size or looked_at == LOOKED_AT * self._page_size:
                    return tuple(items), quote_from_bytes(one.place)
            if not looked_at:
                _check_not_empty(self._root)
        return tuple(items), None

    def _item(self, found: Found) -> NewItem:
        if found.kind in _WHY:
            return unusable(found.path, _WHY[found.kind])
        return self._names.item(found.path, found.path)

    def _photo(self, location: str) -> bytes:
        path = os.path.join(self._root, location)  # noqa: PTH118 - as it is, ".." and all
        try:
            return self._fence.read(path)
        except PhotoMissingError:
            with _unavailable_where_it_fails():
                _check_not_empty(self._root)
            raise


def _check_not_empty(root: Path) -> None:
    """Refuse a folder with nothing in it: most often the mount point of a share that is away.

    Raises OSError too.
    """
    with os.scandir(root) as entries:
        if next(entries, None) is None:
            raise SourceUnavailableError(
                f"The folder {root} is empty; is the share that it belongs to connected?"
            )


@contextmanager
def _unavailable_where_it_fails() -> Generator[None]:
    """Translate errors of a folder that could be opened: even if it is gone, it may come back."""
    try:
        yield
    except OSError as error:
        raise unavailable(error) from error

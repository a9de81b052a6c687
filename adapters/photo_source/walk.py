"""Walks a directory in the bytewise order of its relative paths, from any place in it."""

import heapq
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Final, NamedTuple

from adapters.photo_source.fence import Fence
from adapters.photo_source.file_names import is_ignored

WINDOW: Final = 100_000
"""Names of one directory held at a time; a larger one is looked through again for each so many."""

MOST_LEVELS: Final = 100
"""Of directories in directories."""


class Kind(Enum):
    """What was found."""

    FILE = auto()
    DIRECTORY = auto()  # goes on inside; never found itself
    OLD = auto()  # a file last changed before the time that was asked for
    LINK_OUT = auto()  # it leads out of the directory that is walked
    LINKED_DIRECTORY = auto()
    UNREADABLE = auto()  # a directory that may not be listed
    TOO_DEEP = auto()  # a directory below too many others
    OTHER = auto()  # a pipe, a device


@dataclass(frozen=True, slots=True)
class Found:
    """One thing below the directory; `path` is relative, with `/` whatever the system."""

    path: str
    kind: Kind
    place: bytes  # where the walk goes on after it


class _Name(NamedTuple):
    key: bytes  # the name's bytes, those of a directory with `/` at the end
    kind: Kind


class Walk:
    """Walks `root`, but not what is hidden or no photo's; tells files from before `since`."""

    def __init__(
        self, root: Path, fence: Fence, since: datetime | None = None, window: int = WINDOW
    ) -> None:
        self._root = os.fsencode(root)
        self._fence = fence
        self._since = None if since is None else since.timestamp()
        self._window = window

    def after(self, place: bytes) -> Iterator[Found]:
        """Yield what comes after the key `place`; what comes before is passed over unread.

        Raises OSError where a directory cannot be listed for another reason than its permissions.
        """
        return self._below(b"", place)

    def _below(self, directory: bytes, place: bytes) -> Iterator[Found]:
        """Walk one directory, `` or `a/b/`."""
        start = place.removeprefix(directory) if place.startswith(directory) else b""
        while names := self._window_after(directory, start):
            for name in names:
                key = directory + name.key
                if name.kind is Kind.DIRECTORY:
                    yield from self._inside(key, place)
                else:
                    yield _found(key, name.kind if self._is_new(key) else Kind.OLD)
            start = names[-1].key

    def _inside(self, directory: bytes, place: bytes) -> Iterator[Found]:
        if directory.count(b"/") > MOST_LEVELS:
            yield _found(directory, Kind.TOO_DEEP)
            return
        try:
            yield from self._below(directory, place)
        except PermissionError:
            yield _found(directory, Kind.UNREADABLE)

    def _window_after(self, directory: bytes, start: bytes) -> list[_Name]:
        try:
            return heapq.nsmallest(self._window, self._names(directory, start))
        except FileNotFoundError:
            if directory:
                return []  # removed while the rest was walked
            raise

    def _names(self, directory: bytes, start: bytes) -> Iterator[_Name]:
        with os.scandir(os.path.join(self._root, directory)) as entries:  # noqa: PTH118 - bytes
            for entry in entries:
                kind = self._kind(entry)
                key = entry.name + b"/" if kind is Kind.DIRECTORY else entry.name
                is_ahead = key > start or _leads_to(key, start)
                if is_ahead and not is_ignored(os.fsdecode(key)):
                    yield _Name(key, kind)

    def _kind(self, entry: os.DirEntry[bytes]) -> Kind:
        if entry.is_symlink():
            if not self._fence.holds(os.fsdecode(entry.path)):
                return Kind.LINK_OUT
            return Kind.LINKED_DIRECTORY if os.path.isdir(entry.path) else Kind.FILE  # noqa: PTH112 - a text
        if entry.is_dir(follow_symlinks=False):
            return Kind.DIRECTORY
        return Kind.FILE if entry.is_file(follow_symlinks=False) else Kind.OTHER

    def _is_new(self, key: bytes) -> bool:
        if self._since is None:
            return True
        try:
            return os.stat(os.path.join(self._root, key)).st_mtime >= self._since  # noqa: PTH116, PTH118 - a text
        except OSError:
            return True  # gone or locked away: its turn will show


def _found(place: bytes, kind: Kind) -> Found:
    return Found(os.fsdecode(place.removesuffix(b"/")), kind, place)


def _leads_to(key: bytes, place: bytes) -> bool:
    return key.endswith(b"/") and key != place and place.startswith(key)

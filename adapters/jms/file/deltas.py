"""The files that may lie beside an export and say what changed since."""

import os
import stat
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

from adapters.table_rows import UnreadableFileError

MOST_DELTAS: Final = 100


class Version(NamedTuple):
    """What tells one content of a file from another."""

    path: Path
    inode: int
    size: int
    modified_ns: int


def versions_of(path: Path, pattern: str) -> tuple[Version, ...]:
    """Return the export, and then in the order of their names the deltas not older than it.

    Raises OSError, also where the export is no regular file.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise IsADirectoryError
    export = Version(path, status.st_ino, status.st_size, status.st_mtime_ns)
    if not pattern:
        return (export,)
    deltas = sorted(_matching(path, pattern))
    return (export, *(one for one in deltas if one.modified_ns >= export.modified_ns))


def check_deltas(versions: Sequence[Version], served: Sequence[Version]) -> None:
    """Raise UnreadableFileError where there are too many, or one that is served has gone.

    Without it a booking would be what it was before: a sealed one could be seen again.
    """
    if len(versions) > MOST_DELTAS + 1:
        raise UnreadableFileError(
            f"more than {MOST_DELTAS} deltas lie beside it; write a new export"
        )
    if not served or versions[0] != served[0]:
        return
    there = {one.path for one in versions}
    for one in served:
        if one.path not in there:
            raise UnreadableFileError(
                f"its delta {one.path.name} has gone; put it back, or write a new export"
            )


def _matching(path: Path, pattern: str) -> Iterator[Version]:
    with os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name == path.name or not fnmatchcase(entry.name, pattern):
                continue
            status = entry.stat()
            if stat.S_ISREG(status.st_mode):
                there = path.parent / entry.name
                yield Version(there, status.st_ino, status.st_size, status.st_mtime_ns)

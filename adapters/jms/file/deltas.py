"""The files that may lie beside an export and say what changed since."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

from adapters.table_rows import UnreadableFileError

MOST_DELTAS: Final = 100
_AT_ONCE: Final = 2**20


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


def digest_of(path: Path, size: int) -> bytes:
    """Return what tells the first so many bytes of a file from others; raises OSError."""
    digest, left = hashlib.sha256(), size
    with path.open("rb") as file:
        while left > 0 and (some := file.read(min(left, _AT_ONCE))):
            digest.update(some)
            left -= len(some)
    return digest.digest()


def check_deltas(
    versions: Sequence[Version], served: Sequence[Version], digests: Mapping[Version, bytes]
) -> None:
    """Raise UnreadableFileError for too many, and where one that is served has gone or changed.

    Without it a booking would be what it was before: a sealed one could be seen again. A delta
    may grow at its end; `digests` are those of the served ones. Raises OSError.
    """
    if len(versions) > MOST_DELTAS + 1:
        raise UnreadableFileError(
            f"more than {MOST_DELTAS} deltas lie beside it; write a new export"
        )
    if not served or versions[0] != served[0]:
        return
    there = {one.path: one for one in versions}
    for one in served[1:]:
        if one.path not in there:
            wrong = "has gone"
        elif one != there[one.path] and digest_of(one.path, one.size) != digests[one]:
            wrong = "no longer begins with what was read of it"
        else:
            continue
        raise UnreadableFileError(
            f"its delta {one.path.name} {wrong}; put it back, or write a new export"
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

"""Files that are there whole or not at all, and survive a power cut once they are."""

import os
import sys
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

_NEW: Final = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)


def write(unfinished: Path, contents: Mapping[str, bytes]) -> dict[str, OSError]:
    """Write files over those there are; return what went wrong, by the file.

    Each is written to a name of its own below `unfinished`, made durable, and moved. They go
    through each step together: a disk makes many durable with little more work than one.
    """
    with suppress(OSError):  # what is wrong the first file will say
        make_directory(unfinished)
    writing = _Writing(unfinished, contents)
    for step in (writing.begin, writing.finish, writing.move):
        writing.each(step)
    writing.sync_directories()
    writing.clean_up()
    return writing.errors


class _Writing:
    """Files under way; with its first error a file takes no further step.

    Files are texts and numbers here: a Path and an open file take longer than what is done to them.
    """

    def __init__(self, unfinished: Path, contents: Mapping[str, bytes]) -> None:
        self.errors: dict[str, OSError] = {}
        self._contents = contents
        begin = f"{unfinished}{os.sep}{uuid.uuid4().hex}"
        self._names = {file: f"{begin}-{number}" for number, file in enumerate(contents)}
        self._open: dict[str, int] = {}

    def each(self, step: Callable[[str], None]) -> None:
        for file in self._contents:
            if file not in self.errors:
                try:
                    step(file)
                except OSError as error:
                    self.errors[file] = error

    def begin(self, file: str) -> None:
        handle = os.open(self._names[file], _NEW, 0o600)
        self._open[file] = handle
        lock(handle)  # says to whoever looks for what was left behind that it was not
        left = memoryview(self._contents[file])
        while left:
            left = left[os.write(handle, left) :]

    def finish(self, file: str) -> None:
        handle = self._open.pop(file)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def move(self, file: str) -> None:
        try:
            os.replace(self._names[file], file)  # noqa: PTH105 - texts
        except FileNotFoundError:
            make_directory(Path(file).parent)
            os.replace(self._names[file], file)  # noqa: PTH105 - texts

    def sync_directories(self) -> None:
        files_of: dict[str, list[str]] = {}
        for file in self._contents.keys() - self.errors.keys():
            files_of.setdefault(os.path.dirname(file), []).append(file)  # noqa: PTH120 - texts
        for directory, files in files_of.items():
            try:
                sync_directory(directory)
            except OSError as error:
                self.errors.update(dict.fromkeys(files, error))

    def clean_up(self) -> None:
        for handle in self._open.values():
            os.close(handle)
        for file in self.errors:
            with suppress(OSError):
                Path(self._names[file]).unlink(missing_ok=True)


def make_directory(directory: Path) -> None:
    """Make a directory and those above it, readable by the service's user only."""
    if directory.is_dir():
        return
    make_directory(directory.parent)
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    sync_directory(directory.parent)


def sync_directory(directory: str | Path) -> None:
    """Make durable what names are in a directory."""
    if sys.platform == "win32":  # NTFS journals its names; a directory cannot be opened there
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lock(handle: int) -> None:
    """Lock a file for as long as it is open; BlockingIOError while somebody else does."""
    if sys.platform != "win32":  # there, an open file cannot be removed anyway
        import fcntl  # noqa: PLC0415 -- not on Windows

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

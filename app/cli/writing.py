"""Files and directories that are there whole or not at all: written beside, renamed last."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.cli.console import CommandError


def write_whole(path: Path, content: Mapping[str, Any] | str, mode: int = 0o644) -> None:
    """Write a file, in the place of one that is there; CommandError leaves what was there.

    What a link names is written, and what is no file, as a pipe or a terminal, is written into.
    """
    text = content if isinstance(content, str) else json.dumps(content, indent=1) + "\n"
    with _told(path):
        if _is_no_file(path):
            path.write_text(text, "utf-8", newline="\n")
            return
        place = path.resolve()
        descriptor, beside = _made_beside(place)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            beside.chmod(mode)
            beside.replace(place)
        except BaseException:
            beside.unlink()
            raise


def try_whole(path: Path) -> None:
    """See that `write_whole` could write a file, and leave all as it is; CommandError."""
    with _told(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not _is_no_file(path):
            descriptor, beside = _made_beside(path.resolve())
            os.close(descriptor)
            beside.unlink()


@contextmanager
def whole_directory(path: Path) -> Generator[Path]:
    """Give a directory to write into that becomes `path` when the block ends; CommandError."""
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            yield beside
            beside.chmod(0o755)
            beside.rename(path)
        except BaseException:
            shutil.rmtree(beside)
            raise


def _is_no_file(path: Path) -> bool:
    return path.exists() and not (path.is_file() or path.is_dir())


def _made_beside(path: Path) -> tuple[int, Path]:
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    return descriptor, Path(beside)


@contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"{path} cannot be written: {error.strerror}. Nothing of it is left there."
        ) from error

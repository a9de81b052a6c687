"""Files and directories that are there whole or not at all: written beside, renamed last."""

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
    """Write a file, in the place of one that is there; CommandError leaves what was there."""
    text = content if isinstance(content, str) else json.dumps(content, indent=1) + "\n"
    with _told(path):
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(beside).chmod(mode)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink()
            raise


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


@contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"{path} cannot be written: {error.strerror}. Nothing of it is left there."
        ) from error

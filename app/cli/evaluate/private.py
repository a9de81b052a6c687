"""Files that name people and photos: only their owner reads them."""

import os
import stat
from pathlib import Path
from typing import BinaryIO


def opened_private(path: Path) -> BinaryIO:
    """Open a file to write it anew, with mode 0600 also where it was there; raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    file = os.fdopen(descriptor, "wb")
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # a pipe or a terminal stays as it is
            path.chmod(0o600)
    except OSError:
        file.close()
        raise
    return file


def try_private(path: Path) -> None:
    """See that a file can be written, and leave what is there, or nothing, as it was.

    Raises OSError. A pipe or a terminal is not tried: who reads it would hear its end.
    """
    is_there = path.exists()
    if is_there and not (path.is_file() or path.is_dir()):
        return
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    if not is_there:
        path.unlink()


def write_private(path: Path, text: str) -> None:
    """Write a file anew that only its owner reads, in UTF-8; raises OSError.

    What UTF-8 cannot hold, of a file's name in an older result, is escaped.
    """
    content = text.encode(errors="backslashreplace")
    with opened_private(path) as file:
        file.write(content)

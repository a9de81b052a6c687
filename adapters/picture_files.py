"""Photos below a directory, named by a JMS; nothing outside it is ever read."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from app.domain.errors import JmsUnavailableError, PhotoMissingError
from app.ports.photo_source import PHOTO_BYTES, checked_photo

_MISSING: Final = {
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR),
    *(errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL),
}


class PictureFiles:
    """Files below a directory, by paths as a JMS names them: relative to it, or whole."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def changed_at(self, named: str) -> float | None:
        """Return when a photo was last changed, in seconds; None where there is none to look at."""
        try:
            return self._real(named).stat().st_mtime
        except (OSError, ValueError, PhotoMissingError):
            return None

    def read(self, named: str) -> bytes:
        """Return a photo's bytes.

        Raises PhotoMissingError, PhotoTooLargeError and JmsUnavailableError.
        """
        try:
            return checked_photo(_read(self._real(named)))
        except ValueError as error:  # a NUL, or half of a character
            raise PhotoMissingError from error
        except OSError as error:
            if error.errno in _MISSING:
                raise PhotoMissingError from error
            reason = error.strerror or type(error).__name__
            raise JmsUnavailableError(
                f"The directory of the photos cannot be read: {reason}. Try again."
            ) from error

    def _real(self, named: str) -> Path:
        """Return where a path leads in the end; PhotoMissingError where that is outside."""
        if os.sep == "/" and "/" not in named:
            named = named.replace("\\", "/")  # as Windows writes it
        root = Path(os.path.realpath(self._directory))
        real = Path(os.path.realpath(root / named))
        if not real.is_relative_to(root):
            raise PhotoMissingError("The photo does not lie below the directory of the photos.")
        return real


def _read(path: Path) -> bytes:
    with open(path, "rb", opener=_plainly) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise PhotoMissingError("The photo is no regular file.")
        return file.read(PHOTO_BYTES + 1)


def _plainly(path: str, flags: int) -> int:
    """Open without following a link any more, or waiting for a pipe's writer."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))

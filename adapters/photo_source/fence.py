"""Opens photos below the directories that are allowed, and no file anywhere else."""

import errno
import os
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.domain.errors import PhotoMissingError, SourceUnavailableError, SourceUnusableError
from app.ports.photo_source import PHOTO_BYTES, checked_photo

_MISSING: Final = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
_NO_SUCH_PATH: Final = {errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL}


class Fence:
    """What lies below `roots`, links followed; None: everything the service may read."""

    def __init__(self, roots: Sequence[Path] | None) -> None:
        self._real = None if roots is None else [os.path.realpath(root) for root in roots]
        self._named = [] if roots is None else [os.path.abspath(root) for root in roots]  # noqa: PTH100 - links are not followed

    def holds(self, path: str) -> bool:
        """Say whether a path, wherever its links lead, stays inside."""
        return self._real is None or _is_below(os.path.realpath(path), self._real)

    def may_hold(self, path: str) -> bool:
        """Say whether a path is inside by its name; the disk is not asked, and may say no later."""
        return self._real is None or _is_below(os.path.normpath(path), self._real + self._named)

    def read(self, path: str) -> bytes:
        """Return a photo's bytes.

        Raises PhotoMissingError, PhotoTooLargeError and SourceUnavailableError.
        """
        try:
            return checked_photo(self._read(path))
        except (*_MISSING, ValueError) as error:
            raise PhotoMissingError from error
        except OSError as error:
            if error.errno in _NO_SUCH_PATH:
                raise PhotoMissingError from error
            raise unavailable(error) from error

    def _read(self, path: str) -> bytes:
        real = os.path.realpath(path)
        if self._real is not None and not _is_below(real, self._real):
            raise PhotoMissingError("The photo does not lie in the folder, or a link leads out.")
        with open(real, "rb", opener=_plainly) as file:
            told = os.fstat(file.fileno())
            if not stat.S_ISREG(told.st_mode):
                raise PhotoMissingError("The photo is no regular file.")
            photo = file.read(min(told.st_size, PHOTO_BYTES) + 1)
            if len(photo) > told.st_size:  # it has grown since
                photo += file.read(PHOTO_BYTES + 1 - len(photo))
            return photo


def check_regular(path: Path) -> None:
    """Raise SourceUnusableError for a pipe or a device, IsADirectoryError and other OSErrors."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError
    if not stat.S_ISREG(mode):
        raise SourceUnusableError(f"{path} is no regular file.")


@contextmanager
def opening(what: str, path: Path) -> Generator[None]:
    """Translate what goes wrong when a source is opened; `what` begins the sentence."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceUnusableError(f"{what} {path} does not exist.") from error
    except NotADirectoryError as error:
        raise SourceUnusableError(f"{what} {path} is no directory.") from error
    except IsADirectoryError as error:
        raise SourceUnusableError(f"{what} {path} is a directory.") from error
    except PermissionError as error:
        raise SourceUnusableError(
            f"{what} {path} may not be read by the service's user; change its permissions."
        ) from error
    except OSError as error:
        raise unavailable(error) from error
    except ValueError as error:  # a NUL in the path
        raise SourceUnusableError(f"{what} has no path that can be.") from error


def unavailable(error: OSError) -> SourceUnavailableError:
    """Return what a failing disk, share or permission is in the port's words; no path is named."""
    reason = error.strerror or type(error).__name__
    return SourceUnavailableError(f"The source of the photos cannot be read: {reason}. Try again.")


def _is_below(path: str, roots: Sequence[str]) -> bool:
    """Compare texts: a Path for each photo takes ten times as long."""
    inside = os.path.normcase(path).rstrip(os.sep) + os.sep
    return any(inside.startswith(os.path.normcase(root).rstrip(os.sep) + os.sep) for root in roots)


def _plainly(path: str, flags: int) -> int:
    """Open without following a link any more, or waiting for a pipe's writer."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))

"""The first key: made at first start where keys are required, left in a file."""

import os
import sys
import tempfile
from functools import partial
from pathlib import Path

from app.services.authenticate import Authenticate
from app.settings import PREFIX, Settings, SettingsError


async def make_first_key(settings: Settings, authenticate: Authenticate) -> None:
    """Make the first key if keys are required and there is none.

    Raises SettingsError when its file cannot be written; then there is no key.
    """
    path = _path(settings)
    key = await authenticate.first_key(partial(_keep, path))
    if key is not None:
        shown = f": {key}" if sys.stderr.isatty() else ""  # what is no screen is a log, and kept
        sys.stderr.write(
            f"The first API key is in {path}{shown}\n"
            "It has every scope. Send it as `Authorization: Bearer KEY`; move the file to a safe "
            "place, and make keys for everyday use with `candid keys create`.\n"
        )


def first_key_of(settings: Settings) -> str | None:
    """Return the first key while its file is in the data directory."""
    path = _path(settings)
    return path.read_text().strip() if settings.authentication and path.is_file() else None


def _path(settings: Settings) -> Path:
    return settings.data_dir / "first-key"


def _keep(path: Path, key: str) -> None:
    """Write the key durably, in place of one that a database no longer knows."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix="first-key-", dir=path.parent)  # the owner's alone
        try:
            with os.fdopen(handle, "w") as file:
                file.write(f"{key}\n")
                file.flush()
                os.fsync(handle)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        _sync(path.parent)
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"{PREFIX}DATA_DIR: {path} cannot be written: {reason}") from error


def _sync(directory: Path) -> None:
    if sys.platform == "win32":  # NTFS journals its names; a directory cannot be opened there
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

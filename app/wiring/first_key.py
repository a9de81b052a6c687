"""The first key: made at first start where keys are required, shown once, left in a file."""

import os
import sys
from pathlib import Path

from app.services.authenticate import Authenticate
from app.settings import Settings


async def make_first_key(settings: Settings, authenticate: Authenticate) -> None:
    """Make the first key if keys are required and there is none."""
    key = await authenticate.first_key()
    if key is None:
        return
    path = _path(settings)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{key}\n")
    sys.stderr.write(
        f"The first API key, shown once and left in {path}: {key}\n"
        "Send it as `Authorization: Bearer KEY`; move the file to a safe place.\n"
    )


def first_key_of(settings: Settings) -> str | None:
    """Return the first key while its file is in the data directory."""
    path = _path(settings)
    return path.read_text().strip() if settings.authentication and path.is_file() else None


def _path(settings: Settings) -> Path:
    return settings.data_dir / "first-key"

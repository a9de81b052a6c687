"""The sample portraits: fetched once, stamped DEMO, kept in a directory of the user's."""

from collections.abc import Callable
from pathlib import Path

from adapters.portraits.catalogue import SAMPLES, Sample
from adapters.portraits.portrait import Portrait, PortraitsUnavailableError
from adapters.portraits.registry import originals, replace_file
from adapters.portraits.stamp import stamped


def sample_portraits(directory: Path, progress: Callable[[str], None]) -> tuple[Portrait, ...]:
    """Return five booking portraits of four people and one probe of a person among them.

    Blocks while it downloads (about 22 MB, the first time only); `progress` is told each step.
    Raises PortraitsUnavailableError.
    """
    try:
        paths = originals(SAMPLES, directory / "originals", progress)
        return tuple(
            _portrait(sample, path, directory) for sample, path in zip(SAMPLES, paths, strict=True)
        )
    except OSError as error:
        raise PortraitsUnavailableError(
            f"The sample portraits cannot be kept in {directory}: {error.strerror or error}."
        ) from error


def _portrait(sample: Sample, original: Path, directory: Path) -> Portrait:
    path = directory / f"{sample.external_image_id}.jpg"
    picture = stamped(original.read_bytes(), sample.crop)
    if not path.is_file() or path.read_bytes() != picture:
        replace_file(path, picture)
    return Portrait(
        person=sample.person,
        external_image_id=sample.external_image_id,
        path=path,
        role=sample.role,
        rights=sample.rights,
        source=f"{sample.archive.requirement}: {sample.member}, cropped and marked DEMO",
    )

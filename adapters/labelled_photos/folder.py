"""A folder with one folder a person, named as the person."""

from pathlib import Path

from app.domain.errors import SourceUnusableError
from app.domain.evaluation import LabelledPhoto

_PICTURES = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"),
        *(".heic", ".heif", ".avif", ".jp2"),
    )
)


def people_in(root: Path) -> tuple[LabelledPhoto, ...]:
    """Return the photos of each person, sorted; nothing else in the folder is looked at.

    Raises SourceUnusableError where there is none or a name is not in UTF-8, and OSError.
    """
    found = sorted(
        (path.parent.name, path.name)
        for path in root.glob("*/*")
        if path.suffix.lower() in _PICTURES and not path.name.startswith(".") and path.is_file()
    )
    if not found:
        raise SourceUnusableError(
            f"{root} holds no folder with photos. It must hold one folder a person, named as the "
            "person, with their photos in it; or name a CSV file."
        )
    for person, name in found:
        _check_that_it_can_be_written(f"{person}/{name}")
    return tuple(LabelledPhoto(person, f"{person}/{name}") for person, name in found)


def _check_that_it_can_be_written(image: str) -> None:
    """Raise SourceUnusableError for a name in bytes that no result could tell."""
    try:
        image.encode()
    except UnicodeEncodeError as error:
        told = image.encode(errors="backslashreplace").decode()
        raise SourceUnusableError(
            f"The name {told} is not in UTF-8, and results could not be written with it. Rename "
            "the folder or the photo; `convmv -r -f latin1 -t utf8` does so for all of a folder."
        ) from error

"""The answers as who knows them writes them: a CSV beside the photos."""

import csv
from collections.abc import Mapping
from pathlib import Path

from app.cli.client import photo_of
from app.cli.console import CommandError

_PHOTO, _ANSWER = "photo", "external_image_id"


def written_answers(path: Path) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    """Return the answers and the photos by the photos' names in the CSV; CommandError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := {_PHOTO, _ANSWER} - set(reader.fieldnames or ()):
                raise CommandError(f"{path} has no column {', '.join(sorted(missing))}.")
            rows = [(row[_PHOTO] or "", row[_ANSWER] or "") for row in reader]
    except (OSError, ValueError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read as CSV: {error}.") from error
    written = dict(rows)
    if len(written) != len(rows):
        raise CommandError(f"{path} names a photo twice.")
    return written, {name: photo_of(path.parent / name) for name in written}

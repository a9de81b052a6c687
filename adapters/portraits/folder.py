"""The user's own photos as portraits: one folder a person, or a CSV file."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adapters.portraits.portrait import Portrait, PortraitsUnavailableError, Role

_PICTURES = frozenset(
    (".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".heic", ".heif")
)
_LONGEST = 255
_RIGHTS = "The user's own photo."


def portraits_from(source: Path) -> tuple[Portrait, ...]:
    """Return the photos of `source`, sorted by person and file, and at the end one probe.

    `source` is a folder with one folder a person, or a CSV file with the columns `image` (a path,
    relative to the file) and `person`. The probe is the last photo of the first person who has
    several, and then is no booking; else it is the first booking photo, given a second time.
    Raises PortraitsUnavailableError.
    """
    try:
        found = sorted(_from_csv(source) if source.is_file() else _from_folder(source))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PortraitsUnavailableError(f"{source} cannot be read: {error}") from error
    if not found:
        raise PortraitsUnavailableError(
            f"{source} holds no photos. Give a folder with one folder of photos a person, or a "
            f"CSV file with the columns image and person."
        )
    return _with_probe([_portrait(source, person, name) for person, name in found])


def id_of(name: str) -> str:
    """Return an external image id that says its photo's name.

    Letters, digits and `_.-` stay; every other byte of the UTF-8 name becomes `:` and two
    hexadecimal digits, so `DEMO-` and this decodes to the name. A name too long for that gives
    its SHA-256 after a leading `::`, which no encoded name starts with.
    """
    kept = re.sub(rb"[^a-zA-Z0-9_.\-]", lambda found: b":%02X" % found[0][0], name.encode())
    encoded = f"DEMO-{kept.decode('ascii')}"
    if len(encoded) <= _LONGEST:
        return encoded
    return f"DEMO-::{hashlib.sha256(name.encode()).hexdigest()}"


def _from_folder(source: Path) -> Iterator[tuple[str, str]]:
    for path in source.glob("*/*"):
        if path.suffix.lower() in _PICTURES and path.is_file():
            yield path.parent.name, f"{path.parent.name}/{path.name}"


def _from_csv(source: Path) -> Iterator[tuple[str, str]]:
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in (lines := csv.DictReader(file)):
            person, name = (row.get("person") or "").strip(), (row.get("image") or "").strip()
            if not person or not (source.parent / name).is_file():
                raise PortraitsUnavailableError(
                    f"{source}, line {lines.line_num}: `image` must name a photo beside the file "
                    f"and `person` must not be empty."
                )
            yield person, name


def _portrait(source: Path, person: str, name: str) -> Portrait:
    root = source.parent if source.is_file() else source
    return Portrait(person, id_of(name), root / name, Role.BOOKING, _RIGHTS, str(source))


def _with_probe(portraits: list[Portrait]) -> tuple[Portrait, ...]:
    photos = Counter(portrait.person for portrait in portraits)
    several = [portrait for portrait in portraits if photos[portrait.person] > 1]
    if not several:
        return (*portraits, replace(portraits[0], role=Role.PROBE))
    probe = [portrait for portrait in several if portrait.person == several[0].person][-1]
    bookings = (portrait for portrait in portraits if portrait is not probe)
    return (*bookings, replace(probe, role=Role.PROBE))

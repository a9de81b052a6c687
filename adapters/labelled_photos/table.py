"""A CSV file with the columns person and image, role if it likes, and any others as groups."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import SourceUnusableError
from app.domain.evaluation import LabelledPhoto, Role

_PERSON, _IMAGE, _ROLE = "person", "image", "role"
_GALLERY, _PROBE = "gallery", "probe"
_ROLES = (*Role, _GALLERY, _PROBE)
_DELIMITERS = ",;\t|"
_NO_VALUE = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "unknown", "unk"})
"""What people and statistics programs write where nothing is known; of groups alone."""
_TOLD = 10  # problems that are told at once


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    values: Mapping[str, str]  # the blank ones are left out
    is_whole: bool  # as many cells as columns, at most

    def get(self, column: str) -> str:
        return self.values.get(column, "")


def photos_in(path: Path) -> tuple[LabelledPhoto, ...]:
    """Return the rows of a file; an image is a path relative to the file.

    The plain roles `gallery` and `probe` become those of who is enrolled and searched for. Raises
    SourceUnusableError naming the lines that are wrong, and OSError.
    """
    try:
        rows = list(_rows(path))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceUnusableError(f"{path} is no CSV file in UTF-8: {error}.") from error
    if problems := [*_problems(path, rows)]:
        more = len(problems) - _TOLD
        told = [*problems[:_TOLD], *([f"and {more} more lines"] if more > 0 else [])]
        raise SourceUnusableError(f"{path} has lines that cannot be used: {'; '.join(told)}.")
    if not rows:
        raise SourceUnusableError(f"{path} has a header, and no photo below it.")
    return tuple(_labelled(rows))


def _rows(path: Path) -> Iterator[_Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        delimiter = max(_DELIMITERS, key=first.count)
        columns = [_name(one) for one in next(csv.reader([first], delimiter=delimiter), [])]
        if not {_PERSON, _IMAGE} <= set(columns) or len(set(columns)) < len(columns):
            raise SourceUnusableError(
                f"{path}, line 1: the header must name the columns person and image, and each "
                f"column once; it says {', '.join(columns) or 'nothing'}."
            )
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        for cells in reader:
            if any(cells):
                pairs = zip(columns, (cell.strip() for cell in cells), strict=False)
                values = {column: cell for column, cell in pairs if column and cell}
                yield _Row(reader.line_num + 1, values, len(cells) <= len(columns))


def _problems(path: Path, rows: Sequence[_Row]) -> Iterator[str]:
    seen = dict[str, int]()
    for row in rows:
        image, role = row.get(_IMAGE), row.get(_ROLE).lower()
        if not row.is_whole:
            yield f"line {row.line}: more cells than the header has columns"
        elif not row.get(_PERSON) or not image:
            yield f"line {row.line}: person and image must not be empty"
        elif image in seen:
            yield f"line {row.line}: {image} stands on line {seen[image]} already"
        elif role and role not in _ROLES:
            yield f"line {row.line}: the role {role!r} is none of {', '.join(_ROLES)}"
        elif not (path.parent / image).is_file():
            yield f"line {row.line}: there is no file {image} beside the CSV file"
        seen.setdefault(image, row.line)


def _labelled(rows: Sequence[_Row]) -> Iterator[LabelledPhoto]:
    words = [(row.get(_PERSON), row.get(_ROLE).lower()) for row in rows]
    enrolled = {person for person, word in words if word.startswith(_GALLERY)}
    searched = {person for person, word in words if word.startswith(_PROBE)}
    role: Role | None
    for row, (person, word) in zip(rows, words, strict=True):
        match word:
            case "gallery":
                role = Role.GALLERY_MATED if person in searched else Role.GALLERY_DISTRACTOR
            case "probe":
                role = Role.PROBE_MATED if person in enrolled else Role.PROBE_NONMATED
            case "":
                role = None
            case _:
                role = Role(word)
        groups = {
            name: value
            for name, value in row.values.items()
            if name not in {_PERSON, _IMAGE, _ROLE} and value.lower() not in _NO_VALUE
        }
        yield LabelledPhoto(person, row.get(_IMAGE), role, groups)


def _name(column: str) -> str:
    return "_".join(column.strip().lower().split())

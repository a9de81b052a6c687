"""Lines of fixed width: where each column is in them, from a YAML file, and their rows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.field_mapping.sections import MappingFault, entries_of, sections_of, text_of
from adapters.plain_yaml import MOST_BYTES, Place, PlainYamlError, Written, written_yaml
from adapters.table_rows import Row, pack
from app.domain.errors import JmsMisconfiguredError
from app.domain.field_text import column_name

_SECTIONS: Final = ("columns", "skip", "trimmed")
_PARTS: Final = ("start", "width")
_WIDEST: Final = 100_000
"""Characters of a line."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The place of each column: from its first character, counted from 0, to before its last."""

    path: Path
    places: Mapping[str, tuple[int, int]]
    skip: int = 0  # lines at the top
    trimmed: bool = False  # a line may end where only blanks would follow

    @classmethod
    def load(cls, path: Path) -> "Layout":
        """Read a layout file; raises JmsMisconfiguredError, which names line and column."""
        try:
            with path.open("rb") as file:
                return _layout(path, written_yaml(file.read(MOST_BYTES + 1)))
        except OSError as error:
            told = f"The layout file {path} cannot be read: {error.strerror or error}."
            raise JmsMisconfiguredError(told) from error
        except (PlainYamlError, MappingFault) as error:
            raise JmsMisconfiguredError(f"The layout file {path}: {error}.") from error

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order in which they are written."""
        return tuple(self.places)

    def rows(
        self, lines: Iterator[str], id_column: str, needed: Collection[str] = ()
    ) -> Iterator[Row]:
        """Yield one row a line; one that is too short is refused, and blank lines are none.

        Where lines are trimmed, they still have to reach into each of the needed columns.
        """
        end = max(last for _, last in self.places.values())
        least = max((self.places[one][0] + 1 for one in needed), default=0)
        for number, line in enumerate(lines, 1):
            if number <= self.skip or not line.strip():
                continue
            text = line.rstrip("\r\n")
            ended = len(text) < len(line)
            fields = [text[first:last].strip() for first, last in self.places.values()]
            reason = _too_short(text, least if self.trimmed and ended else end)
            first, last = self.places[id_column]
            identifier = text[first:last].strip() if len(text) >= last or not reason else None
            yield Row(number, identifier, pack(number, fields), reason, ended)


def _too_short(text: str, end: int) -> str:
    if len(text) >= end:
        return ""
    return f"is {len(text)} characters long where the layout goes to {end}"


def _layout(path: Path, written: Written | None) -> Layout:
    if written is None:
        raise MappingFault(Place(1, 1), "it is empty; write  columns:")
    sections = sections_of(written, _SECTIONS, "the file")
    if "columns" not in sections:
        raise MappingFault(written.place, "there is no  columns:  with a line for each column")
    places = dict[str, tuple[int, int]]()
    for name, at, value in entries_of(sections["columns"], "columns"):
        column = column_name(name)
        if not column or column in places:
            raise MappingFault(at, f"{name or 'nothing'} is no name of a column of its own")
        places[column] = _place(value, name)
    if not places:
        raise MappingFault(written.place, "it names no columns")
    skip = _number(sections["skip"], "skip", 0) if "skip" in sections else 0
    trimmed = "trimmed" in sections and _is_yes(sections["trimmed"])
    return Layout(path, places, skip, trimmed)


def _place(written: Written, name: str) -> tuple[int, int]:
    parts = sections_of(written, _PARTS, name)
    for part in _PARTS:
        if part not in parts:
            raise MappingFault(written.place, f"{name} has no {part}")
    start = _number(parts["start"], f"the start of {name}", 1)
    return start - 1, start - 1 + _number(parts["width"], f"the width of {name}", 1)


def _number(written: Written, what: str, least: int) -> int:
    text = text_of(written, what)
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= _WIDEST):
        raise MappingFault(written.place, f"{what} is no number from {least} to {_WIDEST}")
    return int(text)


def _is_yes(written: Written) -> bool:
    text = text_of(written, "trimmed").lower()
    if text not in {"true", "false", "yes", "no"}:
        raise MappingFault(written.place, "trimmed is neither yes nor no")
    return text in {"true", "yes"}

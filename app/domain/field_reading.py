"""One pass over the fields that another system gave, collecting what cannot be read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import lru_cache, partial
from typing import TypeVar

from app.domain.booking import Coded
from app.domain.dates import date_of, moment_of
from app.domain.denied_fields import looks_like_a_social_security_number, must_not_be_kept
from app.domain.field_lists import ListRead
from app.domain.field_text import clean_text, column_name
from app.domain.mapped_code import MappedCode
from app.domain.ncic import coded
from app.domain.several import Several

_Value = TypeVar("_Value")

_BLANK = {"", "0", "00", "000", "unk", "unknown", "n/a", "na", "null", "none", "\\n", "-", "--"}
_FILLER_DATES = (
    *("0000-00-00", "0001-01-01", "1753-01-01", "1900-01-01", "9999-12-31", "00000000"),
    *("00/00/0000", "01/01/0001", "1/1/0001", "01/01/1900", "1/1/1900", "12/31/9999"),
)

_NO_TEXT = "is not a plain text or number, or is too long"
_SOCIAL_SECURITY_NUMBER = "looks like a social security number, which is not taken in"
_NEVER_TAKEN_IN = "says something that is never taken in"
_REASONS = {
    "date_of_birth": "is no date of birth that can be read",
    "height": "is no height such as 511, 5'11\", 71 or 180 cm",
    "weight": "is no weight such as 180 or 82 kg",
    "booked_at": "is no time that can be read",
    "released_at": "is no time that can be read",
    "charges": "has a part that is no charge that can be read",
    "status": "is no status known here, so the record is treated as restricted",
    "view": "is no view known here, so the photo is treated as another than front",
}
_NO_LIST = "has a part that cannot be read, which was left out"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A field that could not be read; the reason never repeats its value."""

    field: str
    reason: str


class FieldReading:
    """The fields of one booking, by column; times without an offset are in `zone`.

    Of several values of one column the first is read, those of `person` and `extra` last.
    """

    def __init__(self, fields: Mapping[str, object], zone: tzinfo, today: date) -> None:
        self._fields: dict[str, object] = {}
        self._again: list[tuple[str, object]] = []
        for column, value in _by_column(fields):
            if column in self._fields:
                self._again.append((column, value))
            else:
                self._fields[column] = value
        self._zone = zone
        self._today = today
        self.problems: list[FieldProblem] = []

    def text(self, field: str) -> str | None:
        """Return a field as text, None for nothing and for a social security number."""
        text = self.number(field)
        if text and looks_like_a_social_security_number(text):
            self.problem(field, _SOCIAL_SECURITY_NUMBER)
            return None
        return text

    def told(self, field: str) -> str | None:
        """Return a field as text, None for what tells of health or immigration too."""
        text = self.text(field)
        if text and tells_too_much(text):
            self.problem(field, _NEVER_TAKEN_IN)
            return None
        return text

    def number(self, field: str) -> str | None:
        """Return a field as text that may look like any number: 001-26-0004 may be a booking's."""
        value = self._fields.get(field)
        if value is None:
            return None
        text = clean_text(value)
        if text is None:
            self.problem(field, _NO_TEXT)
        return text or None

    def values(self, field: str) -> list[object]:
        """Return all that is said of one column, where anything is."""
        again = [value for column, value in self._again if column == field]
        return [self._fields[field], *again] if field in self._fields else []

    def coded(self, field: str) -> Coded | None:
        """Return a field that NCIC has codes for."""
        return self.coded_by(field, partial(_code, field))

    def coded_by(self, field: str, reader: Callable[[str], Coded | None]) -> Coded | None:
        """Return what the reader makes of a field, with the raw value that a mapping replaced.

        A raw value that must not be kept, such as `Out to hospital`, is left out; it is reported
        where the reader did not leave it out itself.
        """
        text, given = self.text(field), self._fields.get(field)
        read = reader(text) if text else None
        if read is not None and tells_too_much(read.raw):
            self.problem(field, _NEVER_TAKEN_IN)
            return None
        if read is None or not isinstance(given, MappedCode):
            return read
        if not given.is_known:
            return Coded(read.raw)
        raw = clean_text(given.raw)
        return read if not raw or must_not_be_kept(raw) else replace(read, raw=raw)

    def is_known(self, field: str) -> bool:
        """Say whether a mapping, where there is one, names this code of the JMS's own."""
        given = self._fields.get(field)
        return given.is_known if isinstance(given, MappedCode) else True

    def read(self, field: str, reader: Callable[[str], _Value | None]) -> _Value | None:
        """Return what the reader makes of a field; fillers of the system are nothing."""
        text = self.text(field)
        if text is None or text.lower() in _BLANK or text.startswith(_FILLER_DATES):
            return None
        read = reader(text)
        if read is None:
            self.problem(field)
        return read

    def moment(self, field: str) -> datetime | None:
        """Return a time as UTC."""
        return self.read(field, lambda text: moment_of(text, self._zone, self._today.year + 1))

    def items(self, field: str, reader: Callable[[object], ListRead[_Value]]) -> tuple[_Value, ...]:
        """Return what can be read of a list."""
        value = self._fields.get(field)
        if value is None or value == "":
            return ()
        found = reader(value)
        if not found.is_whole:
            self.problem(field, _REASONS.get(field, _NO_LIST))
        return found.items

    def problem(self, field: str, reason: str = "") -> None:
        """Keep that a field could not be read."""
        self.problems.append(FieldProblem(field, reason or _REASONS[field]))


def _by_column(fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the fields by their columns, after the others those of `person` and `extra`."""
    nested: list[Mapping[str, object]] = []
    for name, value in fields.items():
        column = column_name(name)
        if column in {"person", "extra"} and isinstance(value, Mapping):
            nested.append(value)
        elif isinstance(value, Several):
            yield from ((column, one) for one in value)
        else:
            yield column, value
    for inner in nested:
        yield from ((column_name(str(name)), value) for name, value in inner.items())


# Few different values fill these columns of a whole jail.
_code = lru_cache(maxsize=1024)(coded)
tells_too_much = lru_cache(maxsize=4096)(must_not_be_kept)
birthday = lru_cache(maxsize=65536)(date_of)

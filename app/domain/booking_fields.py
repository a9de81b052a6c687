"""From the documented columns of a bookings file or answer to a booking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import TypeVar

from app.domain.booking import Booking, Charge, Coded, Person, RecordStatus
from app.domain.charges import charges_of
from app.domain.dates import date_of, moment_of
from app.domain.denied_fields import denied, looks_like_a_social_security_number
from app.domain.errors import InvalidExternalImageIdError
from app.domain.field_text import clean_text, column_name, id_text
from app.domain.mapped_code import MappedCode
from app.domain.measures import inches_of, pounds_of
from app.domain.ncic import coded
from app.domain.photo import View
from app.domain.record_status import FLAGS, flagged, record_status_of, strictest
from app.domain.views import view_of

_Value = TypeVar("_Value")

STATUS_COLUMNS = ("status", "record_status")
COLUMNS = frozenset(
    {
        *("external_image_id", "booking_number", "person_id", "last_name", "first_name"),
        *("middle_name", "suffix", "date_of_birth", "sex", "race", "eye_color", "hair_color"),
        *("height", "weight", "booked_at", "released_at", "facility", "agency_ori", "charges"),
        *("status", "record_status", "view", "photo", *FLAGS),
    }
)
"""Every column that is understood; others go into `extra` unless they are denied.

`photo` says where the photo lies, and is no part of a booking.
"""

MOST_EXTRA = 100
OLDEST = 120
"""Years: an older birth is a filler of the system, such as 1900-01-01."""

_BLANK = {"", "0", "00", "000", "unk", "unknown", "n/a", "na", "null", "none", "\\n", "-", "--"}
_FILLER_DATES = (
    *("0000-00-00", "0001-01-01", "1753-01-01", "1900-01-01", "9999-12-31", "00000000"),
    *("00/00/0000", "01/01/0001", "1/1/0001", "01/01/1900", "1/1/1900", "12/31/9999"),
)

_REASONS = {
    "date_of_birth": "is no date of birth that can be read",
    "height": "is no height such as 511, 5'11\", 71 or 180 cm",
    "weight": "is no weight such as 180 or 82 kg",
    "booked_at": "is no time that can be read",
    "released_at": "is no time that can be read",
    "charges": "is no list of charges that can be read",
    "status": "is no status known here, so the record is treated as restricted",
    "view": "is no view known here, so the photo is treated as another than front",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A field that could not be read; the reason never repeats its value."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedBooking:
    """A booking, and the fields of it that were left out because they could not be read."""

    booking: Booking
    problems: tuple[FieldProblem, ...]


def booking_from_fields(
    fields: Mapping[str, object], zone: tzinfo, today: date | None = None
) -> ParsedBooking:
    """Read the documented columns, whatever their case; `person` and `extra` may be nested.

    Times without an offset are in `zone`. The id is the other system's own, encoded by whoever
    takes it further. Only an id that is none can fail a booking: raises
    InvalidExternalImageIdError.
    """
    reading = _Reading(fields, zone, today or datetime.now(zone).date())
    booking = reading.booking(reading.identifier())
    return ParsedBooking(booking, tuple(reading.problems))


class _Reading:
    """One pass over the fields of one booking, collecting what cannot be read."""

    def __init__(self, fields: Mapping[str, object], zone: tzinfo, today: date) -> None:
        self._fields = _flat(fields)
        self._zone = zone
        self._today = today
        self.problems: list[FieldProblem] = []

    def text(self, field: str) -> str | None:
        text = clean_text(self._fields.get(field))
        if text is None:
            self._problem(field, "is not a plain text or number, or is too long")
        return text or None

    def identifier(self) -> str:
        identifier = id_text(self._fields.get("external_image_id"))
        if not identifier:
            raise InvalidExternalImageIdError
        return identifier

    def booking(self, identifier: str) -> Booking:
        booked_at = self._moment("booked_at")
        return Booking(
            external_image_id=identifier,
            booking_number=self.text("booking_number"),
            person=self._person(booked_at.date() if booked_at else self._today),
            booked_at=booked_at,
            released_at=self._moment("released_at"),
            facility=self.text("facility"),
            agency_ori=self.text("agency_ori"),
            charges=self._charges(),
            status=self._status(),
            view=self._view(),
            extra=self._extra(),
        )

    def _person(self, booked_on: date) -> Person:
        return Person(
            person_id=self.text("person_id"),
            last_name=self.text("last_name"),
            first_name=self.text("first_name"),
            middle_name=self.text("middle_name"),
            suffix=self.text("suffix"),
            date_of_birth=self._date_of_birth(booked_on),
            sex=self._coded("sex"),
            race=self._coded("race"),
            eye_color=self._coded("eye_color"),
            hair_color=self._coded("hair_color"),
            height_inches=self._read("height", _inches),
            weight_pounds=self._read("weight", _pounds),
        )

    def _date_of_birth(self, booked_on: date) -> date | None:
        """Nobody is booked under ten years of age: that decides the century of 05/17/80."""
        latest = min(booked_on, self._today)

        def read(text: str) -> date | None:
            born = _birthday(text, latest.year - 10)
            return born if born and latest.year - OLDEST <= born.year and born <= latest else None

        return self._read("date_of_birth", read)

    def _moment(self, field: str) -> datetime | None:
        return self._read(field, lambda text: moment_of(text, self._zone, self._today.year + 1))

    def _coded(self, field: str) -> Coded | None:
        text, given = self.text(field), self._fields.get(field)
        if not text:
            return None
        if not isinstance(given, MappedCode):
            return _code(field, text)
        raw = clean_text(given.raw) or text
        return replace(_code(field, text), raw=raw) if given.is_known else Coded(raw)

    def _charges(self) -> tuple[Charge, ...]:
        value = self._fields.get("charges")
        charges = charges_of(value) if value is not None else ()
        if charges is None:
            self._problem("charges")
        return charges or ()

    def _status(self) -> RecordStatus:
        said = [record_status_of(self._status_text(column)) for column in STATUS_COLUMNS]
        if None in said:
            self._problem("status")
        columns = FLAGS.keys() & self._fields.keys()
        marked = [flagged(column, self._status_text(column)) for column in columns]
        return strictest([status or RecordStatus.RESTRICTED for status in said] + marked)

    def _status_text(self, column: str) -> str:
        """Give nothing only for nothing: what is no plain value is an unknown status."""
        text = clean_text(self._fields.get(column))
        return "unreadable" if text is None else text

    def _view(self) -> View | None:
        text = self.text("view")
        if text is None:
            return None
        given = self._fields.get("view")
        is_known = given.is_known if isinstance(given, MappedCode) else True
        view = view_of(text) if is_known else None
        if view is None:
            self._problem("view")
        return view or View.OTHER

    def _extra(self) -> Mapping[str, str]:
        extra: dict[str, str] = {}
        for field, value in self._fields.items():
            if not field or field in COLUMNS or denied(field) or len(extra) == MOST_EXTRA:
                continue
            text = clean_text(value)
            if text and not looks_like_a_social_security_number(text):
                extra[field] = text
        return extra

    def _read(self, field: str, reader: Callable[[str], _Value | None]) -> _Value | None:
        text = self.text(field)
        if text is None or text.lower() in _BLANK or text.startswith(_FILLER_DATES):
            return None
        read = reader(text)
        if read is None:
            self._problem(field)
        return read

    def _problem(self, field: str, reason: str = "") -> None:
        self.problems.append(FieldProblem(field, reason or _REASONS[field]))


def _flat(fields: Mapping[str, object]) -> dict[str, object]:
    """Bring the fields of `person` and `extra` up beside the others, which go first."""
    flat: dict[str, object] = {}
    nested: list[Mapping[str, object]] = []
    for name, value in fields.items():
        column = column_name(name)
        if column in {"person", "extra"} and isinstance(value, Mapping):
            nested.append(value)
        else:
            flat.setdefault(column, value)
    for inner in nested:
        for name, value in inner.items():
            flat.setdefault(column_name(str(name)), value)
    return flat


# Few different values fill these columns of a whole jail.
_inches = lru_cache(maxsize=1024)(inches_of)
_pounds = lru_cache(maxsize=1024)(pounds_of)
_code = lru_cache(maxsize=1024)(coded)
_birthday = lru_cache(maxsize=65536)(date_of)

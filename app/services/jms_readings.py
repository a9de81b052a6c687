"""What came of the fields of a booking, for whoever connects a JMS."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Final

from app.domain.booking import Booking, Coded, Person
from app.domain.booking_fields import COLUMNS
from app.domain.denied_fields import must_not_be_kept
from app.domain.mapped_fields import AN_EXTRA, LEFT_OUT, NOTHING_TO_MEND, MappedField
from app.domain.several import Several

_HELD_AS: Final = {"height": "height_inches", "weight": "weight_pounds"}
_HELD: Final = {
    *(one.name for kind in (Booking, Person) for one in fields(kind)),
    *_HELD_AS,
}


def differing_fields(one: Booking, other: Booking) -> tuple[str, ...]:
    """Return in which fields two bookings differ; extra ones may be about the answer itself."""
    others = {reading.column: reading.value for reading in _readings_in(other)}
    mine = _readings_in(one)
    return tuple(reading.column for reading in mine if reading.value != others[reading.column])


def as_kept(readings: Iterable[MappedField], booking: Booking) -> Iterator[MappedField]:
    """Yield what was read with no more of its values than came into the booking.

    What tells of health or immigration is left out of lists and coded fields without a problem.
    """
    held = {one.column: one.value for one in readings_of(booking)}
    for reading in readings:
        name = _HELD_AS.get(reading.column, reading.column)
        is_of_status = name in COLUMNS - _HELD  # `sealed` goes into `status`
        yield reading if is_of_status else _with_what_is_held(reading, held.get(name))


def _with_what_is_held(reading: MappedField, held: object) -> MappedField:
    if reading.value is None:
        return reading
    if held is not None:
        is_part = isinstance(held, tuple) or isinstance(reading.value, Several)
        return replace(reading, value=held) if is_part else reading
    if reading.problem is None or reading.problem in NOTHING_TO_MEND:
        return replace(reading, value=None, problem=LEFT_OUT)
    return without_what_must_not_be_kept(reading)


def without_what_must_not_be_kept(reading: MappedField) -> MappedField:
    """Return a reading without its value where that is never taken in."""
    return replace(reading, value=None) if must_not_be_kept(str(reading.value)) else reading


def readings_of(booking: Booking) -> Iterator[MappedField]:
    """Say what a booking holds, of an adapter that cannot say how it came to it."""
    yield from _readings_in(booking)
    for name, value in booking.extra.items():
        yield MappedField(name, "", "text", value, AN_EXTRA)


def _readings_in(part: Booking | Person) -> Iterator[MappedField]:
    for one in fields(part):
        value = getattr(part, one.name)
        if one.name == "extra":
            continue
        if isinstance(value, Person):
            yield from _readings_in(value)
        else:
            yield _reading(one.name, value)


def _reading(name: str, value: object) -> MappedField:
    if value is None or value == ():
        return MappedField(name, "", "nothing")
    if isinstance(value, Coded):
        problem = None if value.code else "is no code that is known: its raw value is kept"
        return MappedField(name, "", "code", value.code or value.raw, problem)
    found = f"list of {len(value)}" if isinstance(value, tuple) else type(value).__name__
    return MappedField(name, "", found, value)

"""Tries a JMS connection as whoever sets it up needs it: what came of every field, and why not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

from app.domain.booking import Booking, Coded, Person, RecordStatus
from app.domain.errors import (
    CandidError,
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsUnavailableError,
)
from app.domain.mapped_fields import AN_EXTRA, MappedField
from app.domain.photo import View
from app.ports.jms import ExplainsBookings, Jms, PhotoRef, UnusableRef

JMS_ERRORS = (JmsUnavailableError, JmsMisconfiguredError)


@dataclass(frozen=True, slots=True)
class Listed:
    """The first page of the listing; a JMS that cannot list is no failure."""

    photos: tuple[PhotoRef, ...] = ()
    problems: tuple[UnusableRef, ...] = ()
    has_more: bool = False
    failure: str | None = None
    cannot: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What the JMS said of one id; no status: it knows no booking, or did not answer."""

    identifier: str
    status: RecordStatus | None = None
    readings: tuple[MappedField, ...] = ()
    failure: str | None = None


@dataclass(slots=True)
class FieldTally:
    """One field over several bookings."""

    column: str
    expression: str
    found: Counter[str] = field(default_factory=Counter)  # kinds of values
    came_out: int = 0  # without a problem
    problems: Counter[str] = field(default_factory=Counter)
    example: object = None


@dataclass(frozen=True, slots=True)
class CheckJms:
    """Asks a JMS as it is, with nothing around it; its ids are its own."""

    jms: Jms

    async def ping(self) -> str | None:
        """Return what is wrong, None where the JMS answers."""
        try:
            await self.jms.ping()
        except JMS_ERRORS as error:
            return str(error)
        return None

    async def listed(self, view: View = View.FRONT) -> Listed:
        """Return the first page of the photos of one view."""
        try:
            page = await self.jms.photos(view, None, None)
        except JmsCannotListError as error:
            return Listed(cannot=str(error))
        except JMS_ERRORS as error:
            return Listed(failure=str(error))
        return Listed(page.items, page.problems, page.next is not None)

    async def photo(self, ref: PhotoRef) -> int | str:
        """Return how many bytes a listed photo has, or why it cannot be had."""
        try:
            return len(await self.jms.photo(ref))
        except CandidError as error:
            return str(error)

    async def booking(self, identifier: str) -> Answered:
        """Return what came of the booking under one id."""
        try:
            answers = await self.jms.bookings([identifier])
            if identifier in answers.unavailable:
                raise JmsUnavailableError
            booking = answers.found.get(identifier)
            if booking is None:
                return Answered(identifier)
            return Answered(identifier, booking.status, await self._readings(booking))
        except JMS_ERRORS as error:
            readings = await self._readings_all_the_same(identifier)
            return Answered(identifier, readings=readings, failure=str(error))

    async def _readings(self, booking: Booking) -> tuple[MappedField, ...]:
        if isinstance(self.jms, ExplainsBookings):
            return await self.jms.explained(booking.external_image_id) or ()
        return tuple(readings_of(booking))

    async def _readings_all_the_same(self, identifier: str) -> tuple[MappedField, ...]:
        """Say what came of the fields also where the booking cannot be used: that may be why."""
        if not isinstance(self.jms, ExplainsBookings):
            return ()
        try:
            return await self.jms.explained(identifier) or ()
        except JMS_ERRORS:
            return ()


def tallied(answers: Sequence[Answered]) -> list[FieldTally]:
    """Count what came of each field, in the order in which fields were first read."""
    tallies: dict[str, FieldTally] = {}
    for reading in (one for answer in answers for one in answer.readings):
        tally = tallies.setdefault(reading.column, FieldTally(reading.column, reading.expression))
        tally.found[reading.found] += 1
        if reading.value is not None:
            tally.came_out += reading.problem in {None, AN_EXTRA}
            tally.example = reading.value if tally.example is None else tally.example
        if reading.problem is not None:
            tally.problems[reading.problem] += 1
    return [*tallies.values()]


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

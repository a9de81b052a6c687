"""Tries a JMS connection as whoever sets it up needs it: what came of every field, and why not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from app.domain.booking import Booking, RecordStatus
from app.domain.booking_fields import STATUS_COLUMNS
from app.domain.errors import (
    CandidError,
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsUnavailableError,
)
from app.domain.mapped_fields import AN_EXTRA, DROPPED, NOTHING_TO_MEND, MappedField
from app.domain.photo import View
from app.domain.record_status import FLAGS
from app.ports.jms import ExplainsBookings, Jms, PhotoRef, UnusableRef
from app.services.jms_readings import (
    as_kept,
    differing_fields,
    readings_of,
    without_what_must_not_be_kept,
)

JMS_ERRORS = (JmsUnavailableError, JmsMisconfiguredError)
_OF_MARKS: Final = ("seal", "expung", "juven", "confiden")


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
    """What the JMS said of one id; no booking: it knows none, or did not answer."""

    identifier: str
    booking: Booking | None = None
    readings: tuple[MappedField, ...] = ()
    failure: str | None = None

    @property
    def status(self) -> RecordStatus | None:
        """The record status, where there is a booking."""
        return None if self.booking is None else self.booking.status


@dataclass(frozen=True, slots=True)
class Otherwise:
    """An id of which something else was said when several were asked for at once."""

    answered: Answered
    fields: tuple[str, ...] = ()  # that differ; none where already the outcome does


@dataclass(slots=True)
class FieldTally:
    """One field over several bookings."""

    column: str
    expression: str
    found: Counter[str] = field(default_factory=Counter)  # kinds of values
    came_out: int = 0  # without a problem
    problems: Counter[str] = field(default_factory=Counter)
    example: object = None

    @property
    def is_unseen_mark(self) -> bool:
        """Whether it may hide a record and was in none of them: it may be somewhere else."""
        return self.column in {*STATUS_COLUMNS, *FLAGS} and set(self.found) == {"nothing"}

    @property
    def sounds_like_a_mark(self) -> bool:
        """Whether it sounds as if it hid records, and is no column that does."""
        is_unknown = not self.problems.keys().isdisjoint({AN_EXTRA, DROPPED})
        return is_unknown and any(part in self.column for part in _OF_MARKS)


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
            return Answered(identifier, booking, await self._readings(booking))
        except JMS_ERRORS as error:
            readings = await self._readings_all_the_same(identifier)
            return Answered(identifier, readings=readings, failure=str(error))

    async def otherwise(self, answers: Sequence[Answered]) -> list[Otherwise]:
        """Ask for all of them at once, as a search does, and return of whom else is said."""
        together = await self._together([one.identifier for one in answers])
        pairs = zip(answers, together, strict=True)
        return [one for alone, other in pairs if (one := _otherwise(alone, other)) is not None]

    async def _together(self, identifiers: Sequence[str]) -> list[Answered]:
        try:
            said = await self.jms.bookings(identifiers)
        except JMS_ERRORS as error:
            return [Answered(one, failure=str(error)) for one in identifiers]
        not_answered = dict.fromkeys(said.unavailable, str(JmsUnavailableError()))
        return [
            Answered(one, said.found.get(one), failure=not_answered.get(one)) for one in identifiers
        ]

    async def _readings(self, booking: Booking) -> tuple[MappedField, ...]:
        if isinstance(self.jms, ExplainsBookings):
            readings = await self.jms.explained(booking.external_image_id) or ()
            return tuple(as_kept(readings, booking))
        return tuple(readings_of(booking))

    async def _readings_all_the_same(self, identifier: str) -> tuple[MappedField, ...]:
        """Say what came of the fields also where the booking cannot be used: that may be why."""
        if not isinstance(self.jms, ExplainsBookings):
            return ()
        try:
            readings = await self.jms.explained(identifier) or ()
            return tuple(map(without_what_must_not_be_kept, readings))
        except JMS_ERRORS:
            return ()


def _otherwise(alone: Answered, together: Answered) -> Otherwise | None:
    if alone.status is not together.status or bool(alone.failure) != bool(together.failure):
        return Otherwise(together)
    if alone.booking is None or together.booking is None:
        return None
    fields = differing_fields(alone.booking, together.booking)
    return Otherwise(together, fields) if fields else None


def tallied(answers: Sequence[Answered]) -> list[FieldTally]:
    """Count what came of each field, in the order in which fields were first read."""
    tallies: dict[str, FieldTally] = {}
    for reading in (one for answer in answers for one in answer.readings):
        tally = tallies.setdefault(reading.column, FieldTally(reading.column, reading.expression))
        tally.found[reading.found] += 1
        if reading.value is not None:
            tally.came_out += reading.problem is None or reading.problem in NOTHING_TO_MEND
            tally.example = reading.value if tally.example is None else tally.example
        if reading.problem is not None:
            tally.problems[reading.problem] += 1
    return [*tallies.values()]

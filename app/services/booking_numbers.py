"""Bookings without the numbers of stays that must not be told: every answer's pass through here."""

from collections.abc import Sequence

from app.domain.booking import Booking
from app.domain.search import Candidate
from app.ports.records import Unit


async def as_told(unit: Unit, booking: Booking) -> Booking:
    """Return a booking without the numbers of other stays that are hidden."""
    return booking.without_numbers(await unit.booking_numbers.hidden(booking.further_numbers))


async def without_hidden_numbers(
    unit: Unit, answers: Sequence[Sequence[Candidate]]
) -> list[tuple[Candidate, ...]]:
    """Return the candidates of each answer, asking once for all; nobody is left out."""
    bookings = [one.booking for candidates in answers for one in candidates if one.booking]
    numbers = sorted({number for one in bookings for number in one.further_numbers})
    hidden = await unit.booking_numbers.hidden(numbers)
    return [tuple(one.without_numbers(hidden) for one in candidates) for candidates in answers]

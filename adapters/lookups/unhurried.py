"""Bookings that nobody waits for, of any JMS."""

from collections.abc import Sequence

from app.ports.jms import BookingAnswers, GivesWay, Jms


async def bookings_unhurried(jms: Jms, external_image_ids: Sequence[str]) -> BookingAnswers:
    """Ask so where it makes a difference, or else as ever; raises what `Jms.bookings` does."""
    if isinstance(jms, GivesWay):
        return await jms.bookings_unhurried(external_image_ids)
    return await jms.bookings(external_image_ids)

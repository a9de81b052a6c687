"""Any JMS, asked for bookings that nobody waits for."""

from collections.abc import Sequence

from typing_extensions import override

from adapters.jms.guards.passing import PassingJms
from app.ports.jms import BookingAnswers, GivesWay, Jms


class UnhurriedJms(PassingJms):
    """Wraps a JMS; where it can, its lookups let those of searches go first."""

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return await bookings_unhurried(self._jms, external_image_ids)


async def bookings_unhurried(jms: Jms, external_image_ids: Sequence[str]) -> BookingAnswers:
    """Ask a JMS so, or as ever where it makes no difference; raises what `Jms.bookings` does."""
    if isinstance(jms, GivesWay):
        return await jms.bookings_unhurried(external_image_ids)
    return await jms.bookings(external_image_ids)

"""Any JMS, asked for bookings that nobody waits for."""

from collections.abc import Sequence

from typing_extensions import override

from adapters.jms.guards.passing import PassingJms
from adapters.lookups import bookings_unhurried
from app.ports.jms import BookingAnswers


class UnhurriedJms(PassingJms):
    """Wraps a JMS; where it can, its lookups let those of searches go first."""

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return await bookings_unhurried(self._jms, external_image_ids)

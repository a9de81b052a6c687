"""Use case: the JMS booking alone."""

from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.booking import Booking, RecordStatus
from app.domain.errors import (
    BookingNotFoundError,
    JmsNotConfiguredError,
    JmsUnavailableError,
    RecordWithheldError,
)
from app.domain.photo import checked_external_image_id
from app.domain.search import BookingStatus
from app.ports.records import Records
from app.services.booking_numbers import as_told
from app.services.enrichment import Enrichment
from app.services.recorded import refusals_recorded, utc_now

_ERRORS = {
    BookingStatus.NOT_FOUND: BookingNotFoundError,
    BookingStatus.NOT_CONFIGURED: JmsNotConfiguredError,
    BookingStatus.UNAVAILABLE: JmsUnavailableError,
}


@dataclass(frozen=True, slots=True)
class ViewBooking:
    """Fetch a booking from the JMS; the look is recorded and so is what was learnt."""

    records: Records
    enrichment: Enrichment

    async def __call__(self, external_image_id: str, actor: Actor) -> Booking:
        """Return the booking.

        Raises BookingNotFoundError, JmsNotConfiguredError, JmsUnavailableError and
        RecordWithheldError (sealed and the like).
        """
        checked_external_image_id(external_image_id)

        def entry(outcome: str) -> AuditEntry:
            action = AuditAction.VIEW_BOOKING
            return AuditEntry(
                utc_now(), action, actor, outcome, external_image_id=external_image_id
            )

        async with refusals_recorded(self.records, entry):
            enriched = await self.enrichment([external_image_id])
            if error := _ERRORS.get(enriched.status(external_image_id)):
                raise error
            booking = enriched.found[external_image_id]
            async with self.records.unit() as unit:
                await unit.standings.remember(enriched.standings())
                # What the JMS told by itself counts before an answer that may be behind it.
                is_withheld = bool(await unit.withheld.of([external_image_id]))
                if is_shown := booking.status is RecordStatus.ACTIVE and not is_withheld:
                    booking = await as_told(unit, booking)
                    await unit.audit.append(entry("answered"))
            if not is_shown:
                raise RecordWithheldError
            return booking

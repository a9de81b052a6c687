"""Asking the JMS for bookings without ever waiting longer than the deadline, or in others' way."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from app.domain.booking import Booking
from app.domain.errors import CandidError, JmsNotAskedError
from app.domain.record import Standing
from app.domain.search import BookingStatus
from app.ports.jms import Jms
from app.services.recorded import utc_now
from app.services.waiting_room import standing_aside

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Enriched:
    """What the JMS said of some ids in one call."""

    asked_at: datetime
    unanswered: BookingStatus  # what to say of an id the JMS said nothing about
    found: Mapping[str, Booking] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    asked_before: Mapping[str, datetime] = field(default_factory=dict)  # ids not asked just now

    def status(self, external_image_id: str) -> BookingStatus:
        """Return what came of asking for this id."""
        if external_image_id in self.found:
            return BookingStatus.FOUND
        if external_image_id in self.missing:
            return BookingStatus.NOT_FOUND
        return self.unanswered

    def standings(self) -> dict[str, Standing]:
        """Return what was learnt of persons and record statuses."""
        return {
            external_image_id: Standing(
                booking.person.current_id,
                booking.status,
                self.asked_before.get(external_image_id, self.asked_at),
                booking.booked_at,
                booking.booking_number,
                booking.person.other_ids,
                tuple(sorted(booking.previous_booking_numbers)),
            )
            for external_image_id, booking in self.found.items()
        }


@dataclass(frozen=True, slots=True)
class Enrichment:
    """Asks the JMS, if there is one; a slow, broken or absent JMS is an answer, not an error."""

    jms: Jms | None
    deadline: float  # seconds for everything asked in one request

    async def __call__(
        self, external_image_ids: Sequence[str], seconds: float | None = None
    ) -> Enriched:
        """Ask for all ids in one call, within `seconds` or else the deadline."""
        asked_at = utc_now()  # what is said of an earlier moment never undoes a later word
        if self.jms is None:
            return Enriched(asked_at, BookingStatus.NOT_CONFIGURED)
        try:
            patience = self.deadline if seconds is None else max(seconds, 0)
            async with asyncio.timeout(patience), standing_aside():
                answers = await self.jms.bookings(external_image_ids)
        except TimeoutError:
            log.warning("jms_deadline_passed", asked=len(external_image_ids))
            return Enriched(asked_at, BookingStatus.UNAVAILABLE)
        except JmsNotAskedError:
            return Enriched(asked_at, BookingStatus.UNAVAILABLE)  # told once, where it was decided
        except CandidError as error:
            log.warning("jms_not_answering", code=error.code, detail=str(error))
            return Enriched(asked_at, BookingStatus.UNAVAILABLE)
        except Exception as error:  # noqa: BLE001 - an adapter's defect must not cost a search
            log.error("jms_adapter_failed", error=type(error).__name__)  # noqa: TRY400 - its text may hold names
            return Enriched(asked_at, BookingStatus.UNAVAILABLE)
        missing = frozenset(external_image_ids) - answers.found.keys() - answers.unavailable
        unanswered = BookingStatus.UNAVAILABLE
        return Enriched(asked_at, unanswered, answers.found, missing, answers.asked_at)

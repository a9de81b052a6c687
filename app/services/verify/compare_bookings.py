"""The records against the bookings of the JMS: may have been renumbered or expunged there."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass

from app.domain.verification import Finding, Found, NotCompared, Part, Tally
from app.ports.jms import Jms
from app.ports.verification_records import VerificationRecords
from app.services.verify.compare_listing import with_ids
from app.services.verify.listing import Listing
from app.services.verify.streams import in_batches, joined, photos_on_record

_ASKED = 50
"""Ids in one question."""


@dataclass(frozen=True, slots=True)
class CompareBookings:
    """Asks for what the listing does not have; what is listed is known to the JMS."""

    checked: VerificationRecords
    jms: Jms
    listing: Listing
    tally: Tally

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield records of which the JMS knows no booking."""
        unanswered = 0
        async for names in in_batches(self._unlisted(), _ASKED):
            answers = await self.jms.bookings(names)
            unanswered += len(answers.unavailable)
            self.tally.looked_at[Part.BOOKINGS] += len(names) - len(answers.unavailable)
            unknown = set(names) - answers.found.keys() - answers.unavailable
            for name in await self._still_on_record(sorted(unknown)):
                yield Found(Finding.UNKNOWN_TO_JMS, "the JMS knows no booking of it", name)
        if unanswered:
            why = f"{unanswered} of the bookings were asked for and not answered"
            self.tally.not_compared.append(NotCompared(Part.BOOKINGS, why))

    async def _unlisted(self) -> AsyncIterator[str]:
        recorded = with_ids(photos_on_record(self.checked))
        async for name, listed, _ in joined(self.listing.spool.items(), recorded):
            if listed is None:
                yield name

    async def _still_on_record(self, names: Sequence[str]) -> Sequence[str]:
        """Leave out what was removed meanwhile."""
        records = await self.checked.photos_of(names) if names else {}
        return [name for name in names if name in records and records[name].sha256 is not None]

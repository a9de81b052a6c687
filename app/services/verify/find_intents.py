"""What was begun outside the database and not settled in its time."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta

from app.domain.verification import Finding, Found, Part, Tally
from app.ports.verification_records import VerificationRecords
from app.services.sweep_intents import GRACE
from app.services.verify.streams import RECORDS

LATE = GRACE + timedelta(minutes=1)
"""A sweeper that runs has come by then."""


@dataclass(frozen=True, slots=True)
class FindIntents:
    """Work left behind: nobody sweeps, or what it needs is down."""

    checked: VerificationRecords
    tally: Tally

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield intents that are open for too long."""
        after, before = None, self.tally.began_at - LATE
        while page := await self.checked.intents_before(before, after, RECORDS):
            self.tally.looked_at[Part.INTENTS] += len(page)
            for intent in page:
                detail = f"{intent.kind} is open since {intent.opened_at:%Y-%m-%d %H:%M} UTC"
                yield Found(
                    Finding.LEFT_INTENTS, detail, intent.external_image_id, intent.photo_key
                )
            after = page[-1].intent_id

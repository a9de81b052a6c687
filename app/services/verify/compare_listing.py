"""The photos that the JMS lists against the records: each is in, or something says why not."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass

from app.domain.record import IndexStatus
from app.domain.verification import CheckedPhoto, Finding, Found, Tally
from app.ports.verification_records import VerificationRecords
from app.services.verify.listing import Listing
from app.services.verify.streams import joined, kept, photos_on_record

_NOT_IN = "the JMS lists it, and no import says why it is not in"


@dataclass(frozen=True, slots=True)
class CompareListing:
    """Both lists in the order of ids; what is not on record is looked for once more."""

    checked: VerificationRecords
    listing: Listing
    tally: Tally

    async def __call__(self) -> AsyncGenerator[Found]:
        """Yield photos that are missing without a reason; count the others by theirs."""
        async for found in kept(self._not_indexed(), self._without_reason):
            yield found

    async def _not_indexed(self) -> AsyncIterator[str]:
        recorded = with_ids(photos_on_record(self.checked))
        async for name, listed, photo in joined(self.listing.spool.items(), recorded):
            if listed is not None and (photo is None or photo.status is not IndexStatus.INDEXED):
                yield name

    async def _without_reason(self, names: Sequence[str]) -> Sequence[Found]:
        records = await self.checked.photos_of(names)
        reasons = await self.checked.reasons([name for name in names if name not in records])
        found: list[Found] = []
        for name in names:
            reason = reasons.get(name) if name not in records else _reason_of(records[name])
            if reason is not None:
                self.tally.known_reasons[reason] += 1
            elif name not in records:
                found.append(Found(Finding.MISSING_IN_RECORDS, _NOT_IN, name))
        return found


async def with_ids(
    photos: AsyncIterator[CheckedPhoto],
) -> AsyncIterator[tuple[str, CheckedPhoto]]:
    """Yield records with their ids beside them."""
    async for photo in photos:
        yield photo.external_image_id, photo


def _reason_of(photo: CheckedPhoto) -> str | None:
    """Return why a photo on record is not indexed; None of one that is by now."""
    match photo.status:
        case IndexStatus.INDEXED:
            return None
        case IndexStatus.REMOVED:
            return "tombstoned"
        case IndexStatus.SKIPPED:
            return photo.reason or "skipped"

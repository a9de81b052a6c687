"""Use case: what is on record of a photo, and of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.booking import RecordStatus
from app.domain.errors import NotIndexedError, RecordWithheldError
from app.domain.photo import checked_external_image_id
from app.domain.record import IndexStatus, PhotoRecord
from app.ports.records import Records


@dataclass(frozen=True, slots=True)
class IndexPage:
    """Records in the order of their ids; fewer than were asked for where some are hidden."""

    records: Sequence[PhotoRecord]
    next: str | None  # None: these are the last


@dataclass(frozen=True, slots=True)
class ReadIndex:
    """Look at the index; what must not be shown is not in it."""

    records: Records

    async def one(self, external_image_id: str) -> PhotoRecord:
        """Return one record; NotIndexedError when there is none or it was removed.

        RecordWithheldError where it is sealed or the like.
        """
        checked_external_image_id(external_image_id)
        async with self.records.view() as unit:
            record = await unit.photos.get(external_image_id)
        if record is None or record.status is IndexStatus.REMOVED:
            raise NotIndexedError
        if not _is_shown(record):
            raise RecordWithheldError
        return record

    async def page(self, after: str | None, limit: int) -> IndexPage:
        """Return a page of records."""
        async with self.records.view() as unit:
            records = await unit.photos.page(after, limit)
        last = records[-1].external_image_id if len(records) == limit else None
        return IndexPage([record for record in records if _is_shown(record)], last)


def _is_shown(record: PhotoRecord) -> bool:
    return record.standing.status is RecordStatus.ACTIVE

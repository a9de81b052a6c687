"""Use case: what is on record of a photo, and of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.errors import NotIndexedError
from app.domain.photo import checked_external_image_id
from app.domain.record import IndexStatus, PhotoRecord
from app.ports.records import Records


@dataclass(frozen=True, slots=True)
class ReadIndex:
    """Look at the index."""

    records: Records

    async def one(self, external_image_id: str) -> PhotoRecord:
        """Return one record; NotIndexedError when there is none or it was removed."""
        checked_external_image_id(external_image_id)
        async with self.records.view() as unit:
            record = await unit.photos.get(external_image_id)
        if record is None or record.status is IndexStatus.REMOVED:
            raise NotIndexedError
        return record

    async def page(self, after: str | None, limit: int) -> Sequence[PhotoRecord]:
        """Return records in the order of their ids."""
        async with self.records.view() as unit:
            return await unit.photos.page(after, limit)

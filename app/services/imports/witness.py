"""A photo that an import had, asked for once more: whether source and engine answer at all."""

from dataclasses import dataclass

from app.domain.booking import RecordStatus
from app.domain.errors import (
    CandidError,
    RecordsUnavailableError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.domain.imports import Import, ImportItem, ItemReason, ItemStatus
from app.domain.record import Standing
from app.domain.search import BookingStatus
from app.ports.face_engine import FaceEngine
from app.ports.photo_source import PhotoSource
from app.ports.records import Records
from app.services.enrichment import Enrichment

_SECONDS = 15.0
"""For its booking."""

OF_THE_SOURCE = frozenset({ItemReason.SOURCE_TIMEOUT, ItemReason.SOURCE_UNAVAILABLE})

OF_THE_ENGINE = frozenset({ItemReason.ENGINE_UNAVAILABLE})

_HAD = (ItemReason.UNCHANGED, ItemReason.ALREADY_INDEXED)
"""Of photos that came from the source in an earlier import, most likely."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Tells an outage from photos that the source cannot give or the engine read, however many.

    Towards the end of an import only those are left, tried again and again; to pause for them
    would help nobody. The witness is on record, so a process that has indexed nothing asks too.
    """

    records: Records
    enrichment: Enrichment
    engine: FaceEngine

    async def answers(self, running: Import, source: PhotoSource) -> bool:
        """Say whether the source gives what it gave before; False where it gave nothing yet."""
        try:
            item = await self._item(running)
            if item is None:
                return False
            enriched = await self.enrichment([item.external_image_id], _SECONDS)
            if enriched.status(item.external_image_id) is BookingStatus.UNAVAILABLE:
                return False
            await source.photo(item.location)
        except (RecordsUnavailableError, SourceUnavailableError, SourceUnusableError):
            return False
        except CandidError:
            return True  # it has this one no more, which is an answer
        return True

    async def is_read(self, running: Import, source: PhotoSource) -> bool:
        """Say whether the engine reads what it read before; False where it read nothing yet."""
        try:
            item = await self._item(running)
            if item is None or not await self._may_be_read(item):
                return False
            await self.engine.detect(await source.photo(item.location))
        except CandidError:
            return False
        return True

    async def _may_be_read(self, item: ImportItem) -> bool:
        """Say whether nothing hides the photo, as far as anybody can say."""
        name = item.external_image_id
        enriched = await self.enrichment([name], _SECONDS)
        standing = enriched.standings().get(name, Standing())
        is_known = enriched.status(name) is not BookingStatus.UNAVAILABLE
        return is_known and standing.status is RecordStatus.ACTIVE

    async def _item(self, running: Import) -> ImportItem | None:
        import_id = running.import_id
        async with self.records.view() as view:
            found = await view.imports.items(import_id, 0, 1, status=ItemStatus.INDEXED)
            for reason in () if found else _HAD:
                found = found or await view.imports.items(import_id, 0, 1, reason=reason)
        return found[0] if found else None

"""What a dry run foretells: how long the import would take, and what it would cost."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.errors import CandidError
from app.domain.imports import Estimate, Import, ImportItem, ItemStatus
from app.ports.call_quota import CallQuota
from app.ports.face_engine import FaceEngine
from app.ports.photo_source import PhotoSource
from app.ports.records import Records

_ENROLLING = "IndexFaces"
"""The operation that each photo needs once, in the provider's words."""

SAMPLE = 40
"""Photos that are read to measure the speed."""


@dataclass(frozen=True, slots=True)
class EstimateImport:
    """Reads a few of the photos, as the import would, and enrols none of them."""

    engine: FaceEngine
    records: Records
    at_once: int  # photos that an import reads at the same time
    dollars_a_photo: float | None = None  # what the engine's provider charges
    quota: CallQuota | None = None  # where the engine is a service of others

    async def __call__(self, listed: Import, source: PhotoSource) -> None:
        """Put the estimate of a dry run on record; RecordsUnavailableError."""
        async with self.records.view() as view:
            waiting = (await view.imports.counts(listed.import_id)).waiting
            items = await view.imports.items(listed.import_id, 0, SAMPLE, status=ItemStatus.WAITING)
        read, seconds = await self._tried(items, source)
        price = self.dollars_a_photo
        fastest = await self._fastest(waiting)
        estimate = Estimate(
            photos=waiting,
            seconds=max(fastest, waiting * seconds / read) if read else None,
            dollars=None if price is None else waiting * price,
            sampled=read,
        )
        async with self.records.unit() as unit:
            await unit.imports.set_estimate(listed.import_id, estimate)

    async def _fastest(self, photos: int) -> float:
        """Return the seconds that the provider's quota makes of so many photos, as far as known."""
        uses = await self.quota.uses() if self.quota else ()
        quotas = [use.quota for use in uses if use.operation == _ENROLLING and use.quota]
        return photos / quotas[0] if quotas else 0.0

    async def _tried(self, items: Sequence[ImportItem], source: PhotoSource) -> tuple[int, float]:
        slots = asyncio.Semaphore(self.at_once)

        async def read(item: ImportItem) -> bool:
            async with slots:
                try:
                    await self.engine.detect(await source.photo(item.location))
                except CandidError:
                    return False
                return True

        began = time.monotonic()
        done = await asyncio.gather(*map(read, items))
        return sum(done), time.monotonic() - began

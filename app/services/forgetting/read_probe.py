"""The bytes of a kept probe, for those who show it in their own way and record that themselves."""

from dataclasses import dataclass

from app.ports.photo_store import PhotoStore
from app.ports.records import Records


@dataclass(frozen=True, slots=True)
class ReadProbe:
    """Fetch a kept probe."""

    records: Records
    store: PhotoStore

    async def __call__(self, search_id: str) -> bytes | None:
        """Return the probe as it was sent, or None where it is not kept, or not any more."""
        async with self.records.view() as view:
            probe = await view.probes.of(search_id)
        if probe is None or probe.destroyed_at is not None:
            return None
        return await self.store.get(probe.photo_key)

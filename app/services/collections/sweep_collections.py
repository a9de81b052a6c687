"""Use case: undo, in every collection, what no record counts on any more."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.ports.photo_store import PhotoStore
from app.ports.records import Records
from app.services.collections.galleries import Galleries
from app.services.recorded import utc_now
from app.services.sweep_intents import PERIOD, SweepIntents, say_failure, sweep_forever

_BATCH = 100


@dataclass(frozen=True, slots=True)
class SweepCollections:
    """Sweeps the collections that clients of Rekognition made, and those they deleted."""

    galleries: Galleries
    store: PhotoStore
    own: SweepIntents  # sweeps the service's collection, by itself
    called: asyncio.Event = field(default_factory=asyncio.Event)
    period: float = PERIOD
    _sweeps: dict[str, SweepIntents] = field(default_factory=dict)

    def soon(self) -> None:
        """Call the sweepers of all collections; they come in a moment."""
        self.called.set()
        self.own.soon()

    async def forever(self) -> None:
        """Sweep when called and now and then, until cancelled."""
        await sweep_forever(self, self.called, self.period)

    async def __call__(self) -> None:
        """Sweep every collection with open intents but the service's own."""
        async with self.galleries.records.of(self.galleries.own).view() as view:
            collection_ids = await view.collections.with_intents()
        for collection_id in collection_ids:
            if collection_id != self.galleries.own:
                await self.collection(collection_id)

    async def of(self, collection_id: str) -> SweepIntents:
        """Return the sweeper of one collection."""
        if collection_id == self.galleries.own:
            return self.own
        if collection_id not in self._sweeps:
            engine = await self.galleries.collections.engine(collection_id)
            records = self.galleries.records.of(collection_id)
            sweep = SweepIntents(engine, records, self.store, self.called, at_once=self.own.at_once)
            self._sweeps.setdefault(collection_id, sweep)
        return self._sweeps[collection_id]

    async def collection(self, collection_id: str) -> bool:
        """Settle what is due in one collection; False when it failed and is left for later.

        Never raises: what it undoes is hidden already.
        """
        try:
            records = self.galleries.records.of(collection_id)
            async with records.view() as view:
                exists = await view.collections.get(collection_id)
            if exists:
                await (await self.of(collection_id))()
            else:
                self._sweeps.pop(collection_id, None)
                await self._settle_deleted(collection_id, records)
        except Exception as error:  # noqa: BLE001 - the call that asks has done its part
            say_failure("sweep_failed", error, collection_id=collection_id)
            return False
        return True

    async def photos(self, collection_id: str, external_image_ids: Sequence[str]) -> bool:
        """Settle what is due of some photos; False when some of it is left for later.

        Never raises: what it undoes is hidden already.
        """
        try:
            sweep = await self.of(collection_id)
            return all([await sweep.photo(one) for one in external_image_ids])
        except Exception as error:  # noqa: BLE001 - the call that asks has done its part
            say_failure("sweep_failed", error, collection_id=collection_id)
            return False

    async def _settle_deleted(self, collection_id: str, records: Records) -> None:
        """Let the engine forget a deleted collection whole, and delete the photos kept of it.

        One process at a time, and only while something is due: whoever makes a collection of this
        id again has settled it before, and loses nothing to another that is still at it.
        """
        while True:
            async with records.unit() as unit:
                await unit.photos.get_locked("")
                due = await unit.intents.due(utc_now(), _BATCH)
                if not due:
                    return
                await self.galleries.collections.delete(collection_id)
                keys = {one.photo_key for one in due if one.photo_key}
                for key in keys - await unit.photo_keys.in_use(sorted(keys), ""):
                    await self.store.delete(key)
                await unit.intents.close([one.intent_id for one in due])

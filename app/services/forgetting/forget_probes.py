"""Destroying probes that are the very photos of a removal, whoever searched with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.audit import Actor
from app.domain.kept_probe import DestroyedFor, KeptProbe
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, RecordsOfCollections, Unit
from app.services.forgetting.holding import hold_on_search
from app.services.forgetting.open_reviews import review_is_open
from app.services.forgetting.purge_report import Destroyed, Purgeable, purge_entry
from app.services.recorded import utc_now

_ACTOR = Actor("removals", None, "removals")


@dataclass(frozen=True, slots=True)
class ForgetProbes:
    """A receipt must not say that bytes are gone which a search still keeps as its probe."""

    records: Records
    records_of: RecordsOfCollections
    store: PhotoStore

    async def __call__(self, sha256s: Sequence[str]) -> Sequence[str]:
        """Destroy probes of these bytes; return which are left, and why.

        Raises what the store and the records raise.
        """
        if not sha256s:
            return ()
        async with self.records.view() as view:
            collections = await view.probes.collections()
        left = list[str]()
        for collection in collections:
            records = self.records_of.of(collection)
            async with records.view() as view:
                probes = await view.probes.of_bytes(sha256s)
            for probe in probes:
                if why := await self._left(records, probe):
                    left.append(f"the probe of the search {probe.search_id}: {why}")
        return left

    async def _left(self, records: Records, probe: KeptProbe) -> str | None:
        """Destroy one, bytes first; say why it stays. One unit each: a hold waits for none long."""
        search_id = probe.search_id
        async with records.unit() as unit:
            if await review_is_open(unit, search_id, locked=True):
                return "its review is open"
            if await unit.probes.claim(search_id) is None:
                return await _taken(unit, search_id)
            holds = await unit.holds.in_force()
            answer = await unit.searches.get(search_id) if holds else None
            if hold := await hold_on_search(unit, holds, search_id, answer):
                return f"the hold {hold.hold_id} is on it"
            await self.store.delete(probe.photo_key)
            await unit.probes.destroyed(search_id, utc_now(), DestroyedFor.REMOVED)
            why = DestroyedFor.REMOVED
            gone = Destroyed(Purgeable.PROBE, search_id, probe.sha256, why)
            await unit.audit.append(purge_entry(_ACTOR, [gone]))
        return None


async def _taken(unit: Unit, search_id: str) -> str | None:
    """Say whether somebody else is at it; None: they destroyed it meanwhile."""
    kept = await unit.probes.kept([search_id])
    return "it is being purged" if kept else None

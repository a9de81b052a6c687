"""Destroying stored probes that no search counts: their process died, or a backup brought them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.audit import Actor
from app.domain.errors import CandidError
from app.domain.photo import sha256_in
from app.domain.search_id import made_at
from app.ports.photo_store import PhotoStore
from app.ports.records import Records
from app.services.forgetting.purge_report import Destroyed, Purgeable, PurgeReport, purge_entry
from app.services.recorded import utc_now
from app.services.sweep_intents import GRACE

_BATCH = 50
_FEW, _SHARE = 5, 0.1
"""More than both are no accident: nobody destroys a store for a wrong database."""


@dataclass(slots=True)
class _Seen:
    """What is stored; young ones may belong to a search under way, and are none of these."""

    stored: int = 0
    known: int = 0  # to the records, whether they are kept or destroyed
    gone: list[str] = field(default_factory=list)  # destroyed on record: there is no doubt
    unknown: list[str] = field(default_factory=list)

    @property
    def is_suspicious(self) -> bool:
        """Whether this may be the wrong database, or an empty one."""
        number = len(self.unknown)
        return bool(number) and (not self.known or number > max(_FEW, _SHARE * self.stored))


@dataclass(frozen=True, slots=True)
class PurgeOrphans:
    """An id of a search tells when it was made; a younger one may belong to a search under way."""

    records: Records
    store: PhotoStore

    async def __call__(self, report: PurgeReport, actor: Actor, *, however_many: bool) -> None:
        """Destroy orphans, unless they are suspiciously many or nothing stored is known.

        What cannot be destroyed is reported; raises what listing the store raises, and the records.
        """
        seen, after = _Seen(), None
        while True:
            page = await self.store.list(after)
            await self._look(page.items, seen, report)
            if (after := page.next) is None:
                break
        orphans = seen.gone + seen.unknown
        if not however_many and seen.is_suspicious:
            report.refused_orphans, orphans = len(seen.unknown), seen.gone
        for start in range(0, len(orphans), _BATCH):
            if report.gives_up(Purgeable.ORPHAN):
                return
            await self._destroy(orphans[start : start + _BATCH], report, actor)

    async def _look(self, keys: Sequence[str], seen: _Seen, report: PurgeReport) -> None:
        before, old = utc_now() - GRACE, list[str]()
        for key in keys:
            made = made_at(_search_id(key))
            if made is None:
                report.strange += 1
            elif made < before:
                old.append(key)
        ids = [_search_id(key) for key in old]
        async with self.records.view() as view:
            kept, known = await view.probes.kept(ids), await view.probes.known(ids)
        seen.stored += len(keys)
        seen.known += len(known)
        for key in old:
            if (search_id := _search_id(key)) not in kept:
                (seen.gone if search_id in known else seen.unknown).append(key)

    async def _destroy(self, keys: Sequence[str], report: PurgeReport, actor: Actor) -> None:
        async with self.records.view() as view:
            kept = await view.probes.kept([_search_id(key) for key in keys])
        keys = [key for key in keys if _search_id(key) not in kept]
        if report.dry_run:
            report.destroyed += map(_orphan, keys)
            return
        gone = list[Destroyed]()
        async with self.records.unit() as unit:
            for key in keys:
                try:
                    await self.store.delete(key)
                except CandidError as error:  # the others must not wait for this one
                    report.fail(Purgeable.ORPHAN, _search_id(key), error)
                else:
                    gone.append(_orphan(key))
            if gone:
                await unit.audit.append(purge_entry(actor, gone))
        report.destroyed += gone


def _orphan(key: str) -> Destroyed:
    return Destroyed(Purgeable.ORPHAN, _search_id(key), sha256_in(key), "no_search")


def _search_id(key: str) -> str:
    return key.partition("/")[0]

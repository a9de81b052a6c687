"""Use case: ask the JMS anew about every photo on record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

import structlog

from app.domain.record import Intent, IntentKind, PhotoRecord, Standing
from app.domain.search import BookingStatus
from app.ports.face_engine import FaceEngine
from app.ports.records import Records, Unit
from app.services.enrichment import Enriched, Enrichment
from app.services.recorded import utc_now
from app.services.sweep_intents import SweepIntents

log = structlog.get_logger(__name__)

_PAGE = 200
"""Few enough that a JMS that is asked for one by one, and slowly, says something of all in time."""

_SECONDS = 60.0
"""For the bookings of one page."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of asking."""

    asked: int = 0
    changed: int = 0  # sealed, unsealed, merged into another person, ...
    unknown: int = 0  # the JMS knows no booking: renumbered or expunged there, to be looked at
    unanswered: int = 0

    def plus(self, other: "Refreshed") -> "Refreshed":
        """Return both together."""
        return Refreshed(
            self.asked + other.asked,
            self.changed + other.changed,
            self.unknown + other.unknown,
            self.unanswered + other.unanswered,
        )


@dataclass(frozen=True, slots=True)
class RefreshStandings:
    """Records that were sealed or merged in the JMS are so here, before anybody searches them.

    Nothing is deleted for what a JMS says once: a sealed photo is hidden, an unknown one counted.
    """

    engine: FaceEngine
    records: Records
    enrichment: Enrichment
    sweep: SweepIntents

    async def __call__(self) -> Refreshed:
        """Go through all photos, page by page; RecordsUnavailableError."""
        refreshed, after = Refreshed(), None
        unites = (await self.engine.describe()).unites_people
        while True:
            async with self.records.view() as view:
                known = await view.photos.page(after, _PAGE)
            if not known:
                break
            refreshed = refreshed.plus(await self._page(known, unites=unites))
            after = known[-1].external_image_id
        log.info(
            "standings_refreshed",
            asked=refreshed.asked,
            changed=refreshed.changed,
            unknown=refreshed.unknown,
            unanswered=refreshed.unanswered,
        )
        return refreshed

    async def of(self, external_image_ids: Sequence[str]) -> frozenset[str]:
        """Ask about these photos; return the ids that got no answer. RecordsUnavailableError."""
        silent = set[str]()
        unites = (await self.engine.describe()).unites_people
        for first in range(0, len(external_image_ids), _PAGE):
            ids = external_image_ids[first : first + _PAGE]
            async with self.records.unit() as unit:
                known = await unit.photos.all_locked(ids)
            enriched = await self.enrichment(_ids(known), _SECONDS)
            await self._learn(known, enriched, unites=unites)
            unanswered = BookingStatus.UNAVAILABLE
            silent |= {one for one in _ids(known) if enriched.status(one) is unanswered}
        return frozenset(silent)

    async def unite(self, external_image_ids: Sequence[str]) -> None:
        """Have the engine search the photos of their persons together, where it can."""
        if external_image_ids and (await self.engine.describe()).unites_people:
            async with self.records.unit() as unit:
                await _unite(unit, external_image_ids)
            self.sweep.soon()

    async def _page(self, known: Sequence[PhotoRecord], *, unites: bool) -> Refreshed:
        enriched = await self.enrichment(_ids(known), _SECONDS)
        news = await self._learn(known, enriched, unites=unites)
        return _counted(_ids(known), enriched, news)

    async def _learn(
        self, known: Sequence[PhotoRecord], enriched: Enriched, *, unites: bool
    ) -> int:
        """Write down what is new; return how many photos it is about."""
        said = enriched.standings()
        news = {
            record.external_image_id: said[record.external_image_id]
            for record in known
            if record.external_image_id in said
            and _differs(record.standing, said[record.external_image_id])
        }
        if news:
            await self._remember(news, unites=unites)
        return len(news)

    async def _remember(self, news: dict[str, Standing], *, unites: bool) -> None:
        async with self.records.unit() as unit:
            await unit.standings.remember(news)
            await _unite(unit, list(news) if unites else [])
        if unites:
            self.sweep.soon()


async def _unite(unit: Unit, external_image_ids: Sequence[str]) -> None:
    for one in external_image_ids:
        await unit.intents.open(Intent(str(uuid4()), IntentKind.UNITE, one, None, (), utc_now()))


def _ids(known: Sequence[PhotoRecord]) -> list[str]:
    return [record.external_image_id for record in known]


def _differs(known: Standing, said: Standing) -> bool:
    if known.as_of is None:
        return True
    return replace(known, as_of=None) != replace(said, as_of=None)


def _counted(ids: Sequence[str], enriched: Enriched, changed: int) -> Refreshed:
    statuses = [enriched.status(one) for one in ids]
    return Refreshed(
        asked=len(ids),
        changed=changed,
        unknown=statuses.count(BookingStatus.NOT_FOUND),
        unanswered=statuses.count(BookingStatus.UNAVAILABLE),
    )

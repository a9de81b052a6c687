"""Matches into candidates: people, each with their booking, within one deadline of the JMS."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.booking import RecordStatus
from app.domain.record import PhotoRecord, Standing
from app.domain.search import Candidate, OtherPhoto
from app.ports.face_engine import Matches
from app.ports.records import Records, Unit
from app.services.enrichment import Enriched, Enrichment
from app.services.grouping import Grouping, Person

KEPT_FRESH = timedelta(minutes=1)
"""What the JMS repeats unchanged is written down again only when it is this much older."""


@dataclass(slots=True)
class Candidates:
    """The people a probe resembles, being looked up."""

    records: Records
    enrichment: Enrichment
    matches: Matches
    wanted: int
    scale: str
    enrich_seconds: float = 0.0
    _people: Sequence[Person] = ()
    _said: dict[str, Enriched] = field(default_factory=dict)
    _grouping: Grouping = field(init=False)

    def __post_init__(self) -> None:
        self._grouping = Grouping(self.records, self.matches.ranked)

    async def are_outdated(self) -> bool:
        """Say whether the gallery changed while it was being ranked; nobody is looked up yet.

        A photo replaced meanwhile has a face that counts no more, and one that was not ranked.
        """
        await self._grouping.people(self.wanted)
        return self._grouping.outdated

    async def look_up(self) -> None:
        """Ask for bookings until everybody who is shown was asked for.

        What the JMS says may withhold a person or show that two are one: then others move up.
        """
        while True:
            self._people = await self._grouping.people(self.wanted)
            shown = [person[0].external_image_id for person in self._people]
            if not (new := [one for one in shown if one not in self._said]):
                return
            began = time.perf_counter()
            enriched = await self.enrichment(new, self.enrichment.deadline - self.enrich_seconds)
            self.enrich_seconds += time.perf_counter() - began
            self._said |= dict.fromkeys(new, enriched)
            self._grouping.learn(enriched.standings())

    def withheld(self) -> int:
        """Count the people left out for their record status."""
        return self._grouping.withheld(self.wanted)

    def news(self) -> dict[str, Standing]:
        """Return the standings worth writing down."""
        fresh: dict[str, Standing] = {}
        for person in self._people:
            known, now = person[0].face.standing, self._grouping.standing(person[0])
            if now.as_of and _is_news(known, now):
                fresh[person[0].external_image_id] = now
        return fresh | self._withdrawn()

    async def listed(self, unit: Unit) -> tuple[Candidate, ...]:
        """Return the candidates, strongest first."""
        standings = [self._grouping.standing(person[0]) for person in self._people]
        person_ids = [standing.person_id for standing in standings if standing.person_id]
        known = await unit.photos.of_people(person_ids) if person_ids else ()
        ranks = enumerate(self._people, start=1)
        return tuple(self._candidate(rank, person, known) for rank, person in ranks)

    def _withdrawn(self) -> dict[str, Standing]:
        said = {k: v for enriched in self._said.values() for k, v in enriched.standings().items()}
        return {k: v for k, v in said.items() if v.status is not RecordStatus.ACTIVE}

    def _candidate(self, rank: int, person: Person, known: Sequence[PhotoRecord]) -> Candidate:
        best = person[0]
        standing = self._grouping.standing(best)
        enriched = self._said[best.external_image_id]
        return Candidate(
            rank=rank,
            external_image_id=best.external_image_id,
            face_id=best.match.face_id,
            similarity=best.match.similarity,
            raw_score=best.match.raw_score,
            score_scale=self.scale,
            other_photos=self._other_photos(best.external_image_id, standing, known),
            taken_at=standing.taken_at,
            booking_status=enriched.status(best.external_image_id),
            status_as_of=standing.as_of,
            booking=enriched.found.get(best.external_image_id),
        )

    def _other_photos(
        self, best: str, standing: Standing, known: Sequence[PhotoRecord]
    ) -> tuple[OtherPhoto, ...]:
        similarities = self._grouping.similarities()
        others = [
            OtherPhoto(
                photo.external_image_id,
                similarities.get(photo.external_image_id),
                photo.standing.taken_at,
            )
            for photo in known
            if photo.standing.person_id == standing.person_id
            and photo.external_image_id != best
            and photo.standing.status is RecordStatus.ACTIVE
        ]
        return tuple(sorted(others, key=lambda other: -(other.similarity or 0.0)))


def _is_news(known: Standing, now: Standing) -> bool:
    if known.as_of is None or now.as_of is None:
        return now.as_of is not None
    changed = (known.person_id, known.status) != (now.person_id, now.status)
    return changed or now.as_of - known.as_of > KEPT_FRESH


def returned(candidates: Sequence[Candidate]) -> Mapping[str, object]:
    """Return what the audit keeps of an answer: ids, scores and what the JMS said."""
    keys = ("external_image_id", "face_id", "similarity", "raw_score", "booking_status")
    return {"candidates": [{key: getattr(one, key) for key in keys} for one in candidates]}

"""Matches into candidates: people, each with their booking, within one deadline of the JMS."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.domain.booking import RecordStatus
from app.domain.record import Standing
from app.domain.search import BookingStatus, Candidate, OtherPhoto
from app.ports.face_engine import Matches
from app.ports.records import Records, Unit
from app.services.booking_numbers import without_hidden_numbers
from app.services.calibration.calibrated import Calibrated
from app.services.enrichment import Enriched, Enrichment
from app.services.grouping import Grouping, Person

KEPT_FRESH = timedelta(minutes=1)
"""What the JMS repeats unchanged is written down again only when it is this much older."""

OTHERS = 10
"""Other photos of one person that are listed, and so asked about."""


@dataclass(slots=True)
class Candidates:
    """The people a probe resembles, being looked up."""

    records: Records
    enrichment: Enrichment
    matches: Matches
    wanted: int
    scale: str
    calibrated: Calibrated = field(default_factory=Calibrated)
    confirmed_only: bool = False  # leaves out whom the JMS does not confirm now; nobody moves up
    enrich_seconds: float = 0.0
    _people: Sequence[Person] = ()
    _said: dict[str, Enriched] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)  # persons whose other photos are known
    _grouping: Grouping = field(init=False)
    _left_out: int = 0

    def __post_init__(self) -> None:
        self._grouping = Grouping(self.records, self.matches.ranked)

    async def are_outdated(self) -> bool:
        """Say whether the gallery changed while it was being ranked; nobody is looked up yet.

        A photo replaced meanwhile has a face that counts no more, and one that was not ranked.
        """
        await self._grouping.people(self.wanted)
        return self._grouping.outdated

    async def look_up(self) -> None:
        """Ask for bookings until every photo that is shown was asked about, others included.

        What the JMS says may withhold a person or show that two are one: then others move up.
        """
        while True:
            self._people = await self._grouping.people(self.wanted)
            await self._read_other_photos()
            if not (new := [one for one in self._shown() if one not in self._said]):
                return
            began = time.perf_counter()
            enriched = await self.enrichment(new, self.enrichment.deadline - self.enrich_seconds)
            self.enrich_seconds += time.perf_counter() - began
            self._said |= dict.fromkeys(new, enriched)
            self._grouping.learn(enriched.standings())

    async def listed(self, unit: Unit) -> tuple[Candidate, ...]:
        """Write down what was learnt and return the candidates, strongest first.

        What another call wrote down meanwhile counts too: nobody is shown who is sealed on record,
        nor the number of a stay that is.
        """
        await unit.standings.remember(self._news())
        stored = await unit.standings.of(self._shown())
        self._grouping.learn(stored)
        self._grouping.obey(stored)
        people = [
            person
            for person in self._people
            if person[0].external_image_id in stored
            and self._grouping.may_be_shown(person[0])
            and self._is_confirmed(person[0].external_image_id)
        ]
        ranks = enumerate(people, start=1)
        found = [self._candidate(rank, person, stored) for rank, person in ranks]
        shown = tuple(one for one in found if self.calibrated.shows(one))
        self._left_out = len(found) - len(shown)
        [told] = await without_hidden_numbers(unit, [shown])
        return told

    def warnings(self) -> tuple[str, ...]:
        """Say what the mode of the search did to what is listed, and how old what it tells is."""
        return self.calibrated.warnings(self._left_out, self.matches.gallery_faces)

    def withheld(self) -> int:
        """Count the people left out for their record status, or because nobody confirms it."""
        best = [person[0] for person in self._people]
        unconfirmed = sum(
            self._grouping.may_be_shown(one) and not self._is_confirmed(one.external_image_id)
            for one in best
        )
        return self._grouping.withheld(self.wanted) + unconfirmed

    def _is_confirmed(self, external_image_id: str) -> bool:
        if not self.confirmed_only:
            return True
        said = self._said.get(external_image_id)
        return said is not None and said.status(external_image_id) is BookingStatus.FOUND

    async def _read_other_photos(self) -> None:
        persons = {self._grouping.standing(person[0]).person_id for person in self._people}
        unread = sorted({one for one in persons if one} - self._read)
        if not unread:
            return
        async with self.records.view() as view:
            photos = await view.photos.of_people(unread)
        self._read |= set(unread)
        self._grouping.know({photo.external_image_id: photo.standing for photo in photos})

    def _shown(self) -> list[str]:
        best = [person[0].external_image_id for person in self._people]
        return best + [other for person in self._people for other in self._others(person)]

    def _others(self, person: Person) -> list[str]:
        """Return the ids of a person's other photos, most alike first, as far as is known now."""
        best = person[0]
        person_id = self._grouping.standing(best).person_id
        same = (
            one
            for one, standing in self._grouping.standings.items()
            if standing.person_id == person_id and standing.status is RecordStatus.ACTIVE
        )
        others = set(same if person_id else ()) - {best.external_image_id}
        scores = self._grouping.raw_scores()
        return sorted(others, key=lambda one: (-scores.get(one, -2.0), one))[:OTHERS]

    def _news(self) -> dict[str, Standing]:
        """Return the standings worth writing down."""
        before = self._grouping.known
        said = (enriched.standings() for enriched in self._said.values())
        learnt = {one: standing for standings in said for one, standing in standings.items()}
        return {one: now for one, now in learnt.items() if _is_news(before.get(one), now)}

    def _candidate(self, rank: int, person: Person, stored: Iterable[str]) -> Candidate:
        best = person[0]
        standing = self._grouping.standing(best)
        enriched = self._said[best.external_image_id]
        others = [one for one in self._others(person) if one in stored and self._is_confirmed(one)]
        return Candidate(
            rank=rank,
            external_image_id=best.external_image_id,
            face_id=best.match.face_id,
            similarity=best.match.similarity,
            raw_score=best.match.raw_score,
            score_scale=self.scale,
            other_photos=tuple(self._other_photo(one) for one in others),
            taken_at=standing.taken_at,
            booking_status=enriched.status(best.external_image_id),
            status_as_of=standing.as_of,
            booking=enriched.found.get(best.external_image_id),
            expected_false_positives=self.calibrated.expected(
                best.match.raw_score, self.matches.gallery_faces
            ),
        )

    def _other_photo(self, external_image_id: str) -> OtherPhoto:
        similarity = self._grouping.similarities().get(external_image_id)
        taken_at = self._grouping.standings[external_image_id].taken_at
        return OtherPhoto(external_image_id, similarity, taken_at)


def _is_news(known: Standing | None, now: Standing) -> bool:
    if known is None or known.as_of is None or now.as_of is None:
        return now.as_of is not None
    return _told(known) != _told(now) or now.as_of - known.as_of > KEPT_FRESH


def _told(one: Standing) -> Standing:
    return replace(one, as_of=None, taken_at=None)


def returned(candidates: Sequence[Candidate]) -> Mapping[str, object]:
    """Return what the audit keeps of an answer: ids, scores and what the JMS said."""
    keys = ("external_image_id", "face_id", "similarity", "raw_score", "booking_status")
    return {"candidates": [{key: getattr(one, key) for key in keys} for one in candidates]}

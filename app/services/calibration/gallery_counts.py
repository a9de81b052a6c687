"""Counting the other people whom drawn people resemble, all of them and group by group."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.compared_groups import RACE, SEX, ComparedGroups
from app.domain.curve import LEAST_OF_GROUP, Curve
from app.ports.look_alikes import LookAlikeCounts, ProbeFace
from app.services.calibration.enrolled_people import Drawn, EnrolledPeople
from app.services.calibration.one_person import place_of_one_person

Step = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""

Members = Mapping[str, Mapping[str, Sequence[int]]]
"""The places of the drawn, by kind of group and by group."""

_COMPARED: Final = (RACE, SEX)


@dataclass(frozen=True, slots=True)
class GalleryCounts:
    """What a calibration keeps of a gallery."""

    raw_scores: tuple[float, ...]
    curves: tuple[Curve, ...]
    too_few: tuple[str, ...]
    compared: tuple[ComparedGroups, ...]
    doubtful_from: float
    several: int


def drawn_of(people: EnrolledPeople, most: int, seed: int) -> Sequence[Drawn]:
    """Draw people by the seed, and a photo of each."""
    chance = random.Random(seed)  # noqa: S311 - a sample that can be drawn again, no secret
    persons = list(people.of)
    places = sorted(chance.sample(range(len(persons)), min(most, len(persons))))
    return [Drawn(persons[at], chance.choice(people.of[persons[at]])) for at in places]


async def counts_of(
    people: EnrolledPeople,
    drawn: Sequence[Drawn],
    groups: Mapping[str, Mapping[str, str]],  # by photo, by kind
    step: Step,
) -> GalleryCounts:
    """Hold each against everybody else, and those of a group against one another."""
    counts = await _among(people, list(people.of), drawn, "Comparing people", step)
    members = _members([groups.get(one.face.external_image_id, {}) for one in drawn])
    share = len(drawn) / len(people.of)
    curves = [Curve.counted(None, counts.seen, len(people.of), share)]
    for group, places in _every(members):
        if len(places) >= LEAST_OF_GROUP:
            seen = [counts.seen[place] for place in places]
            curves.append(Curve.counted(group, seen, len(people.of), share))
    one_person = await place_of_one_person(people, drawn, counts.raw_scores)
    comparing = _Comparing(people, drawn, counts.raw_scores, one_person.place, step)
    compared = [await comparing.of(kind, members[kind]) for kind in _COMPARED if kind in members]
    every = ((group, len(places)) for group, places in _every(members))
    too_few = tuple(group for group, many in every if many < LEAST_OF_GROUP)
    return GalleryCounts(
        counts.raw_scores,
        tuple(curves),
        too_few,
        tuple(compared),
        counts.raw_scores[one_person.place],
        one_person.several,
    )


@dataclass(frozen=True, slots=True)
class _Comparing:
    """Holds the drawn of each group against one another: the groups of all others are not known."""

    people: EnrolledPeople
    drawn: Sequence[Drawn]
    raw_scores: Sequence[float]
    doubtful_from: int  # the place of the raw score that two photos of one person reach
    step: Step

    async def of(self, kind: str, groups: Mapping[str, Sequence[int]]) -> ComparedGroups:
        """Compare the groups of a kind, by the places of their people among the drawn."""
        curves = [
            await self._curve(kind, group, [self.drawn[place] for place in places])
            for group, places in groups.items()
            if len(places) >= LEAST_OF_GROUP
        ]
        too_few = tuple(one for one, places in groups.items() if len(places) < LEAST_OF_GROUP)
        unlabelled = len(self.drawn) - sum(map(len, groups.values()))
        return ComparedGroups(kind, tuple(curves), too_few, unlabelled)

    async def _curve(self, kind: str, group: str, own: Sequence[Drawn]) -> Curve:
        persons = [one.person_id for one in own]
        doing = f"Comparing people, {kind}"
        counts = await _among(self.people, persons, own, doing, self.step, self.raw_scores)
        return Curve.within(group, counts.seen, self.doubtful_from)


async def _among(
    people: EnrolledPeople,
    persons: Sequence[str],
    drawn: Sequence[Drawn],
    doing: str,
    step: Step,
    at: Sequence[float] | None = None,
) -> LookAlikeCounts:
    place_of = {person: place for place, person in enumerate(persons)}
    return await people.faces.count(
        [[face.face_id for face in people.of[person]] for person in persons],
        [ProbeFace(place_of[one.person_id], one.face.face_id) for one in drawn],
        lambda done: step(doing, done, len(drawn)),
        at,
    )


def _members(groups: Sequence[Mapping[str, str]]) -> Members:
    members = dict[str, dict[str, list[int]]]()
    for place, by_kind in enumerate(groups):
        for kind, group in by_kind.items():
            members.setdefault(kind, {}).setdefault(group, []).append(place)
    return {kind: dict(sorted(named.items())) for kind, named in members.items()}


def _every(members: Members) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield all groups by name."""
    yield from sorted(one for named in members.values() for one in named.items())

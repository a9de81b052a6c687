"""How alike two photos of one person are here: two numbers that are as alike may be one person."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.curve import LEAST_OF_GROUP
from app.ports.look_alikes import ProbeFace
from app.services.calibration.enrolled_people import Drawn, EnrolledPeople

_NEARLY_ALL: Final = 0.95
"""Of those who have several photos."""
_MOST: Final = 1000
"""People; more tell no more."""


_EQUAL: Final = 0.9998
"""A cosine that only the same picture reaches with itself, as a mugshot of two bookings does."""


@dataclass(frozen=True, slots=True)
class OfOnePerson:
    """The place of the raw score that nearly all reach with their own other photos."""

    place: int  # 0, which everybody reaches: not known
    several: int  # people by whom it was looked for


async def place_of_one_person(
    people: EnrolledPeople, drawn: Sequence[Drawn], raw_scores: Sequence[float]
) -> OfOnePerson:
    """Return the place of the highest raw score that nearly all reach with their own other photos.

    By the least alike of a person's. The same picture again says nothing, and whoever has no other
    is left out. The place is 0 where fewer than LEAST_OF_GROUP of the drawn have another photo.
    """
    reached, several = [0] * len(raw_scores), 0
    chance = random.Random(len(drawn))  # noqa: S311 - the same order each time, no secret
    for one in chance.sample(drawn, len(drawn)):  # else those whose ids come first: booked longest
        others = [face.face_id for face in people.of[one.person_id] if face != one.face]
        if several == _MOST:
            break
        if not others:
            continue
        alone = [[one.face.face_id], *([other] for other in others)]
        probe = ProbeFace(0, one.face.face_id)
        wanted = (*raw_scores, _EQUAL)
        [(*seen, equal)] = (await people.faces.count(alone, [probe], lambda _: None, wanted)).seen
        if equal == len(others):
            continue
        several += 1
        for place, many in enumerate(seen):
            reached[place] += many >= len(others)
    if several < LEAST_OF_GROUP:
        return OfOnePerson(0, several)
    nearly_all = _NEARLY_ALL * several
    place = max(at for at, many in enumerate(reached) if many >= nearly_all)
    return OfOnePerson(place, several)

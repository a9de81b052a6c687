"""Who of LFW is in the cohort, who parameters were chosen on, and who is left to be measured.

A person's part depends on their name and their role alone, so that it never changes.
"""

import hashlib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from app.domain.evaluation import Role
from bench.face_sets import Photo

COHORT_SHA256: Final = "235ecbfa6dad27d2db8f7c2b4f8c841f4dcb9e104a28dc6182bb76b1532f247f"
"""Of the cohort's people: their names sorted, one a line, as `frozen` counts it."""


class Part(StrEnum):
    """What a person's photos are used for: for one thing alone."""

    COHORT = "cohort"
    DEVELOPMENT = "development"
    TEST = "test"


def part_of(photo: Photo) -> Part:
    """Return a photo's part.

    Half of those who are enrolled and never searched for are the cohort, a fifth of them and three
    tenths of everybody else are for development.
    """
    tenth = int(hashlib.sha256(photo.person.encode()).hexdigest(), 16) % 10
    if photo.role != Role.GALLERY_DISTRACTOR:
        return Part.DEVELOPMENT if tenth < 3 else Part.TEST
    if tenth < 5:
        return Part.COHORT
    return Part.DEVELOPMENT if tenth < 7 else Part.TEST


def frozen(people: Iterable[str]) -> str:
    """Return the hash by which a cohort is known."""
    return hashlib.sha256("\n".join(sorted(people)).encode()).hexdigest()


def checked(photos: Sequence[Photo]) -> None:
    """Raise ValueError where the cohort is not the frozen one, or a part holds another's person."""
    people = {part: {one.person for one in photos if part_of(one) is part} for part in Part}
    if frozen(people[Part.COHORT]) != COHORT_SHA256:
        raise ValueError("The cohort is another than the one that was frozen.")
    if len(set().union(*people.values())) != sum(map(len, people.values())):
        raise ValueError("A person is in two parts.")

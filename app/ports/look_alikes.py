"""The port that counts how many other people of a gallery look how much like one of them.

It tells numbers, never who: a calibration needs no more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

People = Sequence[Sequence[str]]
"""The face ids of each person; nobody is there twice."""


@dataclass(frozen=True, slots=True)
class ProbeFace:
    """One face of a person, by the person's place among the people."""

    person: int
    face_id: str


@dataclass(frozen=True, slots=True)
class LookAlikeCounts:
    """How many other people each probe sees at or above each raw score.

    Raw scores rise, from one that everybody reaches to one that nobody does.
    """

    raw_scores: tuple[float, ...]
    seen: Sequence[Sequence[int]]  # by probe, by raw score


class HeldFaces(Protocol):
    """Faces as they were at one moment; whatever becomes of them since, they are compared."""

    held: frozenset[str]  # those of the faces asked for that there were

    async def count(
        self,
        people: People,
        probes: Sequence[ProbeFace],
        done: Callable[[int], None],
        at: Sequence[float] | None = None,
    ) -> LookAlikeCounts:
        """Hold each probe against every person but its own; `done` hears of probes done so far.

        At raw scores that an earlier count chose, or else at those that suit. Every face must be
        held.
        """
        ...


class LookAlikes(Protocol):
    """Compares enrolled people with one another, by the best of their faces."""

    model: str  # whose scores they are

    async def taken(self, face_ids: Sequence[str]) -> HeldFaces:
        """Take the faces as they are now, those that are there."""
        ...

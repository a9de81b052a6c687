"""The figures computed again, in plain Python, from what `--scores` exports.

Written to be obvious rather than quick, and with nothing of the measurement's own code.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Probe:
    role: str
    person: str
    image: str
    scores: list[float | None]  # by place

    @property
    def is_mated(self) -> bool:
        return self.role == "probe_mated"

    @property
    def was_searched(self) -> bool:
        return any(score is not None for score in self.scores)


@dataclass(frozen=True)
class Exported:
    images: list[str]
    persons: list[str]
    enrolled: list[bool]
    probes: list[Probe]

    @property
    def mated(self) -> list[Probe]:
        return [probe for probe in self.probes if probe.is_mated]

    @property
    def nonmated(self) -> list[Probe]:
        return [probe for probe in self.probes if not probe.is_mated]

    def missed(self, rank: int) -> int:
        """Count the mated searches whose person is not among the first `rank` people."""
        return sum(self.rank(probe) > rank for probe in self.mated)

    def rank(self, probe: Probe) -> float:
        best = dict[str, float]()
        for person, score in zip(self.persons, probe.scores, strict=True):
            if score is not None:
                best[person] = max(score, best.get(person, score))
        if probe.person not in best:
            return float("inf")
        return sum(score >= best[probe.person] for score in best.values())

    def mate_score(self, probe: Probe) -> float:
        pairs = zip(self.persons, probe.scores, strict=True)
        own = [score for person, score in pairs if score is not None and person == probe.person]
        return max(own, default=float("-inf"))

    def other_scores(self, probe: Probe) -> list[float]:
        pairs = zip(self.persons, probe.scores, strict=True)
        return [score for person, score in pairs if score is not None and person != probe.person]

    def false_positives(self, threshold: float) -> int:
        return len(self.returning_others(threshold))

    def returning_others(self, threshold: float) -> list[Probe]:
        return [p for p in self.nonmated if max(self.other_scores(p), default=-2) >= threshold]

    def missed_below(self, threshold: float) -> int:
        return sum(self.mate_score(probe) < threshold for probe in self.mated)

    def comparisons(self, probes: Iterable[Probe], places: Sequence[bool]) -> list[float]:
        """Return every score of different people, of some probes with some places."""
        return [
            score
            for probe in probes
            for person, score, wanted in zip(self.persons, probe.scores, places, strict=True)
            if wanted and score is not None and person != probe.person
        ]


def exported(path: Path) -> Exported:
    with path.open(newline="", encoding="utf-8") as file:
        images, persons, enrolled, *rows = list(csv.reader(file))
    assert images[:3] == ["role", "person", "image"]
    return Exported(
        images[3:],
        persons[3:],
        [cell == "1" for cell in enrolled[3:]],
        [
            Probe(role, person, image, [float(cell) if cell else None for cell in cells])
            for role, person, image, *cells in rows
        ],
    )

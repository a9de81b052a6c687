"""Made-up searches: people with photos, and the scores that an engine might tell."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from adapters.measurement import NumpyMeasurement
from app.domain.evaluation import PlacedPhoto, Role
from app.ports.measurement import Figures, Searches
from app.ports.scratch_engine import RawScores

SCORES = RawScores("cosine", -1.0, 1.0, None)
NONE = float("nan")


@dataclass(frozen=True)
class World:
    gallery: Sequence[PlacedPhoto]
    probes: Sequence[PlacedPhoto]
    rows: Sequence[Sequence[float] | None]  # None: could not be searched
    enrolled: Sequence[bool]

    def figures(self, samples: int = 50, order: Sequence[int] | None = None) -> Figures:
        searches = Searches(
            self.gallery, self.enrolled, self.probes, SCORES, lambda raw: 50 * (raw + 1)
        )
        tally = NumpyMeasurement(samples).tally(searches)
        for at in order or range(len(self.probes)):
            row = self.rows[at]
            if row is not None:
                tally.add(at, array("f", row))
        return tally.figures()


def photo(
    person: str, number: int, role: Role, groups: Mapping[str, str] | None = None
) -> PlacedPhoto:
    return PlacedPhoto(person, f"{person}/{number}.jpg", role, groups or {})


def world(
    seed: int, *, people: int = 40, away: int = 30, groups: bool = False, failing: float = 0.1
) -> World:
    """Make a world of `people` enrolled, each with one to three mated probes, and others away."""
    random = np.random.default_rng(seed)

    def group(person: int) -> Mapping[str, str]:
        return {"sex": "FM"[person % 2]} if groups else {}

    gallery = [photo(f"p{one:03}", 0, Role.GALLERY_MATED, group(one)) for one in range(people)]
    gallery += [photo("p000", 9, Role.GALLERY_MATED, group(0))]
    probes = [
        photo(f"p{one:03}", 1 + number, Role.PROBE_MATED, group(one))
        for one in range(people)
        for number in range(random.integers(1, 4))
    ]
    probes += [photo(f"q{one:03}", 1, Role.PROBE_NONMATED, group(one)) for one in range(away)]
    enrolled = [bool(one) for one in random.random(len(gallery)) > failing]
    rows = list[Sequence[float] | None]()
    for probe in probes:
        scores = random.normal(0.2, 0.15, len(gallery))
        own = np.array([one.person == probe.person for one in gallery])
        scores[own] += 0.35
        scores[~np.array(enrolled)] = np.nan
        row = np.clip(np.round(scores, 2), -1, 1)  # rounded, so that some are equal
        rows.append(None if random.random() < failing else [float(one) for one in row])
    return World(gallery, probes, rows, enrolled)

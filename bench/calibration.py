"""Observed against expected others, on people not used for fitting: `python -m bench.calibration`.

A gallery of half of LFW's people is calibrated as `candid calibrate --gallery` does it. The other
half, who are not enrolled, are searched in it, and so is the London set: portraits of another kind,
by group. Where more or fewer are observed than expected, beyond what chance explains, the line says
so.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import hypot

import numpy as np
from typing_extensions import override

from adapters.face_engine.local.look_alikes import Crowd, counts_of
from app.domain.counted import interval
from app.domain.curve import Curve
from app.domain.selectivity import GalleryCalibration
from bench.face_sets import SETS, Encoded, Vectors, by_role, encoded, photos, portraits
from bench.results import Results, results

LEVELS = (100.0, 10.0, 1.0, 0.1, 0.01)
"""Other people expected by one search: three decades, and where the data end."""
_LEAST = 8  # of a group; its interval says how little so few tell
SEED = 1
_ONE_A_PERSON = "gallery_mated", "gallery_distractor", "probe_nonmated"


@dataclass(frozen=True, slots=True)
class Counted:
    """A count and its 95 % interval."""

    value: float
    low: float
    high: float

    @override
    def __str__(self) -> str:
        return f"{self.value:.1f}".removesuffix(".0") + f" ({self.low:.1f} to {self.high:.1f})"


def main() -> None:
    """Print the table."""
    with results("calibration") as kept:
        if not all((SETS / name).is_dir() for name in ("lfw", "london")):
            print("The face sets are not beside the checkout.")
            return
        _measure(kept)


def _measure(kept: Results) -> None:
    every = encoded(photos("lfw"))
    people = [one for one in by_role(every, *_ONE_A_PERSON) if one.vector is not None]
    random.Random(SEED).shuffle(people)  # noqa: S311 - a sample, no secret
    half = len(people) // 2
    enrolled, strangers = _stacked(people[:half]), _stacked(people[half:])
    measured = calibrated(enrolled)
    kept.data = f"LFW: {half} people enrolled and calibrated on, seed {SEED}"
    print(kept.data)
    print("probes                      others  raw score  expected (95 %)              observed")
    _show(kept, "LFW, other half", measured, enrolled, strangers)
    londoners = [
        one
        for one in encoded(portraits())
        if one.role == "gallery_mated" and one.vector is not None
    ]
    for group, members in _groups(londoners):
        _show(kept, f"London, {group}", measured, enrolled, _stacked(members))


def calibrated(vectors: Vectors) -> GalleryCalibration:
    """Return what `candid calibrate --gallery` would keep of a gallery of one photo a person."""
    many = len(vectors)
    counts = counts_of(Crowd(vectors, np.arange(many)).histograms(range(many), range(many)))
    return GalleryCalibration(
        calibration_id="bench",
        made_at=datetime.now(UTC),
        model="bench",
        seed=SEED,
        people=many,
        faces=many,
        nameless=0,
        raw_scores=counts.raw_scores,
        curves=(Curve.counted(None, counts.seen, many, 1.0),),
    )


def _show(
    kept: Results, name: str, measured: GalleryCalibration, enrolled: Vectors, probes: Vectors
) -> None:
    scores, many = probes @ enrolled.T, len(probes)
    for level in LEVELS:
        raw_score = _score_of(measured, level)
        said = measured.expected(raw_score, len(enrolled))
        counts = (scores >= raw_score).sum(axis=1)
        seen = Counted(float(counts.sum()), *_interval(counts))
        most = many * said.high
        expected = (
            None
            if said.expected is None
            else Counted(many * said.expected, many * said.low, many * said.high)
        )
        told = f"fewer than {most:.1f}" if expected is None else str(expected)
        flag = parting(seen, expected, most)
        kept.keep(
            "expected_and_observed",
            searched=name,
            searches=many,
            others=level,
            raw_score=raw_score,
            expected=told,
            observed=str(seen),
            parts=flag.lower(),
        )
        line = f"{f'{name} ({many})':26}  {level:6g}  {raw_score:9.4f}  {told:27}  {seen}  {flag}"
        print(line.rstrip())


def parting(seen: Counted, expected: Counted | None, most: float) -> str:
    """Say whether more or fewer were seen than expected, at 5 %; nothing where neither is so.

    The difference is held against both uncertainties together: the halves of the two intervals
    that face each other, added in squares (G. Y. Zou and A. Donner, "Construction of confidence
    limits about effect measures", Statistics in Medicine 27 (2008) 1693-1702). Where nothing but a
    bound is expected, the whole interval of what was seen must lie beyond it.
    """
    if expected is None:
        return "MORE" if seen.low > most else ""
    more = seen.value - expected.value
    if more > hypot(seen.value - seen.low, expected.high - expected.value):
        return "MORE"
    if -more > hypot(seen.high - seen.value, expected.value - expected.low):
        return "FEWER"
    return ""


def _score_of(measured: GalleryCalibration, level: float) -> float:
    """Return the first score at which no more than so many others are expected."""
    for raw_score in np.arange(0.5, 1, 0.0002):
        expected = measured.expected(float(raw_score), measured.faces).expected
        if expected is None or expected <= level:
            return float(raw_score)
    raise ValueError(f"nowhere {level} others are expected")


def _interval(seen: np.ndarray) -> tuple[float, float]:
    many, total = len(seen), int(seen.sum())
    return interval(total, many / (many - 1) * float(((seen - seen.mean()) ** 2).sum()) or 1.0, 1)


def _groups(people: Sequence[Encoded]) -> Iterator[tuple[str, Sequence[Encoded]]]:
    with (SETS / "london" / "london_info.csv").open(newline="") as opened:
        said = {row["face_id"]: row for row in csv.DictReader(opened)}
    yield "all", people
    for column in ("face_gender", "face_eth"):
        for value in sorted({row[column] for row in said.values()}):
            members = [one for one in people if said[one.person][column] == value]
            if len(members) >= _LEAST:
                yield value, members


def _stacked(people: Sequence[Encoded]) -> Vectors:
    return np.stack([one.vector for one in people if one.vector is not None])


if __name__ == "__main__":
    main()

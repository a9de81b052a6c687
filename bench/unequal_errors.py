"""Whether anything makes errors more equal: `python -m bench.unequal_errors`, one run for all.

Parameters are chosen on LFW's development part, by a rule; methods are then held against the
product on the rest of LFW and on the London portraits, whose people's sex, race and age are known.
`python -m bench.unequal_page --take bench-results` makes docs/unequal-errors.md of it.
"""

import csv
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from adapters.measurement.arrays import Floats
from bench.face_sets import SETS, photos, portraits
from bench.results import Cell, Results, results
from bench.unequal.figures import Difference, Draws, Searched
from bench.unequal.judged import (
    FALSE_POSITIVES,
    Group,
    Outcome,
    groups_of,
    lowered,
    outcome,
    verdict,
)
from bench.unequal.seen import CROPS, Seen, seen
from bench.unequal.split import COHORT_SHA256, Part, checked, part_of
from bench.unequal.trials import (
    CROPS_USED,
    NEAREST,
    OF_ONE,
    OF_TWO,
    PLAIN,
    Method,
    Trial,
    adaptive_s_norm,
    cosines,
    everybody_twice,
    searches,
    searches_of_two,
)

_NEAREST_TRIED: Final = 25, 50, 100, 200, 400
_CROPS_TRIED: Final = (0,), (0, 1), (0, 2), (0, 1, 2)


def main() -> None:
    """Measure everything, where the sets are."""
    if not SETS.is_dir():
        print("The face sets are not beside the checkout: nothing was measured.")
        return
    with results("unequal_errors") as kept:
        _measure(kept)


def _measure(kept: Results) -> None:
    listed = photos("lfw")
    checked(listed)
    press, model = seen("lfw", listed)
    faces, _ = seen("london", portraits())
    parts = {part: _part(press, part) for part in Part}
    for part, some in parts.items():
        people = len({photo.person for photo in some.photos})
        kept.keep("parts", part=f"LFW, {part.value}", people=people, photos=len(some.photos))
    people = len({photo.person for photo in faces.photos})
    kept.keep("parts", part="London, test", people=people, photos=len(faces.photos))
    kept.data = f"LFW and London; model {model}; cohort {COHORT_SHA256}"
    cohort, test = parts[Part.COHORT], parts[Part.TEST]
    for row in _developed(searches(parts[Part.DEVELOPMENT], cohort)):
        kept.keep("development", **row)
    groups = groups_of(sorted({photo.person for photo in faces.photos}), _told())
    one = searches(test, cohort), searches(faces, cohort)
    two = searches_of_two(test, cohort), everybody_twice(faces, cohort)
    for (name, plain), methods, trials in zip(
        PLAIN.items(), (OF_ONE, OF_TWO), (one, two), strict=True
    ):
        _compare(kept, {name: plain, **methods}, trials, groups)


def _part(press: Seen, part: Part) -> Seen:
    return press.at([at for at, photo in enumerate(press.photos) if part_of(photo) is part])


def _told() -> Mapping[str, Mapping[str, str]]:
    """Return sex, race and age of London's people, as far as the set tells them."""
    columns = {"sex": "face_gender", "race": "face_eth", "age": "face_age"}
    with (SETS / "london" / "london_info.csv").open(newline="") as opened:
        return {
            row["face_id"]: {
                ours: row[theirs] for ours, theirs in columns.items() if row[theirs] != "NA"
            }
            for row in csv.DictReader(opened)
        }


def _developed(trial: Trial) -> Iterator[dict[str, Cell]]:
    """Try each value of the parameters where nothing is measured later."""
    draws = Draws(trial.people, samples=0)
    for crops in _CROPS_TRIED:
        missed = Searched(draws, cosines(trial, crops)).missed_at_fpir(FALSE_POSITIVES)
        told = ", ".join(f"{CROPS[at]:g}" for at in crops)
        yield {"parameter": "crops", "value": told, "fnir": missed[0], "used": crops == CROPS_USED}
    for nearest in _NEAREST_TRIED:
        missed = Searched(draws, adaptive_s_norm(trial, nearest)).missed_at_fpir(FALSE_POSITIVES)
        used = nearest == NEAREST
        yield {"parameter": "nearest", "value": str(nearest), "fnir": missed[0], "used": used}


def _compare(
    kept: Results, methods: Mapping[str, Method], trials: tuple[Trial, Trial], groups: list[Group]
) -> None:
    """Keep every figure of some methods beside the first one's, which is the product."""
    plain: Outcome | None = None
    for name, method in methods.items():
        found = outcome(method, *trials, groups)
        plain = plain or found
        said = "the product" if found is plain else verdict(found, plain)
        of_worst = {"worst": float(found.worst[0]), **_beside(found.worst, plain.worst)}
        lower = lowered(found, plain)
        kept.keep("verdicts", method=name, verdict=said, lower=lower, **of_worst)
        _keep_figures(kept, name, found, plain)
        print(f"{name}: {said}", flush=True)


def _keep_figures(kept: Results, name: str, found: Outcome, plain: Outcome) -> None:
    for figure, usual in zip(found.searches, plain.searches, strict=True):
        counted = {"failed": figure.failed, "trials": figure.trials}
        told = _beside(figure.values, usual.values)
        kept.keep("searches", method=name, figure=figure.name, **counted, **told)
    for one, usual_one in zip(found.groups, plain.groups, strict=True):
        where = {"at": one.at, "column": one.group.column, "group": one.group.value}
        counted = {"failed": one.figure.failed, "trials": one.figure.trials}
        told = _beside(one.figure.values, usual_one.figure.values)
        people = one.group.people
        kept.keep("groups", method=name, kind=one.kind, **where, people=people, **counted, **told)
    for ratio, usual_ratio in zip(found.ratios, plain.ratios, strict=True):
        cells = {"worst": ratio.worst, "best": ratio.best}
        times = _times("", ratio.values)
        if found is not plain and np.isfinite(usual_ratio.values[0]):
            with np.errstate(invalid="ignore", divide="ignore"):
                times |= _times("by_product_", ratio.values / usual_ratio.values)
        kept.keep("ratios", method=name, at=ratio.at, column=ratio.column, **cells, **times)


def _times(name: str, values: Floats) -> dict[str, Cell]:
    """Tell a ratio and its interval; None for what is infinite, or undefined too often to say."""
    drawn = values[1:][~np.isnan(values[1:])]
    ends = np.full(2, np.nan)
    if len(drawn) >= 0.975 * (len(values) - 1):
        ends = np.percentile(drawn, (2.5, 97.5), method="nearest")
    told = {"times": values[0], "low": ends[0], "high": ends[1]}
    return {f"{name}{key}": float(one) if np.isfinite(one) else None for key, one in told.items()}


def _beside(values: Floats, plain: Floats) -> dict[str, Cell]:
    if values is plain:
        return {"difference": None, "low": None, "high": None}
    difference = Difference.between(values, plain)
    return {"difference": difference.value, "low": difference.low, "high": difference.high}


if __name__ == "__main__":
    main()

"""Who is enrolled and who is searched for in the trials, and the rule that a method is held to."""

from pathlib import Path

import numpy as np
import pytest

from bench.face_sets import Photo
from bench.unequal.figures import Difference
from bench.unequal.judged import AT_MISSES, Figure, Group, GroupFigure, Outcome, lowered, verdict
from bench.unequal.seen import CROPS, Seen
from bench.unequal.trials import OF_ONE, OF_TWO, PLAIN, everybody_twice, searches, searches_of_two


def _seen(*photos: tuple[str, str], seed: int = 1) -> Seen:
    random = np.random.default_rng(seed)
    embeddings = random.normal(size=(len(photos), len(CROPS), 2, 8)).astype(np.float32)
    listed = [Photo(person, Path(f"{at}.jpg"), role) for at, (person, role) in enumerate(photos)]
    return Seen(listed, embeddings, np.arange(1, len(photos) + 1, dtype=np.float32))


COHORT = _seen(*[(f"other {at}", "gallery_distractor") for at in range(60)], seed=2)
PHOTOS = _seen(
    ("a", "gallery_mated"),
    ("a", "probe_mated"),
    ("a", "probe_mated"),
    ("b", "gallery_mated"),
    ("b", "probe_mated"),
    ("c", "gallery_distractor"),
    ("d", "probe_nonmated"),
)


def _places(photos: Seen) -> list[str]:
    return [photo.path.stem for photo in photos.photos]


def test_one_photo_a_person_is_enrolled_and_all_probes_are_searched() -> None:
    trial = searches(PHOTOS, COHORT)

    assert _places(trial.gallery) == ["0", "3", "5"]
    assert _places(trial.probes) == ["1", "2", "4", "6"]
    assert trial.people.is_mated.tolist() == [True, True, True, False]


def test_whoever_has_two_probes_is_enrolled_with_the_first_and_searched_by_the_other() -> None:
    trial = searches_of_two(PHOTOS, COHORT)

    assert trial.seconds is not None
    assert _places(trial.gallery) == ["0", "3", "5"]
    assert _places(trial.seconds) == ["1", "3", "5"]
    assert _places(trial.probes) == ["2", "6"]
    assert trial.people.is_mated.tolist() == [True, False]


def test_everybody_may_be_enrolled_with_both_photos() -> None:
    trial = everybody_twice(_seen(("a", "gallery_mated"), ("a", "probe_mated")), COHORT)

    assert trial.seconds is not None
    assert (_places(trial.gallery), _places(trial.seconds)) == (["0"], ["1"])
    assert _places(trial.probes) == ["0", "1"]


def test_every_method_scores_every_probe_with_every_person() -> None:
    (one, of_two), two = PLAIN.values(), searches_of_two(PHOTOS, COHORT)

    for method in (one, *OF_ONE.values()):
        scores = method(searches(PHOTOS, COHORT))
        assert scores.shape == (4, 3)
        assert np.isfinite(scores).all()
    for method in (of_two, *OF_TWO.values()):
        scores = method(two)
        assert scores.shape == (2, 3)
        assert np.isfinite(scores).all()


def _outcome(missed: float, confused: float, people: int = 10) -> Outcome:
    """Return what came of a method; every repetition is as observed."""
    repeated = np.ones(11)
    group = Group("race", "one", np.ones(people, bool))
    figure = Figure("false match", 100, repeated * confused)
    return Outcome(
        searches=[Figure("FNIR at rank 1", 100, repeated * missed)],
        groups=[GroupFigure(AT_MISSES, "false match", group, figure)],
        ratios=[],
        worst=repeated * confused,
    )


PRODUCT = _outcome(missed=0.1, confused=0.1)


def test_a_method_is_kept_that_lowers_the_worst_rate_and_raises_none() -> None:
    better = _outcome(missed=0.1, confused=0.05)

    assert verdict(better, PRODUCT) == "kept"
    assert lowered(better, PRODUCT) == "false match of race one"


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (_outcome(missed=0.1, confused=0.1), "the worst group's rate is not lower"),
        (_outcome(missed=0.2, confused=0.05), "FNIR at rank 1 is higher"),
        (
            _outcome(missed=0.1, confused=0.2),
            "the worst group's rate is not lower; false match of race one is higher",
        ),
    ],
)
def test_a_method_is_not_kept_that_does_not_help_or_harms(outcome: Outcome, why: str) -> None:
    assert verdict(outcome, PRODUCT) == f"not kept: {why}"


def test_a_group_of_few_people_decides_nothing() -> None:
    small = _outcome(missed=0.1, confused=0.1, people=9)
    worse = _outcome(missed=0.1, confused=0.2, people=9)

    assert Difference.between(worse.groups[0].figure.values, PRODUCT.worst).is_higher
    assert verdict(worse, small) == "not kept: the worst group's rate is not lower"

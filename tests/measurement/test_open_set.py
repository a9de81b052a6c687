"""The open-set figures against the same ones computed again in another way."""

import random
import tracemalloc
from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.measurement.arrays import People, Searched
from adapters.measurement.bootstrap import Bootstrap
from adapters.measurement.open_set import OpenSetFigures
from app.domain.evaluation import Rate, Role
from tests.measurement.recomputed import Exported, Probe
from tests.measurement.worlds import NONE, World, photo, world

seeds = st.integers(0, 10_000)
few = settings(deadline=None, max_examples=15)


def exported_of(one: World) -> Exported:
    return Exported(
        [photo.image for photo in one.gallery],
        [photo.person for photo in one.gallery],
        list(one.enrolled),
        [
            Probe(probe.role, probe.person, probe.image, _told(row, len(one.gallery)))
            for probe, row in zip(one.probes, one.rows, strict=True)
        ],
    )


def _told(row: object, places: int) -> list[float | None]:
    if not isinstance(row, list):
        return [None] * places
    return [None if score != score else score for score in array("f", row)]  # noqa: PLR0124 - NaN


@few
@given(seeds)
def test_the_ranks_are_those_of_an_independent_computation(seed: int) -> None:
    made = world(seed)

    found = made.figures().open_set

    again = exported_of(made)
    for point in (*found.investigation, *found.cmc):
        assert (point.fnir.k, point.fnir.n) == (again.missed(point.rank), len(again.mated))


@few
@given(seeds)
def test_the_trade_off_is_that_of_an_independent_computation(seed: int) -> None:
    made = world(seed)

    found = made.figures().open_set

    again = exported_of(made)
    thresholds = [point.threshold for point in found.det]
    assert thresholds == sorted(thresholds)
    for point in found.det:
        assert point.fpir == again.false_positives(point.threshold) / len(again.nonmated)
        assert point.fnir == again.missed_below(point.threshold) / len(again.mated)
        returned = {one.person for one in again.returning_others(point.threshold)}
        missed = {one.person for one in again.mated if again.mate_score(one) < point.threshold}
        assert point.people == min(len(returned), len(missed))


@few
@given(seeds)
def test_a_threshold_lets_no_more_through_than_it_says_and_none_lower_does(seed: int) -> None:
    made = world(seed, away=400)

    found = made.figures().open_set.identification[0]

    again = exported_of(made)
    assert found.fpir == 0.1
    assert found.threshold is not None
    assert found.fnir is not None
    assert found.measured_fpir is not None
    assert found.similarity == pytest.approx(50 * (found.threshold + 1))
    assert found.measured_fpir.k == again.false_positives(found.threshold) <= 40
    assert found.fnir.k == again.missed_below(found.threshold)
    tops = [max(again.other_scores(probe), default=-2) for probe in again.nonmated]
    lower = max(top for top in tops if top < found.threshold)
    assert again.false_positives(lower) > 40


def test_too_few_nonmated_probes_give_no_threshold_but_say_what_it_takes() -> None:
    found = world(1, away=299).figures().open_set.identification

    assert [point.threshold for point in found] == [None] * 4
    assert found[0].why_not == "needs 300 non-mated probes; there are 299"
    assert found[2].why_not == "needs 10,000 non-mated probes; there are 299"


def test_searches_that_return_nobody_give_no_threshold() -> None:
    gallery = [photo("a", 0, Role.GALLERY_MATED)]
    probes = [photo("a", 1, Role.PROBE_MATED)]
    probes += [photo(f"q{one}", 0, Role.PROBE_NONMATED) for one in range(300)]
    silent = World(gallery, probes, [[NONE]] * len(probes), [True])

    found = silent.figures().open_set

    assert found.identification[0].threshold is None
    assert found.identification[0].why_not is not None
    assert found.det == ()
    assert found.investigation[0].fnir.k == 1


def test_a_set_without_mated_probes_still_tells_how_often_strangers_are_returned() -> None:
    gallery = [photo("a", 0, Role.GALLERY_DISTRACTOR)]
    probes = [photo(f"q{one}", 0, Role.PROBE_NONMATED) for one in range(300)]
    rows = [[one / 300] for one in range(300)]

    found = World(gallery, probes, rows, [True]).figures().open_set.identification[0]

    assert found.measured_fpir is not None
    assert found.measured_fpir.k == 30
    assert found.fnir == Rate(0, 0, None)


@few
@given(seeds)
def test_the_figures_are_the_same_in_whatever_order_the_searches_come(seed: int) -> None:
    made = world(seed, groups=True)
    order = list(range(len(made.probes)))
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret

    assert made.figures(order=order) == made.figures()


def test_others_at_a_tie_come_first() -> None:
    gallery = [photo("a", 0, Role.GALLERY_MATED), photo("b", 0, Role.GALLERY_DISTRACTOR)]
    tied = World(gallery, [photo("a", 1, Role.PROBE_MATED)], [[0.5, 0.5]], [True, True])

    assert [point.fnir.k for point in tied.figures().open_set.cmc] == [1, 0]


def test_several_photos_of_one_person_take_one_rank() -> None:
    gallery = [
        *(photo("b", number, Role.GALLERY_DISTRACTOR) for number in range(3)),
        photo("a", 0, Role.GALLERY_MATED),
    ]
    row = [0.9, 0.8, 0.7, 0.6]
    made = World(gallery, [photo("a", 1, Role.PROBE_MATED)], [row], [True] * 4)

    assert [point.fnir.k for point in made.figures().open_set.cmc] == [1, 0]


@few
@given(seeds)
def test_every_score_is_in_a_histogram_once(seed: int) -> None:
    made = world(seed)

    found = made.figures().open_set

    again = exported_of(made)
    every = again.comparisons(again.probes, [True] * len(again.images))
    assert sum(found.comparison_scores.counts) == len(every)
    mates = [again.mate_score(probe) for probe in again.mated]
    assert sum(found.mated_scores.counts) == sum(mate > -2 for mate in mates)
    assert found.mated_scores.low == found.comparison_scores.low <= min(every)
    assert found.mated_scores.high == found.comparison_scores.high >= max(every)
    assert len(found.mated_scores.counts) <= 100


def many_searches(people: int, samples: int) -> OpenSetFigures:
    """As many people enrolled and searched for, and 400 others."""
    draw = np.random.default_rng(1)
    probes, away = np.arange(people + 400), np.arange(people + 400) >= people
    of = People(np.arange(people), probes, ~away, len(probes))
    rank, mate = np.ones(len(probes), np.int64), draw.normal(0.6, 0.1, len(probes))
    searched = Searched(np.ones_like(away), rank, mate, draw.normal(0.3, 0.1, len(probes)))
    return OpenSetFigures(of, searched, Bootstrap(of, samples, 1))


def test_the_interval_at_a_threshold_is_that_of_every_repetition_by_itself() -> None:
    figures = many_searches(300, 120)  # more than are drawn at once

    found = figures.at(0.1, float).fnir

    mates, tops = figures.searched.mate[:300], figures.searched.best_other[300:]
    drawn = (
        figures.bootstrap.weights(np.arange(300)),
        figures.bootstrap.weights(np.arange(300, 700)),
    )
    shares = []
    for mated, nonmated in zip(*drawn, strict=True):
        told = np.sort(np.repeat(tops, nonmated.astype(int)))[::-1]
        too_many = told[int(0.1 * len(told) + 1e-9)]
        shares.append(mated[mates <= too_many].sum() / mated.sum())
    low, high = np.percentile(shares, (2.5, 97.5))
    assert found is not None
    assert found.interval is not None
    assert found.interval.high is not None
    assert found.interval.low == low
    assert found.interval.high == high


def test_repetitions_are_counted_a_few_at_once() -> None:
    figures = many_searches(8000, 1000)
    tracemalloc.start()
    try:
        figures.at(0.1, float)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 5000 * 8000  # of 16,000 bytes a probe

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.measurement import NumpyMeasurement
from adapters.measurement.arrays import People
from adapters.measurement.bootstrap import Bootstrap, recovered
from adapters.measurement.independence import nobody_in_common, of_pairs, wilson
from app.domain.evaluation import Interval, Rate
from app.ports.measurement import Trial


def trials(failed: list[list[bool]]) -> list[Trial]:
    return [Trial(f"p{at}", one) for at, person in enumerate(failed) for one in person]


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 100, 0.0215, 0.1118), (1, 2, 0.0945, 0.9055)],
)
def test_wilson_is_that_of_the_tables(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=1e-4)


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=5), min_size=1, max_size=60))
def test_an_interval_holds_its_rate_and_wilsons_of_every_photo(failed: list[list[bool]]) -> None:
    rate = NumpyMeasurement(200).rate(trials(failed))

    assert rate.value is not None
    assert rate.interval is not None
    assert rate.interval.high is not None
    assert 0 <= rate.interval.low <= rate.value <= rate.interval.high <= 1
    low, high = wilson(rate.k, rate.n)
    assert rate.interval.low <= low + 1e-12
    assert rate.interval.high >= high - 1e-12


def test_photos_of_one_person_that_fail_together_make_the_interval_wide() -> None:
    alone = NumpyMeasurement().rate(trials([[at % 4 == 0] for at in range(400)]))
    together = NumpyMeasurement().rate(trials([[at % 4 == 0] * 20 for at in range(20)]))

    assert alone.value == together.value
    assert alone.interval is not None
    assert together.interval is not None
    assert alone.interval.high is not None
    assert together.interval.high is not None
    assert together.interval.high - together.interval.low > 3 * (
        alone.interval.high - alone.interval.low
    )


def ends(rate: Rate) -> tuple[float, float]:
    assert rate.interval is not None
    assert rate.interval.high is not None
    return rate.interval.low, rate.interval.high


def test_many_photos_of_few_people_without_a_failure_say_no_more_than_the_people() -> None:
    rate = NumpyMeasurement().rate(trials([[False] * 30 for _ in range(10)]))

    assert (rate.k, rate.n) == (0, 300)
    assert ends(rate) == pytest.approx(wilson(0, 10))


def test_one_failure_among_them_does_not_make_them_many() -> None:
    one_failed = [[at == number == 0 for number in range(30)] for at in range(10)]

    _, high = ends(NumpyMeasurement().rate(trials(one_failed)))

    assert high > 0.2


def test_people_of_unequal_many_photos_count_as_fewer() -> None:
    rate = NumpyMeasurement().rate(trials([[False] * 100, *([[False]] * 9)]))

    _, high = ends(rate)
    assert high > wilson(0, 2)[1]


def test_where_many_people_failed_the_interval_learns_that_photos_stand_alone() -> None:
    random = np.random.default_rng(3)
    failed = [[bool(one) for one in random.random(9) < 0.3] for _ in range(100)]

    low, high = ends(NumpyMeasurement().rate(trials(failed)))

    least, most = wilson(sum(map(sum, failed)), 900)
    assert high - low < 1.4 * (most - least)


def test_it_is_counted_how_many_people_failed() -> None:
    rate = NumpyMeasurement(50).rate(trials([[True] * 4] * 10 + [[False]] * 50))

    assert (rate.k, rate.distinct, rate.of_pairs) == (40, 10, False)
    assert rate.not_estimable == "40 events of only 10 people, fewer than 30"


def test_comparisons_stand_alone_where_no_two_have_a_person_in_common() -> None:
    nobody = np.empty(0, np.int64)
    everybody = np.ones(7, np.int64)
    first, rest = np.array([1, 0, 0, 0, 0]), np.array([0, 1, 1, 1, 1])

    among = of_pairs(nobody, nobody, everybody, everybody)
    against_one = of_pairs(nobody, nobody, first, rest)

    assert (among.most, among.least) == (21, 3.5)
    assert (against_one.most, against_one.least) == (4, 1)


def test_comparisons_that_are_nearly_all_of_one_person_stand_for_one() -> None:
    nobody = np.empty(0, np.int64)
    photos = np.array([1000, *([1] * 19)])

    pairs = of_pairs(nobody, nobody, photos, np.ones(20, np.int64))

    assert 1 <= pairs.least < 1.1
    assert pairs.least < pairs.most < 25  # of 190 pairs, those with this person weigh 500 times


@pytest.mark.parametrize(
    ("pairs", "count"),
    [
        ([(0, other) for other in range(1, 31)], 1),
        ([(at, at + 1) for at in range(9)], 5),
        ([(2 * at, 2 * at + 1) for at in range(40)], 30),
        ([], 0),
    ],
    ids=["a hub", "a chain", "apart", "none"],
)
def test_pairs_with_nobody_in_common_are_counted(pairs: list[tuple[int, int]], count: int) -> None:
    one, other = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))

    assert nobody_in_common(one, other) == count


def test_one_person_with_thirty_look_alikes_is_one_event_and_hardly_trusted() -> None:
    hub, others = np.zeros(30, np.int64), np.arange(1, 31)
    everybody = np.ones(100, np.int64)

    pairs = of_pairs(hub, others, everybody, everybody)

    assert (pairs.failed, pairs.passed) == (1, 4950 - 30)
    assert pairs.closeness(60 / 9900, np.array([0.006, 0.006]), 1.0) > 0.95


def test_two_people_compared_both_ways_are_one_pair() -> None:
    one, other = np.array([0, 1, 2]), np.array([1, 0, 3])
    everybody = np.ones(5, np.int64)

    pairs = of_pairs(one, other, everybody, everybody)

    assert (pairs.failed, pairs.passed, pairs.of_pairs) == (2, 8, True)


def test_a_large_gallery_is_summed_in_parts() -> None:
    count = 30_000
    nobody = np.empty(0, np.int64)
    people = People(np.arange(count), nobody, np.empty(0, bool), count)
    bootstrap = Bootstrap(people, 20, 1)
    photos = np.full(count, 2)
    drawn = bootstrap.totals(photos)  # draws them, which is kept

    tracemalloc.start()
    again = bootstrap.totals(photos)
    comparisons, pairs = bootstrap.pairs_between(photos, photos)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 20 * count * 8 / 2  # bytes: half of all weights at once
    assert (again == drawn).all()
    assert (drawn == 2 * count).all()
    weights = bootstrap.weights(np.arange(count))
    assert comparisons == 4 * count * (count - 1)
    assert pairs == pytest.approx(4 * (count**2 - (weights**2).sum(axis=1)))


def test_the_interval_is_that_of_a_bootstrap_written_in_another_way() -> None:
    random = np.random.default_rng(7)
    failed = [[bool(one) for one in random.random(random.integers(1, 9)) < 0.4] for _ in range(80)]

    rate = NumpyMeasurement(4000).rate(trials(failed))

    again = np.random.default_rng(8)
    shares = []
    for _ in range(4000):
        drawn = [failed[at] for at in again.integers(0, 80, 80)]
        shares.append(sum(map(sum, drawn)) / sum(map(len, drawn)))
    low, high = np.percentile(shares, [2.5, 97.5])
    trials_behind = rate.k / rate.n * (1 - rate.k / rate.n) / float(np.var(shares))
    least, most = wilson(rate.k / rate.n * trials_behind, trials_behind)
    assert ends(rate) == pytest.approx((min(low, least), max(high, most)), abs=0.006)


def test_the_interval_of_a_ratio_is_recovered_from_those_of_its_rates() -> None:
    """Donner and Zou 2012; with few events in the best group no difference is left."""
    worst, best = Rate(30, 100, Interval(0.2, 0.4)), Rate(10, 100, Interval(0.05, 0.2))
    few, none = Rate(1, 450, Interval(0.0, 0.03)), Rate(0, 450, Interval(0.0, 0.03))

    assert recovered(worst, best) == pytest.approx((1.3439, 6.3540), abs=1e-4)
    assert recovered(Rate(68, 4510, Interval(0.0067, 0.028)), few)[0] == pytest.approx(
        0.445, abs=0.01
    )
    assert recovered(worst, few)[1] == math.inf
    assert recovered(worst, none) == pytest.approx((0.2 / 0.03, math.inf))
    assert recovered(none, worst) == (0.0, math.inf)


def test_nothing_tried_has_no_interval() -> None:
    rate = NumpyMeasurement().rate([])

    assert (rate.k, rate.n, rate.interval, rate.value) == (0, 0, None, None)

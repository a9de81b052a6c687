"""Intervals of what is to be expected, by how often it was seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.counted import interval


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (30, 20.2409, 42.8269)],
)
def test_counts_of_single_events_have_the_exact_interval_of_poisson(
    events: int, low: float, high: float
) -> None:
    """Garwood (1936), from the quantiles of chi-square."""
    assert interval(events, events, 1) == pytest.approx((low, high), abs=0.0006)


def test_nothing_seen_is_not_nothing_to_come() -> None:
    assert interval(0, 0, 1) == pytest.approx((0.0, 3.689), abs=0.001)
    assert interval(0, 0, 2) == pytest.approx((0.0, 7.378), abs=0.001)


@given(st.integers(1, 10_000), st.floats(1, 100))
def test_the_interval_holds_what_was_seen_and_clusters_widen_it(events: int, by: float) -> None:
    low, high = interval(events, events, 1)
    wider_low, wider_high = interval(events, events * by, 1)

    assert 0 <= wider_low <= low * 1.0001 < events < high <= wider_high * 1.0001

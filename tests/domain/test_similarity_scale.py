"""Numbers for clients of Amazon Rekognition, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.similarity_scale import SAME, SimilarityScale

SCALE = SimilarityScale(((0.0, 0.0), (20.0, 80.0), (60.0, 95.0), (90.0, 100.0)))


@pytest.mark.parametrize(
    ("own", "rekognition"),
    [(0, 0), (10, 40), (20, 80), (40, 87.5), (60, 95), (75, 97.5), (90, 100)],
)
def test_points_are_met_and_a_straight_line_lies_between(own: float, rekognition: float) -> None:
    assert SCALE.rekognition(own) == pytest.approx(rekognition)
    assert SCALE.own(rekognition) == pytest.approx(own)


@pytest.mark.parametrize("scale", [SCALE, SAME])
@given(own=st.floats(0, 1))
def test_what_a_client_is_told_leads_back(scale: SimilarityScale, own: float) -> None:
    similarity = own * scale.points[-1][0]

    assert scale.own(scale.rekognition(similarity)) == pytest.approx(similarity, abs=1e-9)


@given(st.floats(0, 100), st.floats(0, 100))
def test_the_order_of_matches_stays(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert SCALE.rekognition(low) <= SCALE.rekognition(high)
    assert SCALE.own(low) <= SCALE.own(high)


@given(st.floats(-1000, 1000))
def test_no_number_leaves_the_scale(number: float) -> None:
    assert 0 <= SCALE.rekognition(number) <= 100
    assert 0 <= SCALE.own(number) <= 90


@given(st.floats(0, 100))
def test_the_same_scale_changes_nothing(number: float) -> None:
    assert SAME.rekognition(number) == pytest.approx(number)
    assert SAME.own(number) == pytest.approx(number)

import math

import pytest

from adapters.face_engine.local.score import DLIB, uncalibrated
from app.domain.similarity_scale import SAME


def test_the_scale_ends_where_the_measured_pairs_end() -> None:
    assert DLIB.similarity(DLIB.cosines[-1]) == 90
    assert DLIB.similarity(1.0) == 90


def test_similarity_never_falls_while_the_cosine_rises() -> None:
    shown = [DLIB.similarity(step / 1000) for step in range(-1000, 1001)]

    assert shown == sorted(shown)
    assert shown[0] == 0


@pytest.mark.parametrize("similarity", [10.0, 20.0, 55.0, 90.0])
def test_a_similarity_leads_back_to_its_cosine(similarity: float) -> None:
    assert DLIB.similarity(DLIB.cosine(similarity)) == pytest.approx(similarity)


def test_no_cosine_is_shown_above_the_end() -> None:
    assert DLIB.cosine(95) == math.inf


def test_an_uncalibrated_scale_says_so_in_its_name() -> None:
    scale = uncalibrated("county-arcface")

    assert scale.name == "uncalibrated-cosine:county-arcface"
    assert scale.similarity(0.43) == pytest.approx(43)


@pytest.mark.parametrize(
    ("rekognition", "own"), [(0, 0), (70, 20), (80, 40), (90, 60), (99, 80), (100, 90)]
)
def test_thresholds_of_rekognitions_clients_keep_their_use(rekognition: float, own: float) -> None:
    assert DLIB.rekognition.own(rekognition) == pytest.approx(own)
    assert DLIB.rekognition.rekognition(own) == pytest.approx(rekognition)


def test_nobody_has_translated_an_uncalibrated_scale() -> None:
    assert uncalibrated("county-arcface").rekognition is SAME


def test_everybody_reaches_a_floor_of_nothing() -> None:
    assert DLIB.lowest(0) == -1
    assert DLIB.lowest(20) == pytest.approx(0.8818)

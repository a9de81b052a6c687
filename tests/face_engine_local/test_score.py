import math
from dataclasses import replace

import pytest

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import ModelFiles
from adapters.face_engine.local.score import DLIB, DLIB_SCALE, of_scale, uncalibrated
from app.domain.score_scale import EVENTS
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


def test_the_shipped_scale_is_the_one_that_was_fitted() -> None:
    assert DLIB_SCALE.rises
    assert (DLIB_SCALE.ends_at, DLIB_SCALE.top) == (1e-5, 90)
    assert of_scale(DLIB_SCALE) == DLIB
    assert DLIB_SCALE.points[-1].pairs >= EVENTS


def test_a_fitted_scale_of_a_site_meets_its_points_and_ends_with_them() -> None:
    points = DLIB_SCALE.points[:2]
    table = of_scale(replace(DLIB_SCALE, name="fmr-own:net/1:0a1b2c3d", points=points))

    assert table.name == "fmr-own:net/1:0a1b2c3d"
    assert table.similarity(DLIB_SCALE.points[1].raw_score) == 40
    assert table.similarity(1.0) == table.top == 40
    assert table.cosine(60) == math.inf


def test_the_shipped_scale_is_of_the_model_that_comes_with_it(model_files: ModelFiles) -> None:
    assert Encoder(model_files).model == DLIB_SCALE.model

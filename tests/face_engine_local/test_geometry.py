import numpy as np
import pytest
from PIL import Image

from adapters.face_engine.local.geometry import Similarity, cut, pixel_rows

SQUARE = np.array([0, 10, 10 + 10j, 10j])


def test_a_fitted_similarity_finds_turn_scale_and_shift() -> None:
    made = Similarity(2j, 5 - 3j)

    fitted = Similarity.between(SQUARE, made(SQUARE))

    assert fitted.turn == pytest.approx(made.turn)
    assert fitted.shift == pytest.approx(made.shift)


def test_points_that_lie_on_each_other_fit_without_an_error() -> None:
    fitted = Similarity.between(np.zeros(4, complex), SQUARE)

    assert fitted.inverse()(SQUARE) == pytest.approx(np.zeros(4))


def test_the_way_there_and_back_ends_where_it_began() -> None:
    there = Similarity(0.5 + 1j, 7j)

    assert there.then(there.inverse())(SQUARE) == pytest.approx(SQUARE)


def test_a_cut_at_full_scale_repeats_the_pixels() -> None:
    values = np.arange(20 * 20 * 3, dtype=np.uint8).reshape(20, 20, 3)

    rows = pixel_rows(cut(Image.fromarray(values), Similarity(1, -5 - 4j), 10))

    assert (rows == values[4:14, 5:15]).all()


def test_a_cut_scaled_far_down_averages_instead_of_skipping() -> None:
    stripes = np.zeros((400, 400, 3), np.uint8)
    stripes[:, ::2] = 255

    rows = pixel_rows(cut(Image.fromarray(stripes), Similarity(0.1, 0), 40))

    assert rows[5:-5, 5:-5].min() > 100
    assert rows[5:-5, 5:-5].max() < 155


@pytest.mark.parametrize("scale", [0.05, 1.0])
def test_outside_the_picture_it_is_black(scale: float) -> None:
    white = Image.new("RGB", (40, 40), "white")

    rows = pixel_rows(cut(white, Similarity(scale, -1000), 20))

    assert rows.max() == 0

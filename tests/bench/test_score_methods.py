"""Every method that was tried does what its definition says, on numbers that one can check."""

import numpy as np
import pytest

from bench.unequal.methods import Spread, best_of, fused, s_norm, t_norm, templates, unit, z_norm

SCORES = np.array([[0.9, 0.5], [0.3, 0.7]], np.float32)  # (probes, gallery)
ENROLLED = Spread(np.array([0.1, 0.5], np.float32), np.array([0.2, 0.1], np.float32))
PROBES = Spread(np.array([0.5, 0.3], np.float32), np.array([0.4, 0.2], np.float32))


def test_z_norm_goes_by_the_enrolled_side() -> None:
    assert z_norm(SCORES, ENROLLED) == pytest.approx(np.array([[4, 0], [1, 2]]), abs=1e-5)


def test_t_norm_goes_by_the_probe_and_leaves_its_ranks() -> None:
    normalised = t_norm(SCORES, PROBES)

    assert normalised == pytest.approx(np.array([[1, 0], [0, 2]]), abs=1e-5)
    assert (normalised.argsort(1) == SCORES.argsort(1)).all()


def test_s_norm_is_the_mean_of_both() -> None:
    expected = np.array([[2.5, 0], [0.5, 2]])

    assert s_norm(SCORES, PROBES, ENROLLED) == pytest.approx(expected, abs=1e-5)


def test_a_spread_is_that_of_all_the_cohort_or_of_the_nearest() -> None:
    scores = np.array([[0.1, 0.7, 0.3, 0.5], [0.2, 0.2, 0.6, 0.2]], np.float32)

    whole, nearest = Spread.of(scores), Spread.of(scores, nearest=2)

    assert whole.mean == pytest.approx([0.4, 0.3])
    assert nearest.mean == pytest.approx([0.6, 0.4])
    assert nearest.deviation == pytest.approx([0.1, 0.2])
    assert Spread.of(scores, nearest=9).mean == pytest.approx(whole.mean)


def test_adaptive_norms_differ_from_plain_ones_by_their_spread_alone() -> None:
    cohort = np.array([[0.0, 0.2, 0.4], [0.0, 0.5, 0.7]], np.float32)

    normalised = z_norm(SCORES, Spread.of(cohort, nearest=2))

    assert normalised == pytest.approx(np.array([[6, -1], [0, 1]]), abs=1e-5)


def test_a_template_is_the_mean_of_the_crops_that_are_used_and_their_mirror_images() -> None:
    embeddings = np.array([[[[3, 0], [0, 4]], [[0, 0], [0, 5]]]], np.float32)  # two crops

    assert templates(embeddings, mirror=False) == pytest.approx(np.array([[1, 0]]))
    assert templates(embeddings) == pytest.approx(np.array([[0.6, 0.8]]), abs=1e-3)
    assert templates(embeddings, (0, 1)) == pytest.approx(
        np.array([[3, 9]]) / np.sqrt(90), abs=1e-3
    )


def test_photos_are_fused_into_one_template_by_their_weights() -> None:
    photos = np.array([[[1, 0], [0, 1]]], np.float32)

    assert fused(photos) == pytest.approx(np.array([[1, 1]]) / np.sqrt(2))
    weighted = fused(photos, np.array([[3, 4]], np.float32))
    assert weighted == pytest.approx(np.array([[0.6, 0.8]]))


def test_a_person_with_two_photos_has_the_better_score() -> None:
    scores = np.array([[0.1, 0.9, 0.4, 0.3]], np.float32)

    assert best_of(scores, 2) == pytest.approx(np.array([[0.9, 0.4]]))


def test_nothing_has_no_direction() -> None:
    assert unit(np.zeros((1, 3), np.float32)).tolist() == [[0, 0, 0]]

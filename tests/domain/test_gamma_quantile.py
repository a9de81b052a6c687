"""Quantiles of the gamma distribution, as tables of chi-square have them."""

import pytest

from app.domain.gamma_quantile import gamma_quantile


@pytest.mark.parametrize(
    ("share", "degrees", "chi_square"),
    [
        (0.025, 1, 0.000982),
        (0.975, 1, 5.023886),
        (0.025, 10, 3.246973),
        (0.975, 10, 20.483177),
        (0.025, 100, 74.221927),
        (0.975, 100, 129.561197),
        (0.025, 1000, 914.257153),
        (0.975, 1000, 1089.530936),
    ],
)
def test_they_are_half_of_those_of_chi_square(
    share: float, degrees: int, chi_square: float
) -> None:
    assert 2 * gamma_quantile(share, degrees / 2) == pytest.approx(chi_square, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("share", [0.025, 0.975])
def test_the_shortcut_goes_on_where_the_series_ends(share: float) -> None:
    below, above = gamma_quantile(share, 49.999), gamma_quantile(share, 50.0)

    assert above - below == pytest.approx(0.001, abs=0.01)
    assert above == pytest.approx(below, rel=1e-4)


def test_most_of_a_very_uneven_one_is_next_to_nothing() -> None:
    """What is below 1e-15 is not told apart."""
    assert 0 <= gamma_quantile(0.025, 0.003) < 1e-15
    assert gamma_quantile(0.975, 0.003) == pytest.approx(0.00012170629, rel=1e-6)


def test_a_shape_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        gamma_quantile(0.5, 0)

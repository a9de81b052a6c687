"""The bounds of `mode=high_confidence` may be set narrower, and never wider."""

import pytest
from pydantic import ValidationError

from app.settings.high_confidence import HighConfidenceSettings


def test_groups_may_be_asked_to_be_more_equal() -> None:
    assert HighConfidenceSettings(most_differential=1.5).limits.most_differential == 1.5


def test_no_setting_allows_less_equal_groups() -> None:
    """30 would be more than the makers' 28 times of the default model."""
    with pytest.raises(ValidationError, match="less than or equal to 3"):
        HighConfidenceSettings(most_differential=30)

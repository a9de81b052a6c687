"""From when on `mode=high_confidence` shows a candidate, and with which models there is none."""

from pydantic import Field

from app.domain.high_confidence import HighConfidence
from app.settings.group import Group

_DEFAULT = HighConfidence()


class HighConfidenceSettings(Group):
    """Both are bounds: a lower number shows fewer people, or refuses more models."""

    most_expected: float = Field(
        default=_DEFAULT.most_expected,
        gt=0,
        le=1,
        description="Other people expected at a candidate's score, for the worst measured group.",
    )
    most_differential: float = Field(
        default=_DEFAULT.most_differential,
        ge=1,
        le=_DEFAULT.most_differential,
        description="How many times as often one group may be confused as another; 3 at most.",
    )

    @property
    def limits(self) -> HighConfidence:
        """Return both."""
        return HighConfidence(self.most_expected, self.most_differential)

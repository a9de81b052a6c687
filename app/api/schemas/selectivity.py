"""How many other people reach a score, on the wire."""

from typing import Self

from pydantic import Field

from app.api.schemas.wire import Figures, Moment, Wire
from app.domain.selectivity import MEANING, ExpectedFalsePositives


class WorstGroupOut(Wire):
    """The group of people, of those measured on this site's photos, with the highest bound."""

    group: str = Field(examples=["race B, sex M"])
    expected: Figures | None = Field(description="Null: too few pairs; fewer than `high`.")
    high: Figures


class ExpectedFalsePositivesOut(Wire):
    """How many other people this search returns at this score or above.

    If the person is not enrolled; not a probability of identity. Other people, not photos, in the
    gallery as it was searched, measured with booking photos of this site as probes: a poorer probe
    may see more.
    """

    expected: Figures | None = Field(
        description="Null: too few pairs reach the score to estimate it; it is fewer than `high`.",
        examples=[0.4],
    )
    low: Figures = Field(description="The lower end of the 95 % interval.", examples=[0.25])
    high: Figures = Field(description="The upper end; never 0.", examples=[0.61])
    worst_group: WorstGroupOut | None = Field(
        description="Null: no group was measured (the JMS says sex and race, or too few people)."
    )
    people: int = Field(description="Enrolled when it was searched.", examples=[200000])
    meaning: str = Field(examples=[MEANING])
    calibration_id: str = Field(examples=["20261130-5f0c9a1e"])
    calibrated_at: Moment

    @classmethod
    def of(cls, expected: ExpectedFalsePositives | None) -> Self | None:
        """Render it; None where the site has not calibrated."""
        if expected is None:
            return None
        worst = expected.worst_group
        return cls(
            expected=expected.expected,
            low=expected.low,
            high=expected.high,
            worst_group=WorstGroupOut.model_validate(worst) if worst else None,
            people=expected.people,
            meaning=MEANING,
            calibration_id=expected.calibration_id,
            calibrated_at=expected.calibrated_at,
        )

"""Reviews on the wire: what is sent."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from app.api.schemas.asked import Asked
from app.domain.review import (
    Conclusion,
    Corroboration,
    CorroborationKind,
    Feature,
    FeatureSeen,
    Finding,
    Observation,
    ProbeDecision,
    ProbeFault,
    Suitability,
)

MOST_NOTES = 4000


def _one_line(text: str) -> str:
    line = text.strip()
    if not line or not line.isprintable():
        raise ValueError("write printable characters on one line")
    return line


Notes = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_NOTES)]
Reference = Annotated[str, AfterValidator(_one_line), StringConstraints(max_length=200)]
Written = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_NOTES)
]
PictureId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Corrects = Annotated[
    int | None,
    Field(
        default=None,
        ge=1,
        le=2**31 - 1,
        description="The number of the entry that this takes the place of; both stay on record.",
    ),
]


class ProbeDecisionIn(Asked):
    """Whether the probe can be compared."""

    suitability: Suitability
    reasons: list[ProbeFault] = Field(
        default=[], max_length=len(ProbeFault), description="At least one where unsuitable."
    )
    notes: Notes | None = None
    corrects: Corrects

    @property
    def decision(self) -> ProbeDecision:
        """The decision, each reason once."""
        reasons = tuple(dict.fromkeys(self.reasons))
        return ProbeDecision(self.suitability, reasons, self.notes or None)


class FindingIn(Asked):
    """What the reviewer makes of one candidate."""

    candidate: PictureId = Field(description="Its id in `GET /searches/{search_id}/reviews`.")
    conclusion: Conclusion
    features: dict[Feature, Observation] = Field(
        default={}, description="What was looked at, and how it looks beside the probe's."
    )
    notes: Notes | None = None

    @property
    def finding(self) -> Finding:
        """The finding, by the opaque id."""
        seen = tuple(FeatureSeen(feature, how) for feature, how in self.features.items())
        return Finding(self.candidate, self.conclusion, seen, self.notes or None)


class ReviewIn(Asked):
    """Either none of these, or a conclusion on every candidate."""

    none_of_these: bool = Field(default=False, description="No candidate is pursued.")
    findings: list[FindingIn] = Field(
        default=[], max_length=50, description="One of each candidate; none with `none_of_these`."
    )
    notes: Notes | None = None
    corrects: Corrects

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.none_of_these == bool(self.findings):
            raise ValueError("send either none_of_these or findings")
        return self


class CorroborationIn(Asked):
    """Evidence of another kind, which does not rest on the resemblance."""

    kind: CorroborationKind
    reference: Reference = Field(description="Where it is on record, such as a report's number.")
    text: Written = Field(description="What it is.")

    @property
    def corroboration(self) -> Corroboration:
        """The evidence."""
        return Corroboration(self.kind, self.reference, self.text)


class ReleaseIn(Asked):
    """A lead that is given to the case."""

    candidate: PictureId
    corroboration: CorroborationIn | None = Field(
        default=None, description="Required where `rules.corroboration_required`."
    )


class CloseIn(Asked):
    """Why the leads that are agreed on are given to nobody."""

    reason: Written

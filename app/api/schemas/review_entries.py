"""The entries of a review on the wire."""

from collections.abc import Callable
from typing import Self

from pydantic import Field

from app.api.schemas.wire import Moment, Wire
from app.domain.review import (
    Conclusion,
    CorroborationKind,
    Feature,
    Finding,
    Observation,
    ProbeFault,
    ReviewEntry,
    Suitability,
)

Named = Callable[[str], str]
"""Makes the opaque id of a candidate from its external_image_id."""


class FindingOut(Wire):
    """What a reviewer made of one candidate."""

    candidate: str
    conclusion: Conclusion
    features: dict[Feature, Observation]
    notes: str | None

    @classmethod
    def of(cls, finding: Finding, named: Named) -> Self:
        """Render a finding."""
        return cls(
            candidate=named(finding.external_image_id),
            conclusion=finding.conclusion,
            features={one.feature: one.observation for one in finding.features},
            notes=finding.notes,
        )


class EntryProbeOut(Wire):
    """A decision on the probe."""

    suitability: Suitability
    reasons: list[ProbeFault]
    notes: str | None


class EntryAnswerOut(Wire):
    """An answer of a reviewer."""

    none_of_these: bool
    findings: list[FindingOut]
    notes: str | None
    blind: bool = Field(
        description="False: scores, names or other answers had been seen before it was given."
    )


class CorroborationOut(Wire):
    """Evidence of another kind."""

    kind: CorroborationKind
    reference: str
    text: str


class EntryReleaseOut(Wire):
    """A lead that was given to the case."""

    candidate: str
    corroboration: CorroborationOut | None


class EntryCloseOut(Wire):
    """A review that ended without a release."""

    reason: str


class ReviewEntryOut(Wire):
    """One entry; of probe, answer, release and close it is one."""

    number: int
    at: Moment
    reviewer: str
    corrects: int | None
    probe: EntryProbeOut | None
    answer: EntryAnswerOut | None
    release: EntryReleaseOut | None
    close: EntryCloseOut | None

    @classmethod
    def of(cls, entry: ReviewEntry, named: Named) -> Self:
        """Render an entry."""
        said: dict[str, object] = dict.fromkeys(("probe", "answer", "release", "close"))
        if entry.probe is not None:
            said["probe"] = EntryProbeOut.model_validate(entry.probe)
        if answer := entry.answer:
            said["answer"] = EntryAnswerOut(
                none_of_these=not answer.findings,
                findings=[FindingOut.of(one, named) for one in answer.findings],
                notes=answer.notes,
                blind=answer.is_blind,
            )
        if entry.close is not None:
            said["close"] = EntryCloseOut(reason=entry.close.reason)
        if release := entry.release:
            found = release.corroboration
            evidence = CorroborationOut.model_validate(found) if found else None
            candidate = named(release.external_image_id)
            said["release"] = EntryReleaseOut(candidate=candidate, corroboration=evidence)
        said |= {"number": entry.number, "at": entry.at, "corrects": entry.corrects}
        return cls.model_validate({**said, "reviewer": entry.reviewer.person})

"""The review of a search by people: what is recorded of it, entry by entry; none is overwritten."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.review_people import Reviewer


class Suitability(StrEnum):
    """Whether the probe can be compared at all; decided before candidates are looked at."""

    SUITABLE = "suitable"
    UNSUITABLE = "unsuitable"


class ProbeFault(StrEnum):
    """Why a probe can hardly be compared, or not at all."""

    RESOLUTION = "resolution"
    BLUR = "blur"
    LIGHTING = "lighting"
    POSE = "pose"
    COVERED = "covered"
    EXPRESSION = "expression"
    ALTERED = "altered"
    NOT_A_PHOTO = "not_a_photo"
    OTHER = "other"


class Conclusion(StrEnum):
    """What a reviewer makes of one candidate; none of it says who somebody is."""

    POSSIBLE_LEAD = "possible_lead"
    INCONCLUSIVE = "inconclusive"
    NOT_PURSUED = "not_pursued"


class Feature(StrEnum):
    """The components of a face and head that are compared, from top to bottom.

    Named as in FISWG's feature list for morphological analysis (version 2.0, 2018), on which ASTM
    E3149 stands; written from memory, not compared with the standard's text.
    """

    SKIN = "skin"
    FACE_HEAD_OUTLINE = "face_head_outline"
    FACE_HEAD_COMPOSITION = "face_head_composition"
    HAIRLINE = "hairline"
    FOREHEAD = "forehead"
    EYEBROWS = "eyebrows"
    EYES = "eyes"
    CHEEKS = "cheeks"
    NOSE = "nose"
    EARS = "ears"
    MOUTH = "mouth"
    CHIN_JAWLINE = "chin_jawline"
    NECK = "neck"
    FACIAL_HAIR = "facial_hair"
    FACIAL_LINES = "facial_lines"
    SCARS = "scars"
    FACIAL_MARKS = "facial_marks"
    ALTERATIONS = "alterations"


class Observation(StrEnum):
    """How a feature of the candidate looks beside the probe's."""

    SIMILAR = "similar"
    DIFFERENT = "different"
    NOT_VISIBLE = "not_visible"


class CorroborationKind(StrEnum):
    """What supports a lead besides the resemblance."""

    FINGERPRINTS = "fingerprints"
    DNA = "dna"
    WITNESS = "witness"
    PHYSICAL_EVIDENCE = "physical_evidence"
    DOCUMENT = "document"
    LOCATION = "location"
    COMMUNICATIONS = "communications"
    OTHER = "other"


class ReviewState(StrEnum):
    """Where a review stands."""

    AWAITING_PROBE = "awaiting_probe"
    IN_REVIEW = "in_review"
    DISAGREEMENT = "disagreement"
    AWAITING_RELEASE = "awaiting_release"
    LEAD_RELEASED = "lead_released"
    NOT_RELEASED = "not_released"
    NO_LEAD = "no_lead"
    INCONCLUSIVE = "inconclusive"
    UNSUITABLE = "unsuitable"


CLOSED = frozenset(
    {
        ReviewState.LEAD_RELEASED,
        ReviewState.NOT_RELEASED,
        ReviewState.NO_LEAD,
        ReviewState.INCONCLUSIVE,
        ReviewState.UNSUITABLE,
    }
)
"""Where nothing more is awaited."""


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """What a review needs, and by which rules of which profile; they stay as they were at first."""

    profile: str = "default"
    version: str = "1"
    reviewers: int = 1
    reviewers_rule: str | None = None
    requester_excluded_rule: str | None = None  # None: who made the search may review it
    corroboration_rule: str | None = None  # None: a lead is released without

    @property
    def wants_people(self) -> bool:
        """Whether people are told apart, so that a key in nobody's name does not do."""
        return self.reviewers > 1 or self.requester_excluded_rule is not None

    def named(self, rule: str | None) -> str:
        """Name a rule and its profile in a sentence."""
        return f"rule {rule} of the policy profile {self.profile} (version {self.version})"


@dataclass(frozen=True, slots=True)
class ProbeDecision:
    """Whether the probe can be compared, and what is wrong with it."""

    suitability: Suitability
    reasons: tuple[ProbeFault, ...] = ()
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class FeatureSeen:
    """One feature that was looked at."""

    feature: Feature
    observation: Observation


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reviewer makes of one candidate, and on what grounds."""

    external_image_id: str
    conclusion: Conclusion
    features: tuple[FeatureSeen, ...] = ()
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewAnswer:
    """What a reviewer makes of all candidates; "none of these" has no findings."""

    findings: tuple[Finding, ...] = ()
    notes: str | None = None
    is_blind: bool = True  # False: scores, names or other answers had been seen before

    @property
    def leads(self) -> frozenset[str]:
        """The candidates that are held to be possible leads."""
        return self._concluded(Conclusion.POSSIBLE_LEAD)

    @property
    def is_inconclusive(self) -> bool:
        """Whether some candidate could not be told from the person of the probe, or from others."""
        return bool(self._concluded(Conclusion.INCONCLUSIVE))

    def _concluded(self, conclusion: Conclusion) -> frozenset[str]:
        return frozenset(
            one.external_image_id for one in self.findings if one.conclusion is conclusion
        )


@dataclass(frozen=True, slots=True)
class Corroboration:
    """Evidence of another kind that a lead has."""

    kind: CorroborationKind
    reference: str
    text: str


@dataclass(frozen=True, slots=True)
class LeadRelease:
    """A lead is given to the case."""

    external_image_id: str
    corroboration: Corroboration | None = None


@dataclass(frozen=True, slots=True)
class LeadClose:
    """The leads that are agreed on are given to nobody, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """One entry, which is exactly one of probe, answer, release and close."""

    number: int  # from 1
    at: datetime
    reviewer: Reviewer
    corrects: int | None = None  # the number of the entry that it takes the place of
    probe: ProbeDecision | None = None
    answer: ReviewAnswer | None = None
    release: LeadRelease | None = None
    close: LeadClose | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The review of one search, as far as it has come."""

    search_id: str
    case_number: str | None
    opened_at: datetime
    rules: ReviewRules
    asked_by: tuple[str, ...]  # the people who made the search or asked for it
    candidates: tuple[str, ...]  # external_image_id of each, as the search answered them
    entries: tuple[ReviewEntry, ...] = ()

    def is_requester(self, reviewer: Reviewer) -> bool:
        """Say whether this person made the search or asked for it."""
        return any(reviewer.may_be(one) for one in self.asked_by)

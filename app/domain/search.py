"""A search: what was asked, and the people the probe resembles. Leads, never identifications."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from app.domain.booking import Booking
from app.domain.derivation import Derivation
from app.domain.face import Face, PhotoSize
from app.domain.high_confidence import SearchMode
from app.domain.policy import PolicyFacts
from app.domain.purpose import Purpose
from app.domain.search_fields import Authority, SearchField
from app.domain.selectivity import ExpectedFalsePositives

NOTICE = (
    "Investigative leads only. A candidate resembles the probe and may be somebody else. "
    "It is not an identification and not probable cause; a trained person must compare the "
    "pictures, and other evidence must be found, before anyone acts on it."
)


class BookingStatus(StrEnum):
    """What came of asking the JMS for a candidate's booking."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True)
class SearchContext:
    """Why a search is made and for whom."""

    purpose: Purpose
    case_number: str | None = None
    requested_by: str | None = None
    notes: str | None = None
    offense: str | None = None
    authority: Authority | None = None
    authority_reference: str | None = None
    narrative: str | None = None

    def said(self) -> dict[SearchField, str | None]:
        """Return what a policy rule may ask for, but for the purpose."""
        return {
            SearchField.CASE_NUMBER: self.case_number,
            SearchField.OFFENSE: self.offense,
            SearchField.AUTHORITY: self.authority,
            SearchField.AUTHORITY_REFERENCE: self.authority_reference,
            SearchField.NARRATIVE: self.narrative,
            SearchField.REQUESTED_BY: self.requested_by,
        }


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How many people to return, how alike, which face of the probe is meant, and how it was made.

    What is None is left to the policy profile; of the probe, that nothing was said.
    """

    max_candidates: int | None = None
    min_similarity: float | None = None
    face: int | None = None
    mode: SearchMode = field(default=SearchMode.INVESTIGATION, repr=False)
    derivation: Derivation | None = field(default=None, repr=False)
    """Not in the `repr`, which names a search in idempotency keys that outlive an upgrade."""


@dataclass(frozen=True, slots=True)
class OtherPhoto:
    """Another photo of a candidate; `similarity` None: it ranks below the photos looked at."""

    external_image_id: str
    similarity: float | None
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person the probe resembles, by the best of their photos."""

    rank: int
    external_image_id: str
    face_id: str
    similarity: float
    raw_score: float
    score_scale: str
    other_photos: tuple[OtherPhoto, ...]
    taken_at: datetime | None
    booking_status: BookingStatus
    status_as_of: datetime | None
    booking: Booking | None
    expected_false_positives: ExpectedFalsePositives | None = None  # None: not calibrated
    redacted: bool = False  # True: the record was sealed or removed after the search

    def without_numbers(self, hidden: Collection[str]) -> "Candidate":
        """Return the same, of its booking's further numbers without these."""
        if self.booking is None:
            return self
        return replace(self, booking=self.booking.without_numbers(hidden))


@dataclass(frozen=True, slots=True)
class Probe:
    """The photo that was searched; its bytes are kept apart, if at all."""

    size: PhotoSize
    sha256: str
    faces: tuple[Face, ...]
    searched: int
    warnings: tuple[str, ...]
    derivation: Derivation | None = None  # None: nothing was said of it


@dataclass(frozen=True, slots=True)
class GalleryFacts:
    """What was searched."""

    faces: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What searched it."""

    name: str
    model: str
    scale: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of each stage."""

    decode: float
    encode: float
    match: float
    enrich: float
    total: float


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What a search answered, as it is kept."""

    search_id: str
    searched_at: datetime
    context: SearchContext
    probe: Probe
    candidates: tuple[Candidate, ...]
    withheld: int
    gallery: GalleryFacts
    engine: EngineFacts
    timings: Timings
    notice: str = NOTICE
    policy: PolicyFacts | None = None  # None: answered before there were profiles
    review_required: bool = False
    mode: SearchMode = SearchMode.INVESTIGATION

    def photo_ids(self) -> set[str]:
        """Return the ids of all photos that it names."""
        best = {candidate.external_image_id for candidate in self.candidates}
        return best | {o.external_image_id for c in self.candidates for o in c.other_photos}

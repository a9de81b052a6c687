"""A search: what was asked, and the people the probe resembles. Leads, never identifications."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.booking import Booking
from app.domain.face import Face, PhotoSize
from app.domain.purpose import Purpose

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


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How many people to return, how alike, and which face of the probe is meant."""

    max_candidates: int = 5
    min_similarity: float = 0.0
    face: int | None = None


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
    expected_false_positives: float | None = None
    redacted: bool = False  # True: the record was sealed or removed after the search


@dataclass(frozen=True, slots=True)
class Probe:
    """The photo that was searched; its bytes are not kept."""

    size: PhotoSize
    sha256: str
    faces: tuple[Face, ...]
    searched: int
    warnings: tuple[str, ...]


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

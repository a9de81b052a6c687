"""Searches on the wire."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from pydantic import Field

from app.api.schemas.booking import BookingOut
from app.api.schemas.derivation import DerivationBody
from app.api.schemas.face import BoxOut, QualityOut
from app.api.schemas.selectivity import ExpectedFalsePositivesOut
from app.api.schemas.wire import Moment, Similarity, Tenths, Wire
from app.domain.high_confidence import SearchMode
from app.domain.purpose import Purpose
from app.domain.search import NOTICE, BookingStatus, Candidate, Probe, SearchAnswer
from app.domain.search_fields import Authority

PhotoUrl = Callable[[str], str]
"""Makes the address of a booking photo from its external_image_id."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What an answer needs besides itself."""

    photo_url: PhotoUrl
    allowed_extra: frozenset[str]


class ProbeFaceOut(Wire):
    """A face of the probe; only one is searched, the others never are."""

    box: BoxOut
    searched: bool
    quality: QualityOut


class ProbeOut(Wire):
    """The photo that was searched; its bytes are not kept."""

    width: int = Field(examples=[480])
    height: int = Field(examples=[600])
    sha256: str
    faces: list[ProbeFaceOut]
    warnings: list[str]
    derivation: DerivationBody | None = Field(
        description="How it was made of another photo, as the caller said; null: nothing was said."
    )

    @classmethod
    def of(cls, probe: Probe) -> Self:
        """Render a probe."""
        faces = [
            ProbeFaceOut(
                box=BoxOut.model_validate(face.box),
                searched=i == probe.searched,
                quality=QualityOut.model_validate(face.quality),
            )
            for i, face in enumerate(probe.faces)
        ]
        return cls(
            width=probe.size.width,
            height=probe.size.height,
            sha256=probe.sha256,
            faces=faces,
            warnings=list(probe.warnings),
            derivation=(
                DerivationBody.model_validate(probe.derivation) if probe.derivation else None
            ),
        )


class OtherPhotoOut(Wire):
    """Another photo of the same person."""

    external_image_id: str
    similarity: Similarity | None = Field(description="Null: it ranks below the photos looked at.")
    taken_at: Moment | None
    photo_url: str


class CandidateOut(Wire):
    """A person the probe resembles: a lead for human review, never an identification."""

    rank: int = Field(ge=1, examples=[1])
    external_image_id: str = Field(examples=["A17"])
    face_id: str
    similarity: Similarity = Field(
        ge=0,
        le=100,
        description="On `score_scale`; not a probability of anything.",
        examples=[91.3],
    )
    score_scale: str
    expected_false_positives: ExpectedFalsePositivesOut | None = Field(
        description="Null until the site has calibrated this model on its own booking photos."
    )
    other_photos: list[OtherPhotoOut]
    taken_at: Moment | None
    booking_status: BookingStatus
    status_as_of: Moment | None
    booking: BookingOut | None
    redacted: bool = Field(
        description=(
            "The record was sealed or removed after the search: what is known of the person is "
            "left out, and `booking_status` is `unavailable`."
        )
    )
    photo_url: str | None = Field(description="Null where redacted.", examples=["/photos/A17"])

    @classmethod
    def of(cls, candidate: Candidate, rendering: Rendering) -> Self:
        """Render a candidate."""
        booking, photo = candidate.booking, candidate.external_image_id
        others = [
            OtherPhotoOut(
                external_image_id=other.external_image_id,
                similarity=other.similarity,
                taken_at=other.taken_at,
                photo_url=rendering.photo_url(other.external_image_id),
            )
            for other in candidate.other_photos
        ]
        return cls(
            rank=candidate.rank,
            external_image_id=photo,
            face_id=candidate.face_id,
            similarity=candidate.similarity,
            score_scale=candidate.score_scale,
            expected_false_positives=ExpectedFalsePositivesOut.of(
                candidate.expected_false_positives
            ),
            other_photos=others,
            taken_at=candidate.taken_at,
            booking_status=candidate.booking_status,
            status_as_of=candidate.status_as_of,
            booking=BookingOut.of(booking, rendering.allowed_extra) if booking else None,
            redacted=candidate.redacted,
            photo_url=None if candidate.redacted else rendering.photo_url(photo),
        )


class GalleryOut(Wire):
    """What was searched."""

    faces: int = Field(examples=[300000])
    as_of: Moment


class EngineOut(Wire):
    """What searched it."""

    name: str = Field(examples=["local"])
    model: str
    scale: str


class TimingsOut(Wire):
    """Milliseconds of each stage."""

    decode: Tenths
    encode: Tenths
    match: Tenths
    enrich: Tenths
    total: Tenths


class PolicyFactsOut(Wire):
    """Under which policy profile a search was made."""

    profile: str = Field(examples=["default"])
    version: str = Field(examples=["1"])
    sha256: str = Field(description="Of the profile's file.")


class SearchAnswerOut(Wire):
    """What a search answers."""

    search_id: str
    searched_at: Moment
    case_number: str | None = Field(examples=["26-001234"])
    purpose: Purpose
    requested_by: str | None
    offense: str | None
    authority: Authority | None
    authority_reference: str | None
    narrative: str | None
    policy: PolicyFactsOut | None = Field(description="Null: made before there were profiles.")
    review_required: bool = Field(
        description=(
            "The policy asks that people review the candidates before a lead is used. No lead is "
            "released (`/searches/{search_id}/reviews`) without it."
        )
    )
    mode: SearchMode = Field(description="Who is shown; a candidate is a lead in either mode.")
    notice: str = Field(examples=[NOTICE])
    probe: ProbeOut
    candidates: list[CandidateOut]
    withheld: int = Field(
        description="People left out: their record may not be shown, or a rule wants it confirmed."
    )
    gallery: GalleryOut
    engine: EngineOut
    timings_ms: TimingsOut

    @classmethod
    def of(cls, answer: SearchAnswer, rendering: Rendering) -> Self:
        """Render an answer."""
        context, policy = answer.context, answer.policy
        return cls(
            search_id=answer.search_id,
            searched_at=answer.searched_at,
            case_number=context.case_number,
            purpose=context.purpose,
            requested_by=context.requested_by,
            offense=context.offense,
            authority=context.authority,
            authority_reference=context.authority_reference,
            narrative=context.narrative,
            policy=PolicyFactsOut.model_validate(policy) if policy else None,
            review_required=answer.review_required,
            mode=answer.mode,
            notice=answer.notice,
            probe=ProbeOut.of(answer.probe),
            candidates=[CandidateOut.of(one, rendering) for one in answer.candidates],
            withheld=answer.withheld,
            gallery=GalleryOut.model_validate(answer.gallery),
            engine=EngineOut.model_validate(answer.engine),
            timings_ms=TimingsOut.model_validate(answer.timings),
        )

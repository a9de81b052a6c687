"""Reviews on the wire: what is answered, as far as whoever asks may see it."""

from collections.abc import Mapping
from typing import Literal, Self, get_args

from pydantic import Field

from app.api.schemas.booking import BookingOut
from app.api.schemas.review_entries import ReviewEntryOut
from app.api.schemas.wire import Moment, Similarity, Wire
from app.domain.blinding import PROBE
from app.domain.purpose import Purpose
from app.domain.review import ReviewRules, ReviewState
from app.domain.search import Candidate
from app.services.reviews.read_reviews import QueuedReview
from app.services.reviews.view import CandidateView, ReviewView

ReviewStep = Literal["probe", "answer", "release", "close"]


class QueuedReviewOut(Wire):
    """One line of the queue."""

    search_id: str
    case_number: str | None = Field(examples=["26-001234"])
    state: ReviewState
    opened_at: Moment
    answers: int = Field(description="How many people have answered.")
    reviewers: int = Field(description="How many must.")
    you_may: list[ReviewStep] = Field(
        description=(
            "What whoever asks can do now, as far as the entries say: whether they have seen what "
            "colours an answer counts in `GET /searches/{search_id}/reviews` alone."
        )
    )

    @classmethod
    def of(cls, queued: QueuedReview) -> Self:
        """Render a line."""
        review = queued.review
        return cls.model_validate(
            {
                "search_id": review.search_id,
                "case_number": review.case_number,
                "state": queued.state,
                "opened_at": review.opened_at,
                "answers": queued.answers,
                "reviewers": review.rules.reviewers,
                "you_may": queued.steps,
            }
        )


class ReviewRulesOut(Wire):
    """What the review needs, by the policy as it was when the review began."""

    profile: str
    version: str
    reviewers: int
    requester_excluded: bool
    corroboration_required: bool

    @classmethod
    def of(cls, rules: ReviewRules) -> Self:
        """Render rules."""
        return cls(
            profile=rules.profile,
            version=rules.version,
            reviewers=rules.reviewers,
            requester_excluded=rules.requester_excluded_rule is not None,
            corroboration_required=rules.corroboration_rule is not None,
        )


class ReviewProbeOut(Wire):
    """The probe, as far as it matters for a comparison."""

    width: int
    height: int
    sha256: str
    warnings: list[str]
    picture: str = Field(description="Where it is shown; 404 where the probe is not kept.")


class KnownCandidateOut(Wire):
    """What is known of a candidate; not shown to whoever has yet to answer."""

    rank: int
    similarity: Similarity
    score_scale: str
    external_image_id: str
    taken_at: Moment | None
    booking: BookingOut | None

    @classmethod
    def of(cls, candidate: Candidate, allowed_extra: frozenset[str]) -> Self:
        """Render a candidate."""
        booking = candidate.booking
        return cls(
            rank=candidate.rank,
            similarity=candidate.similarity,
            score_scale=candidate.score_scale,
            external_image_id=candidate.external_image_id,
            taken_at=candidate.taken_at,
            booking=BookingOut.of(booking, allowed_extra) if booking else None,
        )


class ReviewCandidateOut(Wire):
    """A candidate by an opaque id: a lead for human review, never an identification."""

    candidate: str = Field(description="Names the candidate in answers and releases.")
    pictures: list[str] = Field(description="Where the photos are shown; the best is the first.")
    redacted: bool = Field(description="Sealed or removed since; needs no conclusion.")
    known: KnownCandidateOut | None = Field(description="Null until your own answer is in.")


class ReviewOut(Wire):
    """The review of a search, as far as whoever asks may see it now."""

    search_id: str
    case_number: str | None
    purpose: Purpose
    searched_at: Moment
    notice: str
    state: ReviewState
    rules: ReviewRulesOut
    reviewer: str = Field(description="Whose review this is: the person called for, or the key.")
    blind: bool = Field(description="True until your own answer is in: pictures alone are shown.")
    you_may: list[ReviewStep] = Field(description="What you can do now.")
    probe: ReviewProbeOut
    candidates: list[ReviewCandidateOut] | None = Field(
        description=(
            "Null until the probe is found suitable. While blind in an order of your own, which "
            "says nothing of ranks."
        )
    )
    entries: list[ReviewEntryOut] = Field(description="While blind only decisions on the probe.")
    leads: list[str] | None = Field(description="Agreed on or decided; null: not yet, or blind.")
    released: list[str]
    release_stands: bool = Field(
        description="False: an answer was corrected since; the release is not agreed on any more."
    )
    recorded: int | None = Field(description="The number of the entry that this call recorded.")

    @classmethod
    def of(cls, view: ReviewView, allowed_extra: frozenset[str]) -> Self:
        """Render what may be seen."""
        named = view.names.__getitem__
        answer, review = view.answer, view.review
        base = f"/searches/{review.search_id}/pictures/"
        candidates = view.candidates
        return cls(
            search_id=review.search_id,
            case_number=answer.context.case_number,
            purpose=answer.context.purpose,
            searched_at=answer.searched_at,
            notice=answer.notice,
            state=view.state,
            rules=ReviewRulesOut.of(review.rules),
            reviewer=view.reviewer.person,
            blind=view.is_blind,
            you_may=_steps(view),
            probe=_probe(view, base + PROBE),
            candidates=None
            if candidates is None
            else [_candidate(one, base, allowed_extra) for one in candidates],
            entries=[ReviewEntryOut.of(entry, named) for entry in view.entries],
            leads=None if view.leads is None else sorted(map(named, view.leads)),
            released=sorted(map(named, view.released)),
            release_stands=view.release_stands,
            recorded=view.recorded,
        )


def _steps(view: ReviewView) -> list[ReviewStep]:
    known: Mapping[str, ReviewStep] = {one: one for one in get_args(ReviewStep)}
    return [known[step] for step in view.steps]


def _probe(view: ReviewView, picture: str) -> ReviewProbeOut:
    probe = view.answer.probe
    return ReviewProbeOut(
        width=probe.size.width,
        height=probe.size.height,
        sha256=probe.sha256,
        warnings=list(probe.warnings),
        picture=picture,
    )


def _candidate(view: CandidateView, base: str, allowed_extra: frozenset[str]) -> ReviewCandidateOut:
    shown = view.known is not None and not view.is_gone
    return ReviewCandidateOut(
        candidate=view.candidate_id,
        pictures=[base + one for one in view.pictures],
        redacted=view.is_gone,
        known=KnownCandidateOut.of(view.known, allowed_extra) if view.known and shown else None,
    )

"""What one reviewer may see of a review now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.blinding import Blinding
from app.domain.review import Review, ReviewEntry, ReviewState, Suitability
from app.domain.review_people import Reviewer
from app.domain.review_standing import Standing
from app.domain.review_steps import steps_open
from app.domain.search import Candidate, SearchAnswer
from app.services.reviews.known import Known
from app.services.reviews.redaction import without_gone


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate by opaque ids; what is known of the person only for those who may see it."""

    candidate_id: str
    pictures: tuple[str, ...]  # the ids of their pictures; none where they must not be shown
    is_gone: bool  # sealed or removed since
    known: Candidate | None  # None while blind


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review as one person may see it."""

    answer: SearchAnswer
    review: Review
    state: ReviewState
    reviewer: Reviewer
    is_blind: bool
    steps: tuple[str, ...]
    candidates: tuple[CandidateView, ...] | None  # None: the probe is not found suitable (yet)
    entries: tuple[ReviewEntry, ...]
    names: Mapping[str, str]  # the opaque id of each candidate, by external_image_id
    leads: frozenset[str] | None
    released: frozenset[str]
    release_stands: bool
    recorded: int | None = None  # the number of the entry that was just recorded


def view_of(
    known: Known, reviewer: Reviewer, blinding: Blinding, recorded: int | None = None
) -> ReviewView:
    """Return what this person may see: until their own answer is in, pictures alone."""
    review = known.review
    standing = Standing.of(review)
    blind = standing.must_be_blind(reviewer)
    shown = without_gone(review, known.gone).entries
    return ReviewView(
        answer=known.answer,
        review=review,
        state=standing.state,
        reviewer=reviewer,
        is_blind=blind,
        steps=steps_open(review, reviewer, has_seen=known.has_seen(reviewer)),
        candidates=_candidates(known, reviewer, blinding, blind=blind),
        entries=_of_probe(shown, reviewer) if blind else shown,
        names={one: blinding.picture_id(known.answer.search_id, one) for one in review.candidates},
        leads=None if blind else standing.leads,
        released=standing.released_ids,
        release_stands=standing.release_stands,
        recorded=recorded,
    )


def _of_probe(entries: Sequence[ReviewEntry], reviewer: Reviewer) -> tuple[ReviewEntry, ...]:
    """Return decisions on the probe without the notes of others, who may have seen everything."""
    return tuple(
        one
        if one.reviewer.is_same(reviewer)
        else replace(one, probe=replace(one.probe, notes=None))
        for one in entries
        if one.probe is not None
    )


def is_shown(review: Review) -> bool:
    """Say whether candidates may be shown at all: the probe was found suitable."""
    newest = Standing.of(review).probe
    decision = newest.probe if newest else None
    return decision is not None and decision.suitability is Suitability.SUITABLE


def _candidates(
    known: Known, reviewer: Reviewer, blinding: Blinding, *, blind: bool
) -> tuple[CandidateView, ...] | None:
    if not is_shown(known.review):
        return None
    search_id, ranked = known.answer.search_id, known.answer.candidates
    if blind:
        by_id = {one.external_image_id: one for one in ranked}
        ranked = tuple(by_id[one] for one in blinding.shuffled(search_id, reviewer, list(by_id)))
    return tuple(_candidate(search_id, one, blinding, blind=blind) for one in ranked)


def _candidate(
    search_id: str, candidate: Candidate, blinding: Blinding, *, blind: bool
) -> CandidateView:
    ids = [blinding.picture_id(search_id, one) for one in photos_of(candidate)]
    return CandidateView(
        candidate_id=ids[0],
        pictures=() if candidate.redacted else tuple(ids),
        is_gone=candidate.redacted,
        known=None if blind else candidate,
    )


def photos_of(candidate: Candidate) -> Sequence[str]:
    """Return the ids of a candidate's photos, the best first."""
    others = (other.external_image_id for other in candidate.other_photos)
    return [candidate.external_image_id, *others]

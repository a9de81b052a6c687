"""Use case: look at the queue of reviews, or at one as far as it may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.blinding import Blinding
from app.domain.errors import SearchNotFoundError
from app.domain.policy_in_force import Policy
from app.domain.review import Review, ReviewState
from app.domain.review_standing import Standing
from app.domain.review_steps import steps_open
from app.ports.records import Records
from app.ports.review_records import ReviewPage
from app.services.recorded import refusals_recorded, utc_now
from app.services.reviews.known import known, reviewer_of
from app.services.reviews.view import ReviewView, view_of


@dataclass(frozen=True, slots=True)
class QueuedReview:
    """One line of the queue."""

    review: Review
    state: ReviewState
    answers: int
    steps: tuple[str, ...]  # that whoever asks can take now


@dataclass(frozen=True, slots=True)
class ReadReviews:
    """Show reviews, and nothing that would colour an answer before it is in; looks are recorded."""

    records: Records
    policy: Policy
    blinding: Blinding

    async def one(self, search_id: str, actor: Actor) -> ReviewView:
        """Return a search's review, begun or not, as this person may see it; SearchNotFoundError.

        The record says whether it was seen blind, for answers that come later.
        """

        def entry(outcome: str, *, blind: bool | None = None) -> AuditEntry:
            details = {} if blind is None else {"blind": blind}
            about = search_id[:100]
            action = AuditAction.VIEW_REVIEW
            return AuditEntry(utc_now(), action, actor, outcome, search_id=about, details=details)

        async with refusals_recorded(self.records, entry), self.records.unit() as unit:
            found = await known(unit, self.policy, search_id)
            view = view_of(found, reviewer_of(actor), self.blinding)
            await unit.audit.append(entry("answered", blind=view.is_blind))
        return view

    async def page(self, wanted: ReviewPage, actor: Actor) -> Sequence[QueuedReview]:
        """Return reviews, oldest first; SearchNotFoundError when `after` is no review."""
        reviewer = reviewer_of(actor)
        async with self.records.unit() as unit:
            if wanted.after is not None and await unit.reviews.get(wanted.after) is None:
                raise SearchNotFoundError
            found = await unit.reviews.page(wanted)
            action, details = AuditAction.VIEW_REVIEW, {"search_ids": [r.search_id for r in found]}
            case = wanted.case_number
            await unit.audit.append(
                AuditEntry(utc_now(), action, actor, "answered", case_number=case, details=details)
            )
        return [_queued(review, steps_open(review, reviewer)) for review in found]


def _queued(review: Review, steps: tuple[str, ...]) -> QueuedReview:
    standing = Standing.of(review)
    return QueuedReview(review, standing.state, len(standing.answers), steps)

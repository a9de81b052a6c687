"""Part of a search: its review is begun in the same transaction where the policy asks for one."""

from collections.abc import Sequence

from app.domain.review import ReviewRules, ReviewState
from app.domain.search import SearchAnswer
from app.ports.records import Unit
from app.services.reviews.known import new_review


async def open_review(
    unit: Unit, answer: SearchAnswer, rules: ReviewRules, asked_by: Sequence[str]
) -> None:
    """Put a search that was just answered into the queue of reviewers; its probe waits for them."""
    await unit.reviews.open(new_review(answer, rules, asked_by), ReviewState.AWAITING_PROBE)

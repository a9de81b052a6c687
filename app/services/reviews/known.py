"""What is on record of a search under review, and what the audit says who has seen of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.audit import Actor
from app.domain.errors import SearchNotFoundError
from app.domain.policy_in_force import Policy
from app.domain.review import Review, ReviewRules
from app.domain.review_people import Reviewer
from app.domain.search import SearchAnswer
from app.ports.records import Unit
from app.services.read_searches import redacted
from app.services.recorded import utc_now


@dataclass(frozen=True, slots=True)
class Known:
    """A search less what was sealed since, its review, and who has seen what colours an answer."""

    answer: SearchAnswer
    review: Review
    seen_by: Sequence[str]  # people; a key, where it named nobody

    @property
    def gone(self) -> frozenset[str]:
        """The candidates who must not be shown any more."""
        return frozenset(one.external_image_id for one in self.answer.candidates if one.redacted)

    @property
    def ranks(self) -> dict[str, int]:
        """Each candidate's rank by id."""
        return {one.external_image_id: one.rank for one in self.answer.candidates}

    def has_seen(self, reviewer: Reviewer) -> bool:
        """Say whether this person has seen scores and names of the search, or others' answers."""
        return any(reviewer.may_be(one) for one in self.seen_by)

    def with_review(self, review: Review) -> "Known":
        """Return the same with a review that went on."""
        return replace(self, review=review)


def reviewer_of(actor: Actor) -> Reviewer:
    """Return whose review it is: the person's for whom a system calls, else the key's."""
    return Reviewer(actor.on_behalf_of or actor.name, actor.name)


def new_review(answer: SearchAnswer, rules: ReviewRules, asked_by: Sequence[str]) -> Review:
    """Return a review without entries."""
    candidates = tuple(one.external_image_id for one in answer.candidates)
    case_number = answer.context.case_number
    people = tuple(dict.fromkeys(asked_by))
    return Review(answer.search_id, case_number, utc_now(), rules, people, candidates)


def people_of(actor: Actor, requested_by: str | None) -> list[str]:
    """Return who made a search and who asked for it."""
    return [actor.on_behalf_of or actor.name, *([requested_by] if requested_by else [])]


async def known(unit: Unit, policy: Policy, search_id: str, *, locked: bool = False) -> Known:
    """Return what is known; a review that nobody began is under the rules in force now.

    Raises SearchNotFoundError.
    """
    answer = await unit.searches.get(search_id)
    if answer is None:
        raise SearchNotFoundError
    get = unit.reviews.get_locked if locked else unit.reviews.get
    review = await get(search_id)
    if review is None:
        rules = policy.terms(answer.context.purpose).review
        review = new_review(answer, rules, await unit.audit.askers_of(search_id))
    [shown] = await redacted(unit, [answer])
    seen_by = await unit.audit.seen_by(search_id, answer.probe.sha256)
    return Known(shown, review, seen_by)

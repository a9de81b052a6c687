"""Reviews to try in tests."""

from datetime import UTC, datetime

from app.domain.review import (
    Conclusion,
    Finding,
    ProbeDecision,
    ProbeFault,
    Review,
    ReviewAnswer,
    ReviewRules,
    Suitability,
)
from app.domain.review_people import Reviewer
from app.domain.review_steps import Step, answered, probed

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PEOPLE = tuple(Reviewer(name, "desk (0a1b2c3d)") for name in ("Ann", "Bob", "Cleo", "Sgt. O"))
ANN, BOB, CLEO, ASKER = PEOPLE
SUITABLE = ProbeDecision(Suitability.SUITABLE)
UNSUITABLE = ProbeDecision(Suitability.UNSUITABLE, (ProbeFault.BLUR,))
NONE = ReviewAnswer()
TWO = ReviewRules(reviewers=2, reviewers_rule="two")
CANDIDATES = ("A1", "A2")


def review(rules: ReviewRules | None = None, candidates: tuple[str, ...] = CANDIDATES) -> Review:
    return Review("S-1", "26-1", NOW, rules or ReviewRules(), ("Sgt. O", "Det. N"), candidates)


def step(who: Reviewer, corrects: int | None = None) -> Step:
    return Step(NOW, who, corrects)


def said(*conclusions: Conclusion, blind: bool = True) -> ReviewAnswer:
    """Return an answer with a conclusion on each candidate."""
    findings = tuple(
        Finding(one, conclusion) for one, conclusion in zip(CANDIDATES, conclusions, strict=True)
    )
    return ReviewAnswer(findings, is_blind=blind)


LEAD = said(Conclusion.POSSIBLE_LEAD, Conclusion.NOT_PURSUED)
OTHER = said(Conclusion.NOT_PURSUED, Conclusion.POSSIBLE_LEAD)
UNCLEAR = said(Conclusion.INCONCLUSIVE, Conclusion.NOT_PURSUED)


def begun(rules: ReviewRules | None = None) -> Review:
    return probed(review(rules), step(ANN), SUITABLE)


def after(review: Review, *answers: tuple[Reviewer, ReviewAnswer]) -> Review:
    for who, answer in answers:
        review = answered(review, step(who), answer)
    return review

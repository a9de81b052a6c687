"""The steps of a review: each is checked against where it stands, and becomes a new entry."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from app.domain.errors import (
    CorroborationRequiredError,
    OnBehalfOfRequiredError,
    ReviewAnswerError,
    ReviewEntryStandsError,
    ReviewerExcludedError,
    ReviewerNotBlindError,
    ReviewStateError,
)
from app.domain.review import (
    LeadClose,
    LeadRelease,
    ProbeDecision,
    Review,
    ReviewAnswer,
    ReviewEntry,
    ReviewState,
    Suitability,
)
from app.domain.review_people import Reviewer
from app.domain.review_standing import Standing

_UNANSWERABLE = {
    ReviewState.AWAITING_PROBE: "Decide first whether the probe is suitable.",
    ReviewState.UNSUITABLE: "The probe was found unsuitable, so no candidate is reviewed.",
}
_AWAITS_ANSWERS = {ReviewState.IN_REVIEW, ReviewState.DISAGREEMENT}
MOST_ENTRIES: Final = 100
"""Corrections included; each is read and told whole whenever the review is."""

_HAS_LEADS = {
    ReviewState.AWAITING_RELEASE,
    ReviewState.NOT_RELEASED,
    ReviewState.LEAD_RELEASED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """Who does something, when, and which entry it takes the place of."""

    at: datetime
    reviewer: Reviewer
    corrects: int | None = None


def probed(review: Review, step: Step, decision: ProbeDecision) -> Review:
    """Decide whether the probe is suitable; the newest decision counts, whoever made it.

    Raises OnBehalfOfRequiredError, ReviewerExcludedError, ReviewStateError, ReviewEntryStandsError
    and ReviewAnswerError.
    """
    _check_reviewer(review, step.reviewer)
    standing = Standing.of(review)
    if standing.released:
        raise ReviewStateError("A lead was released; the probe's decision stays as it was.")
    _check_corrects(step, standing.probe)
    if decision.suitability is Suitability.UNSUITABLE and not decision.reasons:
        raise ReviewAnswerError([("reasons", "say why the probe is unsuitable")])
    return _with(review, step, probe=decision)


def answered(
    review: Review, step: Step, answer: ReviewAnswer, gone: Collection[str] = ()
) -> Review:
    """Record what a reviewer makes of the candidates; those in `gone` need no finding any more.

    Raises OnBehalfOfRequiredError, ReviewerExcludedError, ReviewStateError, ReviewEntryStandsError,
    ReviewerNotBlindError and ReviewAnswerError.
    """
    _check_reviewer(review, step.reviewer)
    standing = Standing.of(review)
    own, state = standing.answer_of(step.reviewer), standing.state
    if told := _UNANSWERABLE.get(state):
        raise ReviewStateError(told)
    if own is None and state not in _AWAITS_ANSWERS:
        raise ReviewStateError(f"No further answer is awaited: the review stands at {state}.")
    _check_corrects(step, own)
    if own is None and not answer.is_blind and not _may_have_seen(review, standing):
        raise ReviewerNotBlindError(review.rules.named(review.rules.reviewers_rule))
    _check_findings(review, answer, gone)
    return _with(review, step, answer=answer)


def released(review: Review, step: Step, release: LeadRelease) -> Review:
    """Give a lead to the case.

    Raises ReviewStateError, ReviewAnswerError and CorroborationRequiredError.
    """
    standing = Standing.of(review)
    if standing.state not in _HAS_LEADS or not standing.leads:
        raise ReviewStateError(f"There is no lead to release: the review is {standing.state}.")
    if release.external_image_id not in standing.leads:
        raise ReviewAnswerError([("candidate", "the reviewers do not hold it to be a lead")])
    if release.external_image_id in standing.released_ids:
        raise ReviewStateError("This lead was released already.")
    rules = review.rules
    if rules.corroboration_rule is not None and release.corroboration is None:
        raise CorroborationRequiredError(rules.named(rules.corroboration_rule))
    return _with(review, step, release=release)


def closed(review: Review, step: Step, close: LeadClose) -> Review:
    """End a review whose leads are given to nobody: their evidence never comes, or may not be told.

    Raises OnBehalfOfRequiredError, ReviewerExcludedError and ReviewStateError.
    """
    _check_reviewer(review, step.reviewer)
    if (state := Standing.of(review).state) is not ReviewState.AWAITING_RELEASE:
        raise ReviewStateError(f"Only what awaits a release is closed so: the review is {state}.")
    return _with(review, step, close=close)


def steps_open(review: Review, reviewer: Reviewer, *, has_seen: bool = False) -> tuple[str, ...]:
    """Name the steps that this person can take now: probe, answer, release, close.

    `has_seen`: they have seen what colours an answer.
    """
    standing, steps = Standing.of(review), list[str]()
    own = standing.answer_of(reviewer)
    may_review = _may_review(review, reviewer)
    if may_review and not standing.released:
        steps.append("probe")
    correctable = own is not None and standing.state not in _UNANSWERABLE
    awaited = own is None and standing.state in _AWAITS_ANSWERS
    is_taken = not has_seen or _may_have_seen(review, standing)
    if may_review and (correctable or (awaited and is_taken)):
        steps.append("answer")
    if standing.state in _HAS_LEADS and (standing.leads or frozenset()) - standing.released_ids:
        steps.append("release")
    if may_review and standing.state is ReviewState.AWAITING_RELEASE:
        steps.append("close")
    return tuple(steps)


def _check_reviewer(review: Review, reviewer: Reviewer) -> None:
    rules = review.rules
    if rules.wants_people and not reviewer.is_named:
        raise OnBehalfOfRequiredError
    if rules.requester_excluded_rule is not None and review.is_requester(reviewer):
        raise ReviewerExcludedError(rules.named(rules.requester_excluded_rule))


def _may_review(review: Review, reviewer: Reviewer) -> bool:
    try:
        _check_reviewer(review, reviewer)
    except (OnBehalfOfRequiredError, ReviewerExcludedError):
        return False
    return True


def _check_corrects(step: Step, stands: ReviewEntry | None) -> None:
    """Two who decide at once do not pass over each other: a correction names what it corrects."""
    number = stands.number if stands else None
    if step.corrects == number:
        return
    if number is None:
        raise ReviewAnswerError([("corrects", "there is no entry to correct yet; leave it out")])
    raise ReviewEntryStandsError(number)


def _may_have_seen(review: Review, standing: Standing) -> bool:
    """Of several reviewers one may have seen the search's answer, the others must not have.

    An examiner never may.
    """
    rules = review.rules
    if rules.reviewers == 1 and not standing.answers:
        return True
    first = _first_answers(review)
    return len(first) < rules.reviewers and all(one.is_blind for one in first)


def _first_answers(review: Review) -> list[ReviewAnswer]:
    first = list[ReviewEntry]()
    for entry in review.entries:
        if entry.answer is not None and not any(e.reviewer.is_same(entry.reviewer) for e in first):
            first.append(entry)
    return [entry.answer for entry in first if entry.answer is not None]


def _check_findings(review: Review, answer: ReviewAnswer, gone: Collection[str]) -> None:
    if not answer.findings:
        return
    named = Counter(one.external_image_id for one in answer.findings)
    complaints = []
    if any(count > 1 for count in named.values()):
        complaints.append(("findings", "names a candidate twice"))
    if not named.keys() <= set(review.candidates):
        complaints.append(("findings", "names somebody who is no candidate of this search"))
    missing = [one for one in review.candidates if one not in named and one not in gone]
    if missing:
        count = len(missing)
        told = f"{count} of the candidates are not in it; say of each what you make of them"
        complaints.append(("findings", told))
    for finding in answer.findings:
        seen = [one.feature for one in finding.features]
        if len(set(seen)) < len(seen):
            complaints.append(("findings", "names a feature twice for one candidate"))
    if complaints:
        raise ReviewAnswerError(complaints)


def _with(
    review: Review,
    step: Step,
    *,
    probe: ProbeDecision | None = None,
    answer: ReviewAnswer | None = None,
    release: LeadRelease | None = None,
    close: LeadClose | None = None,
) -> Review:
    number = len(review.entries) + 1
    if number > MOST_ENTRIES:
        told = f"A review has at most {MOST_ENTRIES} entries, and this one has them all."
        raise ReviewStateError(told)
    entry = ReviewEntry(
        *(number, step.at, step.reviewer, step.corrects),
        probe=probe,
        answer=answer,
        release=release,
        close=close,
    )
    return replace(review, entries=(*review.entries, entry))

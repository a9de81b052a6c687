"""Where a review stands after each step, and which steps are refused."""

from dataclasses import replace

import pytest

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
    Conclusion,
    Corroboration,
    CorroborationKind,
    Feature,
    FeatureSeen,
    Finding,
    LeadClose,
    LeadRelease,
    Observation,
    ProbeDecision,
    Review,
    ReviewAnswer,
    ReviewRules,
    ReviewState,
    Suitability,
)
from app.domain.review_people import Reviewer
from app.domain.review_standing import Standing
from app.domain.review_steps import answered, closed, probed, released, steps_open
from tests.domain.reviews import (
    ANN,
    ASKER,
    BOB,
    CLEO,
    LEAD,
    NONE,
    OTHER,
    SUITABLE,
    TWO,
    UNCLEAR,
    UNSUITABLE,
    after,
    begun,
    review,
    step,
)

STRICT = replace(TWO, requester_excluded_rule="others", corroboration_rule="evidence")
EVIDENCE = Corroboration(CorroborationKind.DNA, "Lab 1", "A hair.")


def state(one: Review) -> ReviewState:
    return Standing.of(one).state


def test_nothing_is_answered_before_the_probe_is_found_suitable() -> None:
    assert state(review()) is ReviewState.AWAITING_PROBE
    with pytest.raises(ReviewStateError, match="Decide first"):
        answered(review(), step(ANN), NONE)

    closed = probed(review(), step(ANN), UNSUITABLE)

    assert state(closed) is ReviewState.UNSUITABLE
    with pytest.raises(ReviewStateError, match="found unsuitable"):
        answered(closed, step(ANN), NONE)


def test_an_unsuitable_probe_has_a_reason() -> None:
    with pytest.raises(ReviewAnswerError, match="say why"):
        probed(review(), step(ANN), ProbeDecision(Suitability.UNSUITABLE))


def test_a_decision_on_the_probe_is_corrected_by_a_new_entry() -> None:
    closed = probed(review(), step(ANN), UNSUITABLE)
    with pytest.raises(ReviewEntryStandsError, match="corrects=1"):
        probed(closed, step(BOB), SUITABLE)

    opened = probed(closed, step(BOB, 1), SUITABLE)

    assert state(opened) is ReviewState.IN_REVIEW
    assert opened.entries[0] == closed.entries[0]


def test_nothing_is_corrected_that_is_not_there() -> None:
    with pytest.raises(ReviewAnswerError, match="no entry to correct"):
        probed(review(), step(ANN, 1), SUITABLE)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (NONE, ReviewState.NO_LEAD),
        (UNCLEAR, ReviewState.INCONCLUSIVE),
        (LEAD, ReviewState.AWAITING_RELEASE),
    ],
)
def test_one_reviewer_may_do_it_where_no_rule_says_more(
    answer: ReviewAnswer, expected: ReviewState
) -> None:
    assert state(after(begun(), (ANN, answer))) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (NONE, NONE, ReviewState.NO_LEAD),
        (NONE, UNCLEAR, ReviewState.INCONCLUSIVE),
        (LEAD, LEAD, ReviewState.AWAITING_RELEASE),
        (LEAD, NONE, ReviewState.DISAGREEMENT),
        (LEAD, OTHER, ReviewState.DISAGREEMENT),
    ],
)
def test_two_reviewers_agree_when_they_hold_the_same_to_be_leads(
    first: ReviewAnswer, second: ReviewAnswer, expected: ReviewState
) -> None:
    one = after(begun(TWO), (ANN, first))

    assert state(one) is ReviewState.IN_REVIEW
    assert state(after(one, (BOB, second))) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (LEAD, ReviewState.AWAITING_RELEASE),
        (NONE, ReviewState.NO_LEAD),
        (UNCLEAR, ReviewState.INCONCLUSIVE),
    ],
)
def test_an_examiner_decides_between_reviewers_who_disagree(
    answer: ReviewAnswer, expected: ReviewState
) -> None:
    disagreed = after(begun(TWO), (ANN, LEAD), (BOB, NONE))

    decided = after(disagreed, (CLEO, answer))

    assert state(decided) is expected
    with pytest.raises(ReviewStateError, match="No further answer"):
        answered(decided, step(ASKER), NONE)


def test_reviewers_who_disagree_may_come_to_agree() -> None:
    disagreed = after(begun(TWO), (ANN, LEAD), (BOB, NONE))
    with pytest.raises(ReviewEntryStandsError, match="Entry 3"):
        answered(disagreed, step(BOB), LEAD)

    agreed = answered(disagreed, step(BOB, 3), replace(LEAD, is_blind=False))

    assert state(agreed) is ReviewState.AWAITING_RELEASE
    assert len(agreed.entries) == 4


def test_one_person_is_one_reviewer_however_the_name_is_written() -> None:
    one = after(begun(TWO), (ANN, LEAD))

    with pytest.raises(ReviewEntryStandsError):
        answered(one, step(Reviewer("  ANN ", "another key")), LEAD)


def test_of_several_reviewers_only_one_may_have_seen_the_answer() -> None:
    seen = replace(LEAD, is_blind=False)
    one = after(begun(TWO), (ANN, seen))

    with pytest.raises(ReviewerNotBlindError, match="rule two"):
        answered(one, step(BOB), seen)
    assert state(after(one, (BOB, LEAD))) is ReviewState.AWAITING_RELEASE
    blind_first = after(begun(TWO), (ANN, LEAD))
    disagreed = after(blind_first, (BOB, replace(NONE, is_blind=False)))
    with pytest.raises(ReviewerNotBlindError):
        answered(disagreed, step(CLEO), seen)


def test_who_made_the_search_reviews_it_only_where_no_rule_is_against_it() -> None:
    with pytest.raises(ReviewerExcludedError, match="rule others"):
        probed(review(STRICT), step(ASKER), SUITABLE)
    with pytest.raises(ReviewerExcludedError):
        answered(begun(STRICT), step(Reviewer("det. n", "another key")), NONE)

    assert state(after(begun(), (ASKER, NONE))) is ReviewState.NO_LEAD


def test_a_lead_is_released_with_its_evidence_where_a_rule_asks_for_it() -> None:
    found = after(begun(STRICT), (ANN, LEAD), (BOB, LEAD))
    with pytest.raises(CorroborationRequiredError, match="rule evidence"):
        released(found, step(CLEO), LeadRelease("A1"))
    with pytest.raises(ReviewAnswerError, match="do not hold"):
        released(found, step(CLEO), LeadRelease("A2", EVIDENCE))

    given = released(found, step(CLEO), LeadRelease("A1", EVIDENCE))

    assert state(given) is ReviewState.LEAD_RELEASED
    with pytest.raises(ReviewStateError, match="released already"):
        released(given, step(CLEO), LeadRelease("A1", EVIDENCE))
    with pytest.raises(ReviewStateError, match="stays as it was"):
        probed(given, step(ANN, 1), UNSUITABLE)


def test_nothing_is_released_that_nobody_holds_to_be_a_lead() -> None:
    with pytest.raises(ReviewStateError, match="no lead to release"):
        released(after(begun(), (ANN, NONE)), step(ANN), LeadRelease("A1"))


def test_a_correction_after_the_release_does_not_undo_it_and_is_told() -> None:
    given = released(after(begun(), (ANN, LEAD)), step(ANN), LeadRelease("A1"))

    doubted = answered(given, step(ANN, 2), replace(NONE, is_blind=False))

    assert Standing.of(given).release_stands
    assert state(doubted) is ReviewState.LEAD_RELEASED
    assert not Standing.of(doubted).release_stands
    assert Standing.of(given).is_closed


def test_a_search_without_candidates_is_no_lead_once_its_probe_was_looked_at() -> None:
    nobody = probed(review(candidates=()), step(ANN), SUITABLE)

    assert state(nobody) is ReviewState.NO_LEAD


@pytest.mark.parametrize(
    ("findings", "told"),
    [
        ((Finding("A1", Conclusion.NOT_PURSUED),), "1 of the candidates are not in it"),
        ((Finding("A1", Conclusion.NOT_PURSUED),) * 2, "twice"),
        ((Finding("A9", Conclusion.NOT_PURSUED),), "no candidate"),
        (
            (
                Finding(
                    "A1",
                    Conclusion.NOT_PURSUED,
                    (FeatureSeen(Feature.NOSE, Observation.SIMILAR),) * 2,
                ),
            ),
            "a feature twice",
        ),
    ],
)
def test_an_answer_is_about_every_candidate_once(findings: tuple[Finding, ...], told: str) -> None:
    with pytest.raises(ReviewAnswerError, match=told):
        answered(begun(), step(ANN), ReviewAnswer(findings))


def test_who_is_gone_needs_no_finding() -> None:
    one = ReviewAnswer((Finding("A1", Conclusion.INCONCLUSIVE),))

    assert state(answered(begun(), step(ANN), one, gone={"A2"})) is ReviewState.INCONCLUSIVE


def test_the_steps_that_a_person_can_take_are_named() -> None:
    found = after(begun(STRICT), (ANN, LEAD))

    assert steps_open(review(STRICT), ANN) == ("probe",)
    assert steps_open(review(STRICT), ASKER) == ()
    assert steps_open(found, BOB) == ("probe", "answer")
    assert steps_open(found, ANN) == ("probe", "answer")
    agreed = after(found, (BOB, LEAD))
    assert steps_open(agreed, CLEO) == ("probe", "release", "close")
    assert steps_open(agreed, ASKER) == ("release",)
    given = released(agreed, step(CLEO), LeadRelease("A1", EVIDENCE))
    assert steps_open(given, CLEO) == ()
    assert steps_open(given, ANN) == ("answer",)


def test_whoever_has_seen_the_answer_may_answer_only_where_it_is_taken() -> None:
    assert steps_open(begun(), ANN, has_seen=True) == ("probe", "answer")
    assert steps_open(begun(TWO), ANN, has_seen=True) == ("probe", "answer")
    seen = answered(begun(TWO), step(ANN), replace(LEAD, is_blind=False))
    assert steps_open(seen, BOB, has_seen=True) == ("probe",)
    assert steps_open(seen, BOB) == ("probe", "answer")
    assert steps_open(seen, ANN, has_seen=True) == ("probe", "answer")


def test_without_a_rule_one_reviewer_is_enough_and_nothing_else_is_asked() -> None:
    assert ReviewRules() == ReviewRules("default", "1", 1, None, None, None)


def test_who_finds_the_probe_unsuitable_sees_nothing_by_it() -> None:
    unsuitable = probed(after(begun(TWO), (ANN, LEAD)), step(BOB, corrects=1), UNSUITABLE)

    assert state(unsuitable) is ReviewState.UNSUITABLE
    assert Standing.of(unsuitable).must_be_blind(BOB)
    assert not Standing.of(unsuitable).must_be_blind(ANN)


def test_a_key_that_names_nobody_does_not_do_where_people_are_told_apart() -> None:
    desk = Reviewer("desk (0a1b2c3d)", "desk (0a1b2c3d)")
    with pytest.raises(OnBehalfOfRequiredError):
        probed(review(TWO), step(desk), SUITABLE)
    with pytest.raises(OnBehalfOfRequiredError):
        answered(begun(TWO), step(desk), NONE)

    assert steps_open(begun(TWO), desk) == ()
    signed_in = Reviewer("ann (1 at idp.example)", "ann (1 at idp.example)")
    assert after(begun(TWO), (signed_in, LEAD)).entries


def test_what_a_key_searched_for_nobody_was_searched_by_anybody_of_that_key() -> None:
    strict = replace(review(STRICT), asked_by=("desk (0a1b2c3d)",))
    with pytest.raises(ReviewerExcludedError):
        probed(strict, step(ANN), SUITABLE)
    assert probed(strict, step(Reviewer("Ann", "other (11223344)")), SUITABLE).entries


def test_a_review_has_at_most_a_hundred_entries() -> None:
    long = probed(review(), step(ANN), SUITABLE)
    for number in range(1, 100):
        long = probed(long, step(ANN, corrects=number), SUITABLE)
    with pytest.raises(ReviewStateError, match="at most 100 entries"):
        probed(long, step(ANN, corrects=100), SUITABLE)


def test_leads_that_are_given_to_nobody_are_closed_by_any_reviewer() -> None:
    gone = LeadClose("The investigator left.")
    agreed = after(begun(STRICT), (ANN, LEAD), (BOB, LEAD))
    assert steps_open(agreed, CLEO) == ("probe", "release", "close")
    with pytest.raises(ReviewerExcludedError):
        closed(agreed, step(ASKER), gone)
    with pytest.raises(ReviewStateError, match="awaits a release"):
        closed(begun(STRICT), step(CLEO), gone)

    done = closed(agreed, step(CLEO), gone)
    assert (state(done), Standing.of(done).is_closed) == (ReviewState.NOT_RELEASED, True)
    again = answered(done, step(BOB, corrects=3), OTHER)
    assert state(again) is ReviewState.DISAGREEMENT
    evidence = LeadRelease("A1", EVIDENCE)
    assert state(released(done, step(ASKER), evidence)) is ReviewState.LEAD_RELEASED

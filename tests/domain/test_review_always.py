"""What holds of every review, whatever anybody does in whatever order."""

from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.blinding import Blinding
from app.domain.errors import CandidError
from app.domain.review import (
    Corroboration,
    CorroborationKind,
    LeadRelease,
    Review,
    ReviewAnswer,
    ReviewRules,
    ReviewState,
)
from app.domain.review_people import Reviewer
from app.domain.review_standing import Standing
from app.domain.review_steps import answered, probed, released, steps_open
from tests.domain.reviews import (
    CANDIDATES,
    LEAD,
    NONE,
    OTHER,
    PEOPLE,
    SUITABLE,
    UNCLEAR,
    UNSUITABLE,
    review,
    step,
)

EVIDENCE = Corroboration(CorroborationKind.OTHER, "1", "It is so.")
RULES = st.builds(
    ReviewRules,
    reviewers=st.integers(1, 3),
    reviewers_rule=st.just("several"),
    requester_excluded_rule=st.sampled_from([None, "others"]),
    corroboration_rule=st.sampled_from([None, "evidence"]),
)
WHO = st.sampled_from(PEOPLE)
CORRECTS = st.none() | st.integers(1, 6)
RELEASES = st.builds(LeadRelease, st.sampled_from(CANDIDATES), st.sampled_from([None, EVIDENCE]))
DOINGS = st.sampled_from([SUITABLE, SUITABLE, UNSUITABLE, LEAD, LEAD, OTHER, NONE, UNCLEAR])
STEPS = st.lists(st.tuples(WHO, CORRECTS, DOINGS | RELEASES, st.booleans()), max_size=25)
Doing = tuple[Reviewer, int | None, object, bool]


def done(before: Review, doing: Doing) -> Review:
    """Take a step; a correction names the entry that stands as often as any other number."""
    who, corrects, what, names_own = doing
    if names_own:
        standing = Standing.of(before)
        own = standing.answer_of(who) if isinstance(what, ReviewAnswer) else standing.probe
        corrects = own.number if own else None
    if isinstance(what, LeadRelease):
        return released(before, step(who, corrects), what)
    if isinstance(what, ReviewAnswer):
        return answered(before, step(who, corrects), what)
    assert what in {SUITABLE, UNSUITABLE}
    return probed(before, step(who, corrects), what)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(RULES, STEPS)
def test_entries_are_only_added_and_rules_are_kept(rules: ReviewRules, doings: list[Doing]) -> None:
    now = review(rules)
    for doing in doings:
        before = now
        with suppress(CandidError):
            now = done(before, doing)
        assert now.entries[: len(before.entries)] == before.entries
        assert [entry.number for entry in now.entries] == list(range(1, len(now.entries) + 1))
        _check(now)


def _check(now: Review) -> None:
    rules, standing = now.rules, Standing.of(now)
    for entry in now.entries:
        excluded = rules.requester_excluded_rule is not None and now.is_requester(entry.reviewer)
        assert entry.release is not None or not excluded
        if entry.release is not None and rules.corroboration_rule is not None:
            assert entry.release.corroboration is not None
    people = {entry.reviewer.identity for entry in now.entries if entry.answer is not None}
    assert len(people) == len(standing.answers) <= rules.reviewers + 1
    if standing.state in {ReviewState.AWAITING_RELEASE, ReviewState.NO_LEAD}:
        assert len(people) >= rules.reviewers
    if standing.state is ReviewState.LEAD_RELEASED:
        assert len(people) >= rules.reviewers
    if standing.state is ReviewState.AWAITING_PROBE:
        assert not now.entries
    for person in PEOPLE:
        awaited = standing.must_be_blind(person)
        assert not (awaited and standing.answer_of(person))
        assert set(steps_open(now, person)) <= {"probe", "answer", "release", "close"}


@settings(deadline=None)
@given(st.sampled_from(PEOPLE), st.lists(st.text(max_size=5), unique=True, max_size=20))
def test_each_reviewer_sees_all_candidates_in_an_order_that_stays(
    who: Reviewer, candidates: list[str]
) -> None:
    blinding = Blinding(b"key")

    shown = blinding.shuffled("S-1", who, candidates)

    assert sorted(shown) == sorted(candidates)
    assert shown == blinding.shuffled("S-1", who, candidates[::-1])
    ids = {blinding.picture_id("S-1", one) for one in candidates}
    assert len(ids) == len(candidates)


def test_orders_differ_by_person_and_by_secret() -> None:
    candidates = [f"A{i}" for i in range(30)]

    orders = {
        tuple(Blinding(key).shuffled("S-1", who, candidates))
        for key in (b"one", b"two")
        for who in PEOPLE[:2]
    }

    assert len(orders) == 4
    assert tuple(candidates) not in orders

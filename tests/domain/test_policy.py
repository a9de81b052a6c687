"""What the rules of a profile come to: they only ever restrict, and the strictest holds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import (
    PolicyFieldMissingError,
    PolicyFieldRefusedError,
    PurposeNotAllowedError,
    PurposeRequiredError,
    TrainingNotCurrentError,
)
from app.domain.policy import Certainty, Effect, Floor, PolicyFacts, Profile, Rule
from app.domain.policy_in_force import Policy, Wanted
from app.domain.purpose import Purpose
from app.domain.search_fields import Authority, SearchField

CRIMINAL, MISSING = Purpose.CRIMINAL_INVESTIGATION, Purpose.MISSING_PERSON
TEXT = "Held in the hand of the sheriff, who saw it."


def rule(
    effect: Effect | None = None, name: str = "one", purposes: frozenset[Purpose] | None = None
) -> Rule:
    said = (name, "It is so.", "Nobody's", Certainty.OWN)
    return Rule(*said, effect or Effect(), purposes or frozenset(Purpose))


def policy(*rules: Rule, keys: bool = True, evaluation: str | None = None) -> Policy:
    return Policy(Profile(PolicyFacts("ours", "7", "0f"), "Ours", rules), keys, evaluation)


def asking(purpose: Purpose | None = CRIMINAL, **said: str) -> Wanted:
    return telling(said, purpose)


def telling(said: Mapping[str, str], purpose: Purpose | None = CRIMINAL) -> Wanted:
    return Wanted(purpose, {SearchField(one): text for one, text in said.items()})


def test_without_rules_everything_is_served_once_its_purpose_is_said() -> None:
    for purpose in Purpose:
        assert policy().granted(asking(purpose)).purpose is purpose
    with pytest.raises(PurposeRequiredError, match=r"\(callers have keys here\)"):
        policy().granted(asking(None))
    assert policy(keys=False).granted(asking(None)).purpose is Purpose.TRAINING_TEST


@pytest.mark.parametrize(
    "effect", [Effect(forbids=frozenset({CRIMINAL})), Effect(allows=frozenset({MISSING}))]
)
def test_a_purpose_that_a_rule_leaves_out_is_refused_and_the_rule_named(effect: Effect) -> None:
    ours = policy(rule(name="first"), rule(effect, "second"))

    with pytest.raises(PurposeNotAllowedError, match=r"rule second of the policy profile ours \("):
        ours.granted(asking())
    assert ours.granted(asking(MISSING)).purpose is MISSING


def test_a_rule_may_ask_for_the_purpose_where_nobody_has_keys() -> None:
    ours = policy(rule(Effect(requires=(SearchField.PURPOSE,))), keys=False)

    with pytest.raises(PurposeRequiredError, match="purpose must be one of") as refused:
        ours.granted(asking(None))

    [(field, message)] = refused.value.complaints
    assert (field, "rule one of" in message) == ("purpose", True)


def test_every_missing_field_is_named_with_its_rule_and_blank_is_missing() -> None:
    ours = policy(
        rule(Effect(requires=(SearchField.OFFENSE, SearchField.CASE_NUMBER)), "a"),
        rule(Effect(requires=(SearchField.NARRATIVE, SearchField.OFFENSE)), "b"),
    )

    with pytest.raises(PolicyFieldMissingError) as refused:
        ours.granted(asking(narrative="  "))

    told = dict(refused.value.complaints)
    assert list(told) == ["case_number", "offense", "narrative"]
    assert "rule a of" in told["offense"]
    assert "rule b of the policy profile ours (version 7): It is so." in told["narrative"]
    assert ours.granted(asking(case_number="1", offense="2", narrative="3")).purpose is CRIMINAL


def test_a_rule_counts_for_its_purposes_only() -> None:
    ours = policy(rule(Effect(requires=(SearchField.OFFENSE,)), purposes=frozenset({CRIMINAL})))

    assert ours.granted(asking(MISSING)).purpose is MISSING
    with pytest.raises(PolicyFieldMissingError):
        ours.granted(asking())


@pytest.mark.parametrize(
    ("effect", "said", "field"),
    [
        (Effect(offenses={"theft": "Theft"}), {"offense": "arson of the mill"}, "offense"),
        (Effect(authorities=frozenset({Authority.WARRANT})), {"authority": "consent"}, "authority"),
        (Effect(narrative_at_least=40), {"narrative": "seen by me"}, "narrative"),
    ],
)
def test_what_a_rule_does_not_accept_is_named_and_not_repeated(
    effect: Effect, said: dict[str, str], field: str
) -> None:
    with pytest.raises(PolicyFieldRefusedError) as refused:
        policy(rule(effect)).granted(telling(said))

    assert [one for one, _ in refused.value.complaints] == [field]
    assert said[field] not in str(refused.value)
    assert "rule one of" in str(refused.value)
    assert policy(rule(effect)).granted(asking()).purpose is CRIMINAL


def test_what_is_missing_and_what_does_not_fit_are_told_together() -> None:
    ours = policy(rule(Effect(requires=(SearchField.OFFENSE,), narrative_at_least=9)))

    with pytest.raises(PolicyFieldMissingError) as refused:
        ours.granted(asking(narrative="short"))

    assert [field for field, _ in refused.value.complaints] == ["offense", "narrative"]


def test_of_several_lists_only_what_all_accept_is_left() -> None:
    consent, warrant = Authority.CONSENT, Authority.WARRANT
    ours = policy(
        rule(Effect(offenses={"a": "A", "b": "B"}, authorities=frozenset({consent, warrant}))),
        rule(Effect(offenses={"b": "Other", "c": "C"}, authorities=frozenset({warrant})), "two"),
        rule(name="three"),
    )

    terms = ours.terms(CRIMINAL)

    assert terms.offenses == {"b": "B"}
    assert terms.authorities == {warrant}
    with pytest.raises(PolicyFieldRefusedError, match="rule two"):
        ours.granted(asking(offense="a"))


def test_more_candidates_than_the_lowest_limit_are_refused_and_fewer_are_the_default() -> None:
    ours = policy(rule(Effect(max_candidates=9)), rule(Effect(max_candidates=3), "strict"))

    assert ours.granted(asking()).max_candidates == 3
    assert ours.granted(Wanted(CRIMINAL, {}, 2)).max_candidates == 2
    with pytest.raises(PolicyFieldRefusedError, match="at most 3: rule strict") as refused:
        ours.granted(Wanted(CRIMINAL, {}, 4))
    assert [field for field, _ in refused.value.complaints] == ["max_candidates"]
    assert policy(rule(Effect(max_candidates=9))).granted(asking()).max_candidates == 5


def test_the_highest_floor_holds_and_less_is_refused() -> None:
    ours = policy(rule(Effect(floor=Floor(40, "s"))), rule(Effect(floor=Floor(60, "s")), "strict"))
    granted = ours.granted(asking())

    assert granted.floor("s", None) == 60
    assert granted.floor("s", None, unsaid=70) == 70
    assert granted.floor("s", 80) == 80
    with pytest.raises(PolicyFieldRefusedError, match="at least 60 on s: rule strict"):
        granted.floor("s", 50)


def test_a_floor_of_another_scale_stops_searching() -> None:
    granted = policy(rule(Effect(floor=Floor(40, "old")))).granted(asking())

    with pytest.raises(PurposeNotAllowedError, match=r"on the scale old, and the engine's is new"):
        granted.floor("new", 99)


def test_an_engine_must_be_evaluated_where_a_rule_asks_for_it() -> None:
    evaluated = rule(Effect(evaluated_engine=True))

    with pytest.raises(PurposeNotAllowedError, match="CANDID_POLICY__ENGINE_EVALUATION"):
        policy(evaluated).granted(asking())
    ours = policy(evaluated, evaluation="report 8280")
    assert ours.granted(asking()).purpose is CRIMINAL
    assert ours.recorded({}, CRIMINAL)["engine_evaluation"] == "report 8280"


def test_who_searches_is_trained_where_a_rule_asks_for_it() -> None:
    ours = policy(rule(Effect(trained_only=True)))
    late, day = datetime(2026, 7, 1, 3, tzinfo=UTC), date(2026, 6, 30)
    there = replace(ours, zone=ZoneInfo("America/Los_Angeles"))

    with pytest.raises(TrainingNotCurrentError, match="No training is on record"):
        ours.granted(replace(asking(), training=ours.training(None, late)))
    with pytest.raises(TrainingNotCurrentError, match="counted until 2026-06-30"):
        ours.granted(replace(asking(), training=ours.training(day, late)))
    with pytest.raises(TrainingNotCurrentError):
        ours.granted(asking())
    assert there.granted(replace(asking(), training=there.training(day, late))).purpose is CRIMINAL


def test_the_most_reviewers_that_any_rule_asks_for_are_needed() -> None:
    review, both = rule(Effect(reviewers=1)), rule(Effect(reviewers=2, confirmed_only=True))

    granted = policy(review, both).granted(asking())

    assert granted.review_required
    assert granted.confirmed_only
    assert granted.terms.reviewers == 2
    assert review.enforced
    assert both.enforced
    assert not rule().enforced


def test_what_a_call_cannot_carry_counts_as_not_sent() -> None:
    ours = policy(rule(Effect(requires=(SearchField.NARRATIVE, SearchField.CASE_NUMBER))))
    unkept = frozenset({SearchField.NARRATIVE})
    said = {SearchField.NARRATIVE: TEXT, SearchField.CASE_NUMBER: "26-1"}

    with pytest.raises(PolicyFieldMissingError, match="cannot carry it; use POST /search"):
        ours.granted(Wanted(CRIMINAL, said, not_carried=unkept))


def test_the_audit_has_codes_and_references_and_no_text() -> None:
    ours = policy(rule(Effect(offenses={"theft": "Theft"}), purposes=frozenset({CRIMINAL})))
    said = {
        SearchField.OFFENSE: "theft",
        SearchField.AUTHORITY: Authority.WARRANT,
        SearchField.AUTHORITY_REFERENCE: "W-1",
        SearchField.NARRATIVE: TEXT,
        SearchField.REQUESTED_BY: "Det. N",
    }
    facts = {"profile": "ours", "version": "7", "sha256": "0f"}

    assert ours.recorded(said, CRIMINAL) == {
        "policy": facts,
        "offense": "theft",
        "authority": "warrant",
        "authority_reference": "W-1",
    }
    assert "offense" not in ours.recorded(said, MISSING)  # where it is no code it is any text
    assert ours.recorded({}, None) == {"policy": facts}

"""The profiles that are shipped: complete, sourced, and honest about what they are."""

import pytest

from adapters.policy import read_profile, shipped_names, shipped_text
from app.domain.policy import Certainty, Profile
from app.domain.policy_in_force import Policy
from app.domain.purpose import Purpose
from tests.live import ROOT

DOCUMENT = (ROOT / "docs" / "policy.md").read_text("utf-8")
EXAMPLES = [
    "example-eu-ai-act",
    "example-maryland",
    "example-prohibited",
    "example-utah",
    "example-virginia",
    "example-washington",
]
EVERY = set(Purpose)
SERVED = {
    "default": EVERY,
    "example-eu-ai-act": EVERY,
    "example-maryland": {Purpose.CRIMINAL_INVESTIGATION},
    "example-prohibited": set[Purpose](),
    "example-utah": {
        Purpose.CRIMINAL_INVESTIGATION,
        Purpose.DECEASED_UNIDENTIFIED,
        Purpose.AT_RISK_PERSON,
    },
    "example-virginia": set[Purpose](),
    "example-washington": EVERY,
}


def profile_of(name: str) -> Profile:
    return read_profile(shipped_text(name), f"{name}.yaml")


def test_these_are_shipped() -> None:
    assert shipped_names() == ["default", *EXAMPLES]


@pytest.mark.parametrize("name", shipped_names())
def test_each_is_what_its_name_says_and_every_rule_has_a_source(name: str) -> None:
    profile = profile_of(name)

    assert profile.facts.profile == name
    assert profile.counsel_review is None
    assert profile.rules
    for rule in profile.rules:
        assert rule.source
        assert rule.certainty in Certainty
        assert rule.text.endswith(".")


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_says_that_counsel_has_not_reviewed_it(name: str) -> None:
    head = shipped_text(name).decode().split("format:", maxsplit=1)[0]

    assert "not legal advice" in head
    assert "Counsel has not reviewed" in head
    assert "Counsel has not" in " ".join((profile_of(name).notice or "").split())


@pytest.mark.parametrize("name", shipped_names())
def test_a_rule_that_a_law_is_named_for_is_not_called_our_own(name: str) -> None:
    for rule in profile_of(name).rules:
        no_law = "no law is meant" in rule.source
        assert no_law == (rule.certainty is Certainty.OWN)
        assert ("Inferred" in rule.source) == (rule.certainty is Certainty.INFERRED)
        assert ("from memory" in rule.source) == (rule.certainty is Certainty.MEMORY)


@pytest.mark.parametrize("name", shipped_names())
def test_each_serves_these_purposes(name: str) -> None:
    policy = Policy(profile_of(name), authentication=True)

    served = {one for one in Purpose if policy.refusal(policy.terms(one)) is None}

    assert served == SERVED[name]


def test_virginia_serves_searches_once_the_engines_evaluation_is_on_record() -> None:
    policy = Policy(profile_of("example-virginia"), authentication=True, engine_evaluation="R-1")

    assert all(policy.refusal(policy.terms(one)) is None for one in Purpose)


def test_each_is_in_the_documentation() -> None:
    assert [name for name in shipped_names() if f"| `{name}` |" not in DOCUMENT] == []

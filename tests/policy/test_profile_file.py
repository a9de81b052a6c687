"""A profile's file: what is wrong is told in one line that names file and rule."""

import pytest

from adapters.policy import ProfileError, read_profile
from app.domain.policy import Certainty, Floor
from app.domain.purpose import Purpose
from app.domain.search_fields import Authority, SearchField

HEAD = """\
format: 1
name: county
version: "3"
title: Our county
counsel_review: "County counsel, 2026-05-01"
"""
RULE = """\
  - id: ours
    text: It is so.
    source: General order 12
    certainty: own
"""
WHOLE = (
    HEAD
    + "notice: Read this.\nrules:\n"
    + RULE
    + """\
    note: Mind it.
    purposes: [criminal_investigation]
    forbids: [training_test]
    requires: [offense, authority, on_behalf_of]
    offenses: {"PC 187": Murder}
    authorities: [warrant, consent]
    narrative_at_least: 30
    max_candidates: 3
    floor: {similarity: 55, score_scale: local/1}
    confirmed_only: true
    trained_only: true
    evaluated_engine: true
    reviewers: 2
"""
)


def test_everything_that_a_rule_may_do_is_read() -> None:
    profile = read_profile(WHOLE.encode(), "ours.yaml")

    [rule] = profile.rules
    effect = rule.effect
    assert (profile.facts.profile, profile.facts.version) == ("county", "3")
    assert len(profile.facts.sha256) == 64
    assert profile.counsel_review == "County counsel, 2026-05-01"
    assert profile.notice == "Read this."
    assert (rule.certainty, rule.note) == (Certainty.OWN, "Mind it.")
    assert rule.purposes == {Purpose.CRIMINAL_INVESTIGATION}
    assert effect.forbids == {Purpose.TRAINING_TEST}
    assert effect.requires[2] is SearchField.ON_BEHALF_OF
    assert effect.offenses == {"PC 187": "Murder"}
    assert effect.authorities == frozenset({Authority.WARRANT, Authority.CONSENT})
    assert (effect.narrative_at_least, effect.max_candidates, effect.reviewers) == (30, 3, 2)
    assert effect.floor == Floor(55, "local/1")
    assert effect.confirmed_only
    assert effect.trained_only
    assert effect.evaluated_engine


def _with(*lines: str) -> str:
    return HEAD + "rules:\n" + RULE + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "must be a mapping"),
        ("- format: 1", "must be a mapping"),
        ("[", "line 1, column 2"),
        ("a: 1\na: 2", "line 2, column 1: a stands here twice"),
        ("a: &all [1]\nb: *all", r"line 2, column 4: aliases \(\*name\) are not read"),
        ("a: !!python/object/apply:os.getcwd []", r"line 1, column 4: tags \(!name\) are not read"),
        ("a: !!bool x", "tags"),
        ("a: {x: 1}\nb: {<<: {x: 1}}", "merged mappings"),
        ("a: 2026-13-45", "quote it"),
        ("a: \x07", "special characters"),
        ("[" * 5000, "nested too deeply"),
        ("#" * 200_001, "larger than 200 kB"),
        (HEAD, "rules: Field required"),
        (HEAD.replace("format: 1", "format: 2") + "rules: []", "format: Input should be 1"),
        (HEAD.replace('"3"', "3") + "rules: []", r"version: .*\(put it in quotes\)"),
        (HEAD.replace("county", "Our County") + "rules: []", "name: String should match"),
        (HEAD + "rules: []\nrulez: []", "rulez: Extra inputs are not permitted"),
        (HEAD + "rules: [no rule]", r"rule 1 \(it has no id\): Input should be"),
        (HEAD + "rules: [{id: 5}]", r"rule 1 \(it has no id\): id: .* \(\d more\)"),
        (HEAD + "rules:\n" + RULE.replace("    source: General order 12\n", ""), "ours: source: F"),
        (
            HEAD + "rules:\n" + RULE.replace("own", "sure"),
            "ours: certainty: Input should be 'read'",
        ),
        (HEAD + "rules:\n" + RULE + RULE, "two rules have the id ours"),
        (_with("requires: [cas_number]"), r"rule ours: requires\.0: Input should be 'purpose'"),
        (_with("requires: [offense, offense]"), "rule ours: requires names a field twice"),
        (
            _with("requires: [purpose]", "purposes: [training_test]"),
            "rule ours: a rule that requires the purpose is about every purpose",
        ),
        (_with("forbids: [curiosity]"), r"rule ours: forbids\.0"),
        (_with("max_candidates: 0"), "rule ours: max_candidates: Input should be greater"),
        (
            _with("max_candidates: true"),
            "rule ours: max_candidates: Input should be a valid integer",
        ),
        (_with("max_candidate: 3"), "rule ours: max_candidate: Extra inputs"),
        (_with("floor: 90"), "rule ours: floor: "),
        (_with("floor: {similarity: 90}"), r"rule ours: floor\.score_scale: Field required"),
        (_with("purposes: []"), "rule ours: purposes: "),
        (_with("offenses: {}"), "rule ours: offenses: "),
    ],
)
def test_what_is_wrong_is_told_in_one_line(text: str, told: str) -> None:
    with pytest.raises(ProfileError, match=told) as error:
        read_profile(text.encode(), "ours.yaml")

    assert str(error.value).startswith("ours.yaml: ")
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_text_is_told() -> None:
    with pytest.raises(ProfileError, match="byte 1 is no UTF-8"):
        read_profile(b"\xff\xfe", "ours.yaml")

"""The policy profile over HTTP: what it asks for, what it refuses, and what is kept of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import httpx
import pytest

from adapters.policy import read_profile, shipped_names, shipped_text
from app.api.schemas.policy import PolicyOut
from app.domain.access import Grant, Scope
from app.domain.audit import AuditAction
from app.domain.policy import Certainty, Effect, Floor, PolicyFacts, Profile, Rule
from app.domain.policy_in_force import Policy
from app.domain.purpose import Purpose
from app.domain.search_fields import SENT_AS, SearchField
from tests.api.applications import (
    ANN,
    EVERYTHING,
    Json,
    application,
    index,
    key_of,
    problem,
    search,
)
from tests.jails import Jail, booking

TRAINED = replace(EVERYTHING, trained_until=date(2999, 12, 31))
NARRATIVE = "A camera at the mill shows the face of the person who broke the lock at night."
SENT = {
    SearchField.CASE_NUMBER: "26-001234",
    SearchField.OFFENSE: "crime_of_violence",
    SearchField.AUTHORITY: "statute",
    SearchField.AUTHORITY_REFERENCE: "15.2-1723.2 (A) 3",
    SearchField.NARRATIVE: NARRATIVE,
    SearchField.REQUESTED_BY: "Det. N",
    SearchField.ON_BEHALF_OF: "Sgt. O",
}


def shipped(name: str) -> Profile:
    return read_profile(shipped_text(name), f"{name}.yaml")


def ours(*effects: Effect) -> Profile:
    rules = (
        Rule(f"rule-{i}", "It is so.", "Nobody's", Certainty.OWN, effect)
        for i, effect in enumerate(effects)
    )
    return Profile(PolicyFacts("ours", "7", "0f"), "Ours", tuple(rules))


@asynccontextmanager
async def under(
    jail: Jail, profile: Profile, *, keys: bool = True
) -> AsyncIterator[httpx.AsyncClient]:
    """Run the application under a profile; give a caller with every scope."""
    jail.profile = profile
    async with application(jail, keys=keys) as client:
        if keys:
            presented, _ = await key_of(jail, grant=TRAINED)
            client.headers["Authorization"] = f"Bearer {presented}"
        yield client


async def ask(
    client: httpx.AsyncClient, purpose: Purpose | None, said: Mapping[SearchField, str]
) -> httpx.Response:
    form = {one.value: text for one, text in said.items() if one not in SENT_AS}
    headers = {SENT_AS[one]: text for one, text in said.items() if one in SENT_AS}
    if purpose is not None:
        form["purpose"] = purpose.value
    return await client.post("/search", data=form, files={"photo": ANN}, headers=headers)


@pytest.mark.parametrize("name", shipped_names())
async def test_each_profile_asks_for_exactly_the_fields_that_its_form_says(
    jail: Jail, name: str
) -> None:
    jail.evaluation = "report 8280"
    async with under(jail, shipped(name)) as client:
        shown = (await client.get("/policy")).json()
        problem(await ask(client, None, SENT), 422, "purpose_required")
        for one in shown["purposes"]:
            purpose = Purpose(one["purpose"])
            if one["allowed"]:
                await _check_each_field(client, purpose, one, name)
            else:
                refused = problem(await ask(client, purpose, SENT), 403, "purpose_not_allowed")
                assert f"rule {one['refused_by']} of the policy profile {name}" in refused["detail"]


async def _check_each_field(
    client: httpx.AsyncClient, purpose: Purpose, shown: Json, name: str
) -> None:
    required = {SearchField(one["field"]): one for one in shown["fields"] if one["required"]}
    said = {one: SENT[one] for one in required}
    answer = await ask(client, purpose, said)
    assert answer.status_code == 200, answer.text
    facts = answer.json()["policy"]
    assert facts["profile"] == name
    assert answer.json()["review_required"] == shown["review_required"]
    for one, field in required.items():
        code = "case_number_required" if one is SearchField.CASE_NUMBER else "policy_field_missing"
        rest = {key: text for key, text in said.items() if key is not one}
        [error] = problem(await ask(client, purpose, rest), 422, code)["errors"]
        assert error["field"] == one
        named = f"rule {field['rule']} of the policy profile {name} (version {facts['version']})"
        assert named in error["message"]


async def test_what_was_said_is_kept_with_the_search_and_the_audit_has_no_text_of_it(
    jail: Jail,
) -> None:
    async with under(jail, shipped("example-maryland")) as client:
        answer = (await ask(client, Purpose.CRIMINAL_INVESTIGATION, SENT)).json()
        again = (await client.get(f"/searches/{answer['search_id']}")).json()

    assert again == answer
    for one in set(SENT) - {SearchField.ON_BEHALF_OF}:
        assert answer[one.value] == SENT[one]
    facts = answer["policy"]
    assert (facts["profile"], facts["version"]) == ("example-maryland", "2")
    entry = (await jail.audit())[0]
    assert entry.details["policy"] == facts
    assert entry.details["offense"] == "crime_of_violence"
    assert entry.details["authority"] == "statute"
    assert entry.details["authority_reference"] == SENT[SearchField.AUTHORITY_REFERENCE]
    assert NARRATIVE not in repr(entry)
    assert entry.requested_by == "Det. N"


async def test_blanks_around_what_was_said_are_not_kept(jail: Jail) -> None:
    blank = {SearchField.OFFENSE: f" {SENT[SearchField.OFFENSE]} "}
    async with under(jail, shipped("example-maryland")) as client:
        answer = (await ask(client, Purpose.CRIMINAL_INVESTIGATION, SENT | blank)).json()

    assert answer["offense"] == SENT[SearchField.OFFENSE]
    assert (await jail.audit())[0].details["offense"] == SENT[SearchField.OFFENSE]


async def test_refusals_are_recorded_with_the_profile(jail: Jail) -> None:
    async with under(jail, shipped("example-utah")) as client:
        await ask(client, None, SENT)
        await ask(client, Purpose.TRAINING_TEST, SENT)
        await ask(client, Purpose.CRIMINAL_INVESTIGATION, {})
        short = SENT | {SearchField.NARRATIVE: "It was he."}
        refused = await ask(client, Purpose.CRIMINAL_INVESTIGATION, short)

    body = problem(refused, 422, "policy_field_refused")
    assert "at least 40 characters" in body["errors"][0]["message"]
    assert "It was he" not in refused.text
    recorded = await jail.audit()
    assert [(entry.outcome, entry.purpose) for entry in recorded] == [
        ("purpose_required", None),
        ("purpose_not_allowed", Purpose.TRAINING_TEST),
        ("policy_field_missing", Purpose.CRIMINAL_INVESTIGATION),
        ("policy_field_refused", Purpose.CRIMINAL_INVESTIGATION),
    ]
    facts = [entry.details["policy"] for entry in recorded]
    assert all(one == facts[0] for one in facts)
    assert "example-utah" in repr(facts[0])


async def test_a_profile_holds_where_nobody_needs_a_key_too(jail: Jail) -> None:
    async with under(jail, shipped("example-washington"), keys=False) as client:
        problem(await search(client), 422, "purpose_required")
        problem(await search(client, purpose="missing_person"), 422, "policy_field_missing")
        answer = (await search(client, purpose="training_test")).json()

    assert answer["review_required"]


async def test_the_default_asks_for_nothing_where_nobody_needs_a_key(jail: Jail) -> None:
    async with under(jail, shipped("default"), keys=False) as client:
        unsaid = (await search(client)).json()
        caseless = await search(client, purpose="criminal_investigation")
        shown = (await client.get("/policy")).json()

    assert unsaid["purpose"] == "training_test"
    assert unsaid["policy"]["profile"] == "default"
    assert not unsaid["review_required"]
    assert caseless.status_code == 200
    assert not shown["purpose_required"]


async def test_the_keys_own_purpose_and_case_count_as_said(jail: Jail) -> None:
    jail.profile = shipped("example-washington")
    grant = Grant(frozenset({Scope.SEARCH}), None, Purpose.MISSING_PERSON, "26-1")
    async with application(jail, keys=True) as client:
        presented, _ = await key_of(jail, grant=grant)
        client.headers["Authorization"] = f"Bearer {presented}"
        answer = await search(client, requested_by="Det. N")
        missing = await search(client, requested_by=" ")

    assert answer.json()["case_number"] == "26-1"
    [error] = problem(missing, 422, "policy_field_missing")["errors"]
    assert error["field"] == "requested_by"


async def test_more_than_the_policy_allows_is_refused_and_unsaid_is_what_it_allows(
    jail: Jail,
) -> None:
    scale = (await jail.engine.describe()).score_scale
    limited = ours(Effect(max_candidates=1), Effect(floor=Floor(40, scale)))
    async with under(jail, limited, keys=False) as client:
        for external_image_id in ("A1", "A2"):
            await index(client, external_image_id)
        unsaid = (await search(client)).json()
        many = await search(client, max_candidates="2")
        weak = await search(client, min_similarity="39.9")
        within = await search(client, max_candidates="1", min_similarity="41")

    assert len(unsaid["candidates"]) == 1
    assert within.status_code == 200
    [error] = problem(many, 422, "policy_field_refused")["errors"]
    assert error["field"] == "max_candidates"
    assert (
        error["message"] == "must be at most 1: rule rule-0 of the policy profile ours (version 7)"
    )
    [error] = problem(weak, 422, "policy_field_refused")["errors"]
    assert error["field"] == "min_similarity"
    assert "rule rule-1" in error["message"]


async def test_a_floor_of_another_scale_stops_searches_until_it_is_set_anew(jail: Jail) -> None:
    async with under(jail, ours(Effect(floor=Floor(40, "old/1"))), keys=False) as client:
        refused = problem(await search(client), 403, "purpose_not_allowed")

    assert "old/1" in refused["detail"]


async def test_whom_the_jms_does_not_confirm_is_left_out_and_counted(jail: Jail) -> None:
    jail.fake_jms.known = {"A1": booking("A1", "P-1"), "A2": booking("A2", "P-1")}
    async with under(jail, ours(Effect(confirmed_only=True)), keys=False) as client:
        for external_image_id in ("A1", "A2", "A3"):  # the JMS does not know the third
            await index(client, external_image_id)
        known = (await search(client)).json()
        jail.fake_jms.down = True
        down = (await search(client)).json()
        jail.profile = shipped("default")
    async with application(jail) as client:
        shown = (await search(client)).json()

    assert [one["external_image_id"] for one in known["candidates"]] == ["A1"]
    assert [one["external_image_id"] for one in known["candidates"][0]["other_photos"]] == ["A2"]
    assert known["withheld"] == 1
    assert (down["candidates"], down["withheld"]) == ([], 2)
    assert [one["booking_status"] for one in shown["candidates"]] == ["unavailable"] * 2


async def test_what_was_answered_before_is_not_repeated_under_a_profile_that_forbids_it(
    jail: Jail,
) -> None:
    async with under(jail, shipped("default"), keys=False) as client:
        first = await search(client, key="k-1", purpose="training_test")
    async with under(jail, replace(shipped("default"), title="Same rules"), keys=False) as client:
        again = await search(client, key="k-1", purpose="training_test")
    async with under(jail, shipped("example-prohibited"), keys=False) as client:
        refused = await search(client, key="k-1", purpose="training_test")

    assert again.json() == first.json()
    assert "replayed" in (await jail.audit())[1].details
    problem(refused, 403, "purpose_not_allowed")


@pytest.mark.parametrize("scope", Scope)
async def test_every_key_may_see_the_policy(jail: Jail, scope: Scope) -> None:
    jail.profile = shipped("example-utah")
    async with application(jail, keys=True) as client:
        problem(await client.get("/policy"), 401, "unauthenticated")
        presented, _ = await key_of(jail, grant=Grant(frozenset({scope})))
        headers = {"Authorization": f"Bearer {presented}"}
        shown = await client.get("/policy", headers=headers)
        problem(await client.get("/policy?profile=x", headers=headers), 422, "invalid_request")

    assert shown.status_code == 200
    assert AuditAction.VIEW_POLICY not in [entry.action for entry in await jail.audit()]


async def test_the_policy_is_shown_as_a_form_needs_it(jail: Jail) -> None:
    async with under(jail, shipped("example-maryland")) as client:
        shown = (await client.get("/policy")).json()

    assert not shown["reviewed_by_counsel"]
    assert shown["counsel_review"] == "Counsel has not reviewed this profile."
    assert shown["purpose_required"]
    criminal, missing, *_ = shown["purposes"]
    assert (criminal["label"], criminal["allowed"]) == ("Criminal investigation", True)
    assert (missing["allowed"], missing["refused_by"]) == (False, "maryland-uses")
    assert (criminal["max_candidates"], criminal["default_candidates"]) == (50, 5)
    fields = {one["field"]: one for one in criminal["fields"]}
    assert fields["offense"]["required"]
    assert {"value": "child_abuse", "label": "Child abuse"} in fields["offense"]["choices"]
    assert fields["narrative"]["choices"] is None
    assert not fields["narrative"]["required"]
    assert fields["on_behalf_of"]["sent_as"] == "X-Candid-On-Behalf-Of"
    assert fields["authority"]["choices"][0] == {
        "value": "administrative_order",
        "label": "Order of an administrative authority",
    }
    rules = {one["id"]: one for one in shown["rules"]}
    assert rules["maryland-crimes"]["enforced"]
    assert not rules["maryland-annual-report"]["enforced"]
    assert rules["maryland-uses"]["certainty"] == "inferred"


def test_limits_are_shown_with_their_rules() -> None:
    limited = replace(
        ours(Effect(max_candidates=3), Effect(floor=Floor(40, "s")), Effect(reviewers=2)),
        counsel_review="County counsel, 2026-05-01",
    )

    shown = PolicyOut.of(Policy(limited, authentication=False))

    first = shown.purposes[0]
    assert shown.reviewed_by_counsel
    assert (first.max_candidates, first.default_candidates) == (3, 3)
    assert first.max_candidates_rule == "rule-0"
    [floor] = first.floors
    assert (floor.similarity, floor.score_scale, floor.rule) == (40, "s", "rule-1")
    assert (first.review_required, first.reviewers) == (True, 2)

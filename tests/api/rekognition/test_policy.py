"""Rekognition's calls obey the policy profile too."""

import base64
import json
from collections.abc import Mapping

import httpx
import pytest

from adapters.policy import read_profile, shipped_names, shipped_text
from app.domain.collection import Collection
from app.domain.policy import Certainty, Effect, PolicyFacts, Profile, Rule
from app.domain.purpose import Purpose
from app.domain.search_fields import SearchField
from app.services.recorded import utc_now
from tests.api.applications import ANN, Json, application
from tests.api.rekognition.applications import answer, refusal, target
from tests.databases import COLLECTION
from tests.jails import Jail

PHOTO = {"Bytes": base64.b64encode(ANN).decode()}
SEARCH: tuple[str, Json] = ("SearchFacesByImage", {"CollectionId": COLLECTION, "Image": PHOTO})
USERS: tuple[str, Json] = ("SearchUsersByImage", {"CollectionId": COLLECTION, "Image": PHOTO})
COMPARE: tuple[str, Json] = ("CompareFaces", {"SourceImage": PHOTO, "TargetImage": PHOTO})
SENT = {
    SearchField.CASE_NUMBER: ("X-Candid-Case-Number", "26-001234"),
    SearchField.OFFENSE: ("X-Candid-Offense", "child_abuse"),
    SearchField.AUTHORITY: ("X-Candid-Authority", "statute"),
    SearchField.AUTHORITY_REFERENCE: ("X-Candid-Authority-Reference", "15.2-1723.2 (A) 3"),
    SearchField.REQUESTED_BY: ("X-Candid-Requested-By", "Det. N"),
    SearchField.ON_BEHALF_OF: ("X-Candid-On-Behalf-Of", "Sgt. O"),
}


def shipped(name: str) -> Profile:
    return read_profile(shipped_text(name), f"{name}.yaml")


async def call(
    client: httpx.AsyncClient, asked: tuple[str, Json], headers: Mapping[str, str]
) -> httpx.Response:
    operation, fields = asked
    content = json.dumps(fields).encode()
    return await client.post("/", content=content, headers=target(operation) | dict(headers))


@pytest.fixture
async def holding(jail: Jail) -> Jail:
    async with jail.records.unit() as unit:
        await unit.collections.add(Collection(COLLECTION, "fake/1", utc_now()))
    jail.evaluation = "report 8280"
    return jail


@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.parametrize("asked", [SEARCH, USERS, COMPARE], ids=lambda one: one[0])
async def test_each_profile_is_obeyed(holding: Jail, name: str, asked: tuple[str, Json]) -> None:
    holding.profile = shipped(name)
    told = dict(SENT.values())
    async with application(holding) as client:
        for purpose in Purpose:
            terms = holding.policy.terms(purpose)
            response = await call(client, asked, told | {"X-Candid-Purpose": purpose})
            listed = {SearchField.OFFENSE} if terms.offenses is None else set[SearchField]()
            unkept = {SearchField.NARRATIVE} | listed
            if rule := holding.policy.refusal(terms):
                said = refusal(response, "AccessDeniedException")
                assert f"rule {rule.id} of the policy profile {name}" in said
            elif unkept & set(terms.required):
                assert "use POST /search" in refusal(response, "AccessDeniedException")
            else:
                answer(response)
                assert (
                    response.headers["x-candid-policy"] == f"{name}/{holding.profile.facts.version}"
                )
                entry = (await holding.audit())[-1]
                assert name in repr(entry.details["policy"])
                assert entry.details["authority"] == "statute"
                assert entry.requested_by == "Det. N"


@pytest.mark.parametrize("asked", [SEARCH, USERS, COMPARE], ids=lambda one: one[0])
async def test_nobody_searches_without_the_training_that_a_rule_asks_for(
    holding: Jail, asked: tuple[str, Json]
) -> None:
    rule = Rule("trained", "It is so.", "Nobody's", Certainty.OWN, Effect(trained_only=True))
    holding.profile = Profile(PolicyFacts("ours", "7", "0f"), "Ours", (rule,))
    async with application(holding) as client:
        response = await call(client, asked, {"X-Candid-Purpose": "missing_person"})

    said = refusal(response, "AccessDeniedException")
    assert "rule trained of the policy profile ours" in said
    assert (await holding.audit())[-1].outcome == "training_not_current"


async def test_a_missing_field_is_named_with_its_rule_and_recorded(holding: Jail) -> None:
    holding.profile = shipped("example-maryland")
    told = {"X-Candid-Purpose": "criminal_investigation"}
    async with application(holding) as client:
        response = await call(client, SEARCH, told)

    said = refusal(response, "AccessDeniedException")
    assert "offense: criminal_investigation needs it: rule maryland-crimes" in said
    assert "case_number: " in said
    [entry] = await holding.audit()
    assert entry.outcome == "policy_field_missing"
    assert "example-maryland" in repr(entry.details["policy"])


async def test_a_call_says_its_purpose_where_a_rule_asks_for_it(holding: Jail) -> None:
    assert not holding.keys
    async with application(holding) as client:
        tested = await call(client, SEARCH, {})
        holding.profile = shipped("example-washington")
    async with application(holding) as client:
        unsaid = await call(client, SEARCH, {})

    answer(tested)
    assert "purpose" in refusal(unsaid, "AccessDeniedException")
    assert (await holding.audit())[-1].outcome == "purpose_required"


async def test_an_authority_that_is_none_is_refused(holding: Jail) -> None:
    async with application(holding) as client:
        response = await call(client, SEARCH, {"X-Candid-Authority": "hunch"})

    assert "warrant" in refusal(response, "InvalidParameterException")


async def test_more_matches_than_the_policy_allows_are_refused_and_unsaid_is_what_it_allows(
    holding: Jail,
) -> None:
    rule = Rule("few", "It is so.", "Nobody's", Certainty.OWN, Effect(max_candidates=1))
    holding.profile = Profile(PolicyFacts("ours", "7", "0f"), "Ours", (rule,))
    operation, fields = SEARCH
    async with application(holding) as client:
        many = await call(client, (operation, fields | {"MaxFaces": 2}), {})
        one = await call(client, (operation, fields | {"MaxFaces": 1}), {})
        unsaid = await call(client, SEARCH, {})

    assert "rule few" in refusal(many, "InvalidParameterException")
    answer(one)
    answer(unsaid)


async def test_other_calls_say_nothing_of_the_policy(holding: Jail) -> None:
    async with application(holding) as client:
        listed = await call(client, ("ListCollections", {}), {})

    answer(listed)
    assert "x-candid-policy" not in listed.headers

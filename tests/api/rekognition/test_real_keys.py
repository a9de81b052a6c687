"""Keys that sign, with real records: refused alike, recorded, limited, and at last not heard."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from app.domain.access import EVERY_SCOPE, AccessKey, Grant, Scope, new_access_key
from app.domain.audit import AuditAction
from app.domain.networks import network_of
from app.ports.records import Records
from app.services.recorded import utc_now
from tests.api.applications import application
from tests.api.rekognition.applications import URL, answer, refusal, target
from tests.jails import Jail

LIST = "ListCollections"
SEARCH = b'{"CollectionId": "jail", "FaceId": "00000000-0000-0000-0000-000000000001"}'
EVERYTHING = Grant(EVERY_SCOPE)


@pytest.fixture
def jail(records: Records) -> Jail:
    return Jail(records)


@pytest.fixture
async def known(jail: Jail) -> AsyncIterator[httpx.AsyncClient]:
    """Give a caller of the application where keys are asked for, behind a proxy."""
    async with application(jail, keys=True, proxies=("127.0.0.1",)) as client:
        yield client


async def _kept(jail: Jail, grant: Grant = EVERYTHING, *, revoked: bool = False) -> AccessKey:
    made = new_access_key("script", utc_now(), grant)
    key = replace(made.key, revoked_at=utc_now() if revoked else None)
    async with jail.records.unit() as unit:
        await unit.keys.add_access_key(replace(made, key=key))
    return made


def _headers(
    key: AccessKey, secret: str | None = None, operation: str = LIST, body: bytes = b"{}"
) -> dict[str, str]:
    request = AWSRequest("POST", URL, headers=target(operation), data=body)
    credentials = Credentials(key.access_key_id, secret or key.secret)
    SigV4Auth(credentials, "rekognition", "us-west-2").add_auth(request)
    return dict(request.headers.items())


async def _call(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    return await client.post("/", content=b"{}", headers=headers)


async def test_a_signed_call_is_served_and_its_keys_use_is_noted(
    known: httpx.AsyncClient, jail: Jail
) -> None:
    key = await _kept(jail)

    answer(await _call(known, _headers(key)))

    async with jail.records.view() as unit:
        found = await unit.keys.find(key.access_key_id)
    assert found is not None
    assert found.last_used_at is not None


async def test_keys_that_cannot_be_used_are_refused_alike_and_recorded(
    known: httpx.AsyncClient, jail: Jail
) -> None:
    expired = await _kept(jail, replace(EVERYTHING, expires_at=utc_now()))
    elsewhere = await _kept(jail, replace(EVERYTHING, networks=(network_of("10.0.0.0/8"),)))
    revoked = await _kept(jail, revoked=True)
    unknown = new_access_key("nobody", utc_now(), EVERYTHING)

    for key in (expired, elsewhere, revoked, unknown):
        message = refusal(await _call(known, _headers(key)), "UnrecognizedClientException")
        assert message == "The security token included in the request is invalid."

    entries = await jail.audit()
    reasons = ["expired", "other_network", "revoked", "unknown"]
    assert [entry.details["reason"] for entry in entries] == reasons
    assert {(entry.action, entry.outcome) for entry in entries} == {
        (AuditAction.AUTHENTICATE, "unauthenticated")
    }
    ids = [key.access_key_id for key in (expired, elsewhere, revoked, unknown)]
    assert [entry.details["prefix"] for entry in entries] == ids


async def test_a_key_is_used_from_its_networks(known: httpx.AsyncClient, jail: Jail) -> None:
    key = await _kept(jail, replace(EVERYTHING, networks=(network_of("10.0.0.0/8"),)))

    answer(await _call(known, _headers(key) | {"X-Forwarded-For": "10.1.2.3"}))


async def test_signatures_that_are_none_are_recorded(known: httpx.AsyncClient, jail: Jail) -> None:
    key = await _kept(jail)
    old = {**_headers(key), "X-Amz-Date": f"{utc_now() - timedelta(minutes=9):%Y%m%dT%H%M%SZ}"}

    refusal(await _call(known, target(LIST)), "MissingAuthenticationTokenException")
    refusal(await _call(known, _headers(key, "another")), "InvalidSignatureException")
    refusal(await _call(known, old), "InvalidSignatureException")
    broken = target(LIST) | {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}
    refusal(await _call(known, broken), "IncompleteSignatureException")

    entries = await jail.audit()
    reasons = ["missing", "signature", "signature", "signature"]
    assert [entry.details["reason"] for entry in entries] == reasons
    assert {entry.details["call"] for entry in entries} == {"POST /"}
    assert not any(key.secret in repr(entry) for entry in entries)


async def test_who_fails_too_often_is_not_heard(known: httpx.AsyncClient, jail: Jail) -> None:
    jail.lockout.most = 2
    key = await _kept(jail)
    for _ in range(2):
        refusal(await _call(known, _headers(key, "another")), "InvalidSignatureException")

    for headers in (_headers(key, "another"), _headers(key), target(LIST)):
        response = await _call(known, headers)

        refusal(response, "ProvisionedThroughputExceededException")
        seconds = int(response.headers["Retry-After"])
        assert response.headers["x-amz-retry-after"] == str(1000 * seconds)
    outcomes = [entry.outcome for entry in await jail.audit()]
    assert outcomes == ["unauthenticated", "unauthenticated", "locked_out"]


async def test_a_limit_counts_calls_that_were_really_signed(
    known: httpx.AsyncClient, jail: Jail
) -> None:
    key = await _kept(jail, replace(EVERYTHING, calls_a_minute=2))

    refusal(await _call(known, _headers(key, "another")), "InvalidSignatureException")
    answers = [await _call(known, _headers(key)) for _ in range(4)]

    for served in answers[:2]:
        answer(served)
    for refused in answers[2:]:
        refusal(refused, "ProvisionedThroughputExceededException")
        assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert [entry.outcome for entry in await jail.audit()].count("rate_limited") == 1


async def test_where_the_person_is_required_a_search_is_denied_without(jail: Jail) -> None:
    jail.person_required = True
    key = await _kept(jail, Grant(frozenset({Scope.SEARCH})))
    async with application(jail, keys=True) as client:
        headers = _headers(key, operation="SearchFaces", body=SEARCH)
        searched = await client.post("/", content=SEARCH, headers=headers)
        listed = await _call(client, _headers(key))

    assert "X-Candid-On-Behalf-Of" in refusal(searched, "AccessDeniedException")
    answer(listed)
    entry = (await jail.audit())[0]
    assert (entry.action, entry.outcome) == (AuditAction.SEARCH, "on_behalf_of_required")

"""Who calls: signatures, scopes, purposes; and what is decided before a body is read."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.types import Message

from app.api.rekognition.body import BODY_BYTES
from app.api.rekognition.model import SERVED
from app.domain.access import Scope
from app.domain.audit import AuditAction
from app.domain.collection import Collection
from app.domain.policy import Certainty, Effect, PolicyFacts, Profile, Rule
from app.domain.purpose import Purpose
from app.services.callers import Caller
from tests.api.applications import LOOPBACK
from tests.api.rekognition.applications import (
    PHOTO,
    URL,
    Office,
    answer,
    calling,
    refusal,
    signed,
    target,
)
from tests.api.rekognition.calls import CALLS
from tests.api.rekognition.use_cases import CREATED, FakeCollections
from tests.lifespan import started

LIST = "ListCollections"
SCOPES = (
    ({"DeleteCollection"}, {Scope.ADMIN}),
    (
        {"DescribeCollection", "ListCollections", "ListFaces", "ListUsers"},
        {Scope.INDEX, Scope.SEARCH},
    ),
    ({"CreateCollection", "IndexFaces", "DeleteFaces"}, {Scope.INDEX}),
    ({"CreateUser", "DeleteUser", "AssociateFaces", "DisassociateFaces"}, {Scope.INDEX}),
    (
        {"SearchFaces", "SearchFacesByImage", "SearchUsers", "SearchUsersByImage"},
        {Scope.SEARCH},
    ),
    ({"CompareFaces", "DetectFaces"}, {Scope.SEARCH}),
)


@pytest.fixture
async def known(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Give a caller of the application where keys are asked for."""
    async with calling(office.application(keys=True)) as client:
        yield client


async def test_a_signed_call_is_served_as_its_keys(
    known: httpx.AsyncClient, fake: FakeCollections
) -> None:
    response = await known.post("/", content=b"{}", headers=signed(LIST))

    answer(response)
    assert fake.call.actor.name == "old script (CANDIDAA)"
    assert (fake.call.purpose, fake.call.case_number) == (None, None)


@pytest.mark.parametrize(("days", "warned"), [(5, True), (300, False)])
async def test_whose_training_ends_soon_is_warned_in_a_header(
    office: Office, days: int, *, warned: bool
) -> None:
    rule = Rule("trained", "It is so.", "Nobody's", Certainty.OWN, Effect(trained_only=True))
    office.profile = Profile(PolicyFacts("ours", "7", "0f"), "Ours", (rule,))
    until = datetime.now(UTC).date() + timedelta(days=days)
    office.caller = replace(office.caller, trained_until=until)
    name = "SearchFacesByImage"
    body = json.dumps(CALLS[name][0]).encode()
    async with calling(office.application(keys=True)) as known:
        response = await known.post("/", content=body, headers=signed(name, body))

    answer(response)
    assert ("x-candid-warning" in response.headers) == warned


async def test_two_equal_calls_within_a_second_are_both_served(known: httpx.AsyncClient) -> None:
    headers = signed(LIST)

    for _ in range(2):
        answer(await known.post("/", content=b"{}", headers=headers))


async def test_a_call_without_a_signature_is_refused(known: httpx.AsyncClient) -> None:
    response = await known.post("/", content=b"{}", headers=target(LIST))

    refusal(response, "MissingAuthenticationTokenException")


@pytest.mark.parametrize(
    "sent",
    [
        "Bearer candid_0a1b2c3d_x",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c",
        "AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=c",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=ho st, Signature=c",
    ],
)
async def test_a_signature_of_another_form_is_incomplete(
    known: httpx.AsyncClient, sent: str
) -> None:
    headers = signed(LIST) | {"Authorization": sent}

    refusal(await known.post("/", content=b"{}", headers=headers), "IncompleteSignatureException")


async def test_a_signature_with_another_secret_or_of_another_body_is_refused(
    known: httpx.AsyncClient, fake: FakeCollections
) -> None:
    other = await known.post("/", content=b"{}", headers=signed(LIST, secret="other"))  # noqa: S106 -- a test's
    altered = await known.post("/", content=b'{"MaxResults": 1}', headers=signed(LIST))
    retargeted = signed(LIST) | target("DeleteCollection")
    moved = await known.post("/", content=b"{}", headers=retargeted)

    for response in (other, altered, moved):
        message = refusal(response, "InvalidSignatureException")
        assert message.startswith("The request signature we calculated does not match")
    assert fake.calls == []


async def test_a_forger_who_states_the_bodys_hash_is_refused_before_the_body_is_read(
    known: httpx.AsyncClient,
) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"{}"

    stated = {"x-amz-content-sha256": hashlib.sha256(b"{}").hexdigest()}
    forged = signed(LIST, secret="any", more=stated)  # noqa: S106 -- a test's
    refused = await known.post("/", content=body(), headers=forged)
    read_of_the_forger = read
    served = await known.post("/", content=body(), headers=signed(LIST, more=stated))

    refusal(refused, "InvalidSignatureException")
    answer(served)
    assert (read_of_the_forger, read) == (0, 1)


async def test_an_unknown_key_is_refused_before_the_body_is_read(
    known: httpx.AsyncClient,
) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"{}"

    headers = signed(LIST)
    headers["Authorization"] = headers["Authorization"].replace("CANDIDAAAA", "CANDIDXXXX")
    response = await known.post("/", content=body(), headers=headers)

    refusal(response, "UnrecognizedClientException")
    assert read == 0


async def test_what_is_too_large_is_refused_before_and_while_it_arrives(
    known: httpx.AsyncClient,
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES // 1_000_000 + 1):
            yield bytes(1_000_000)

    announced = await known.post("/", content=bytes(BODY_BYTES + 1), headers=signed(LIST))
    arriving = await known.post("/", content=pieces(), headers=signed(LIST))

    for response in (announced, arriving):
        assert "16 MB" in refusal(response, "ImageTooLargeException")


async def test_a_caller_who_goes_away_has_asked_for_nothing(office: Office) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async with started(office.application()) as running:
        transport = httpx.ASGITransport(running.app, client=LOOPBACK)
        request = httpx.Request("POST", URL, headers=target(LIST))
        raw = [(name.lower(), value) for name, value in request.headers.raw]
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw}
        await transport.app({**scope, "client": LOOPBACK, "scheme": "http"}, receive, send)

    assert sent[0]["status"] == 400
    assert office.collections.calls == []


async def test_a_key_without_the_scope_is_denied_in_awss_words(
    known: httpx.AsyncClient, office: Office
) -> None:
    office.caller = Caller("app (CANDIDBB)", frozenset({Scope.SEARCH}))
    body = b'{"CollectionId": "jail", "Image": {"Bytes": "%s"}}' % PHOTO.encode()

    searched = await known.post("/", content=body, headers=signed("SearchFacesByImage", body))
    indexed = await known.post("/", content=body, headers=signed("IndexFaces", body))

    answer(searched)
    assert refusal(indexed, "AccessDeniedException") == (
        "User: app (CANDIDBB) is not authorized to perform: rekognition:IndexFaces because the "
        "key does not have the scope index."
    )
    assert [one.action for one in office.attempts] == [AuditAction.SEARCH, AuditAction.INDEX]
    assert len(office.collections.calls) == 1


@pytest.mark.parametrize("operation", SERVED)
async def test_each_operation_asks_for_its_scope(
    known: httpx.AsyncClient, office: Office, operation: str
) -> None:
    enough = next(scopes for names, scopes in SCOPES if operation in names)
    body = json.dumps(CALLS[operation][0]).encode()

    for scope in Scope:
        office.caller = Caller("app (CANDIDBB)", frozenset({scope}))
        office.collections.collections["old"] = Collection("old", "m", CREATED)
        response = await known.post("/", content=body, headers=signed(operation, body))

        assert (response.status_code == 200) == (scope in enough), response.text


async def test_purpose_and_case_come_from_headers_or_else_from_the_key(
    known: httpx.AsyncClient, office: Office, fake: FakeCollections
) -> None:
    office.caller = replace(office.caller, purpose=Purpose.MISSING_PERSON, case_number="26-000001")

    answer(await known.post("/", content=b"{}", headers=signed(LIST)))
    assert (fake.call.purpose, fake.call.case_number) == (Purpose.MISSING_PERSON, "26-000001")

    said = {
        "X-Candid-Purpose": "criminal_investigation",
        "X-Candid-Case-Number": "26-7",
        "X-Candid-On-Behalf-Of": "Det. N",
    }
    answer(await known.post("/", content=b"{}", headers=signed(LIST, more=said)))
    assert (fake.call.purpose, fake.call.case_number) == (Purpose.CRIMINAL_INVESTIGATION, "26-7")
    assert fake.call.actor.on_behalf_of == "Det. N"


@pytest.mark.parametrize(
    ("header", "value"),
    [("X-Candid-Purpose", "curiosity"), ("X-Candid-Case-Number", "2" * 201)],
)
async def test_a_purpose_or_case_that_cannot_be_is_an_invalid_parameter(
    client: httpx.AsyncClient, fake: FakeCollections, header: str, value: str
) -> None:
    response = await client.post("/", json={}, headers=target(LIST) | {header: value})

    assert header in refusal(response, "InvalidParameterException")
    assert fake.calls == []


async def test_without_keys_any_signature_is_accepted_and_no_purpose_is_made_up(
    client: httpx.AsyncClient, fake: FakeCollections
) -> None:
    for headers in (target(LIST), signed(LIST, secret="any"), {"Authorization": "Basic eDp5"}):  # noqa: S106 -- a test's
        answer(await client.post("/", json={}, headers=target(LIST) | headers))

        assert fake.call.purpose is None
        assert fake.call.actor.name == "anonymous"


@pytest.mark.parametrize(
    "headers", [{"Host": "rebound.example"}, {"Origin": "https://elsewhere.example"}]
)
async def test_without_keys_other_sites_are_refused_as_aws_would(
    client: httpx.AsyncClient, fake: FakeCollections, headers: dict[str, str]
) -> None:
    response = await client.post("/", json={}, headers=target(LIST) | headers)

    refusal(response, "AccessDeniedException")
    assert fake.calls == []

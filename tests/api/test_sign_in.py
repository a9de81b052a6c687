"""People who sign in, at every route: who they are, what they may, and who is kept out."""

from collections.abc import Iterator, Mapping

import httpx
import pytest

from adapters.policy import read_profile, shipped_text
from adapters.token_verifier.oidc import OidcTokenVerifier, TokenRules
from app.domain.access import EVERY_SCOPE, Grant, Scope
from app.domain.audit import AuditAction
from app.domain.errors import IdentityProviderUnavailableError
from app.domain.sign_in import TokenFault
from app.services.lockout import Lockout
from app.services.sign_in import SignIn
from tests.api.applications import application, index, key_of, problem, search
from tests.api.test_scopes import ROWS, called
from tests.fakes_sign_in import ISSUER, ROLES, SUBJECT, FakeTokenVerifier, holder, signing_in
from tests.forgeries import ESSENTIAL, forgeries
from tests.identity_provider import AUDIENCE, IdentityProvider
from tests.jails import Jail

NAME = f"det.n ({SUBJECT} at id.county.test)"
DET = {"Authorization": "Bearer a.b.det"}
CHIEF = {"Authorization": "Bearer a.b.chief"}


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """Give one provider on a socket to all who need it."""
    provider = IdentityProvider()
    with provider.served():
        yield provider


@pytest.fixture
def jail(jail: Jail) -> Jail:
    """Give a jail where two people sign in, and one who may nothing."""
    jail.sign_in = signing_in(
        det=holder("investigator"),
        chief=holder("administrator", subject="c-1"),
        nobody=holder("janitor", subject="n-1"),
        both=holder("investigator", "auditor", subject="b-1"),
        single=holder("investigator", subject="s-1", second_factor=False),
    )
    return jail


def verifier_of(jail: Jail) -> FakeTokenVerifier:
    assert jail.sign_in is not None
    assert isinstance(jail.sign_in.verifier, FakeTokenVerifier)
    return jail.sign_in.verifier


def bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(("method", "path", "any_of", "action"), ROWS)
async def test_every_route_refuses_every_forgery_alike_and_records_why(
    jail: Jail,
    provider: IdentityProvider,
    method: str,
    path: str,
    any_of: frozenset[Scope],
    action: AuditAction,
) -> None:
    del any_of, action
    jail.lockout = Lockout(10_000, 60.0)
    tokens = forgeries(provider)
    if path != "/search":
        tokens = {name: tokens[name] for name in ESSENTIAL}
    async with httpx.AsyncClient() as asking:
        rules = TokenRules(provider.issuer, AUDIENCE)
        jail.sign_in = SignIn(OidcTokenVerifier(asking, rules), ROLES)
        async with application(jail, keys=True) as client:
            answers = [await called(client, method, path)]
            for token, _ in tokens.values():
                client.headers = httpx.Headers(bearer(token))
                answers.append(await called(client, method, path))

    bodies = [problem(one, 401, "unauthenticated") for one in answers]
    assert all(body == bodies[0] for body in bodies)
    assert len({tuple(sorted(one.headers)) for one in answers}) == 1
    entries = await jail.audit()
    assert [entry.details["reason"] for entry in entries] == [
        "missing",
        *(fault.value for _, fault in tokens.values()),
    ]
    assert {(entry.action, entry.outcome, entry.actor.name) for entry in entries} == {
        (AuditAction.AUTHENTICATE, "unauthenticated", "unknown")
    }
    assert not any(token in repr(entries) for token, _ in tokens.values() if len(token) > 2)


@pytest.mark.parametrize(("method", "path", "any_of", "action"), ROWS)
async def test_a_person_without_the_role_is_refused_at_every_route_under_their_name(
    jail: Jail, method: str, path: str, any_of: frozenset[Scope], action: AuditAction
) -> None:
    del any_of
    async with application(jail, keys=True) as client:
        client.headers = httpx.Headers(bearer("a.b.nobody"))
        problem(await called(client, method, path), 403, "scope_missing")

    [entry] = await jail.audit()
    assert (entry.action, entry.outcome) == (action, "scope_missing")
    assert entry.actor.name == "det.n (n-1 at id.county.test)"


@pytest.mark.parametrize(("method", "path", "any_of", "action"), ROWS)
async def test_while_the_provider_is_away_nobody_is_called_unauthenticated(
    jail: Jail, method: str, path: str, any_of: frozenset[Scope], action: AuditAction
) -> None:
    del any_of, action
    verifier_of(jail).error = IdentityProviderUnavailableError("it hangs at 10.0.0.7")
    async with application(jail, keys=True) as client:
        client.headers = httpx.Headers(DET)
        refused = await called(client, method, path)

    body = problem(refused, 503, "identity_provider_unavailable")
    assert "10.0.0.7" not in body["detail"]
    assert refused.headers["Retry-After"]


async def test_keys_go_on_while_the_provider_is_away(jail: Jail) -> None:
    verifier_of(jail).error = IdentityProviderUnavailableError()
    presented, _ = await key_of(jail)
    async with application(jail, keys=True) as client:
        assert (await client.get("/index", headers=bearer(presented))).status_code == 200
        problem(await client.get("/index", headers=bearer("no key")), 401, "unauthenticated")


async def test_the_person_is_the_actor_and_the_token_is_nowhere(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await index(client, "A1")
        client.headers = httpx.Headers(DET)
        found = await search(client, purpose="training_test")
        refused = await client.get("/keys")

    assert found.status_code == 200
    problem(refused, 403, "scope_missing")
    entries = [entry for entry in await jail.audit() if entry.actor.name != "unknown"]
    assert {entry.actor.name for entry in entries} == {NAME}
    assert "a.b.det" not in repr(entries)


async def test_without_a_second_factor_the_person_is_told_so_and_recorded(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        refused = [await client.get("/index", headers=bearer("a.b.single")) for _ in range(20)]

    for one in refused:
        problem(one, 403, "second_factor_missing")
    [entry] = await jail.audit()
    assert (entry.action, entry.outcome) == (AuditAction.AUTHENTICATE, "second_factor_missing")
    assert entry.actor.name == "det.n (s-1 at id.county.test)"


async def test_an_auditor_does_nothing_else_and_is_told_so(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        refused = [
            await client.get(path, headers=bearer("a.b.both")) for path in ("/audit", "/index")
        ]

    for one in refused:
        problem(one, 403, "roles_conflict")
    assert [entry.outcome for entry in await jail.audit()] == ["roles_conflict"]


async def test_who_may_nothing_and_tries_again_and_again_is_recorded_once_a_minute(
    jail: Jail,
) -> None:
    async with application(jail, keys=True) as client:
        client.headers = httpx.Headers(bearer("a.b.nobody"))
        for _ in range(20):
            problem(await client.get("/index"), 403, "scope_missing")
        problem(await client.get("/keys"), 403, "scope_missing")

    entries = await jail.audit()
    assert [entry.outcome for entry in entries] == ["scope_missing"] * 2
    assert len({entry.action for entry in entries}) == 2


@pytest.mark.parametrize("fault", [TokenFault.EXPIRED, TokenFault.UNKNOWN_KEY])
async def test_tokens_that_are_late_or_newer_than_our_keys_lock_nobody_out(
    jail: Jail, fault: TokenFault
) -> None:
    jail.lockout = Lockout(3, 60.0)
    verifier_of(jail).known["a.b.late"] = fault
    async with application(jail, keys=True) as client:
        refused = [await client.get("/index", headers=bearer("a.b.late")) for _ in range(100)]
        stranger = await client.get("/index", headers=DET)

    for one in refused:
        problem(one, 401, "unauthenticated")
    assert stranger.status_code == 200
    entries = await jail.audit()
    assert 0 < len(entries) < 100
    assert {entry.details["reason"] for entry in entries} == {fault.value}


async def test_a_person_speaks_for_nobody_else(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        client.headers = httpx.Headers(DET | {"X-Candid-On-Behalf-Of": "Sgt. O"})
        problem(await search(client, purpose="training_test"), 403, "on_behalf_of_refused")
        problem(await client.get("/photos/A1"), 403, "on_behalf_of_refused")

    entries = await jail.audit()
    assert [entry.outcome for entry in entries] == ["on_behalf_of_refused"] * 2
    assert {entry.actor.name for entry in entries} == {NAME}


async def test_who_signs_in_is_the_person_who_must_be_named(jail: Jail) -> None:
    jail.person_required = True
    jail.profile = read_profile(shipped_text("example-eu-ai-act"), "eu")
    async with application(jail, keys=True) as client:
        client.headers = httpx.Headers(DET)
        answer = await search(client, purpose="training_test")

    assert answer.status_code == 200, answer.text


async def test_failures_lock_an_address_and_people_known_there_go_on_with_a_new_token(
    jail: Jail,
) -> None:
    jail.lockout = Lockout(3, 60.0)
    verifier_of(jail).known["a.b.renewed"] = holder("investigator")
    async with application(jail, keys=True) as client:
        before = await client.get("/index", headers=DET)
        refused = [await client.get("/index", headers=bearer(f"a.b.x{i}")) for i in range(6)]
        stranger = await client.get("/index", headers=bearer("a.b.chief"))
        goes_on = await client.get("/index", headers=bearer("a.b.renewed"))

    assert [one.status_code for one in refused] == [401] * 3 + [429] * 3
    problem(stranger, 429, "locked_out")
    assert (before.status_code, goes_on.status_code) == (200, 200)
    assert [entry.outcome for entry in await jail.audit()] == ["unauthenticated"] * 3 + [
        "locked_out"
    ]


async def test_whoami_tells_a_person_and_a_key_and_nobody(jail: Jail) -> None:
    presented, key = await key_of(jail, "desk", Grant(EVERY_SCOPE - {Scope.AUDIT}))
    async with application(jail, keys=True) as client:
        person = (await client.get("/whoami", headers=DET)).json()
        desk = (await client.get("/whoami", headers=bearer(presented))).json()
    async with application(jail) as client:
        nobody = (await client.get("/whoami")).json()

    assert (person["name"], person["kind"], person["scopes"]) == (NAME, "person", ["search"])
    assert (person["issuer"], person["subject"]) == (ISSUER, SUBJECT)
    assert person["authentication"] == "oidc"
    assert person["expires_at"]
    assert person["warnings"] == []
    assert (desk["kind"], desk["prefix"], desk["issuer"]) == ("key", key.prefix, None)
    assert (nobody["name"], nobody["kind"]) == ("anonymous", "nobody")
    assert nobody["authentication"] == "none"
    assert "Authentication is off" in nobody["warnings"][0]


async def test_readiness_says_that_the_provider_is_away_without_being_down(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        page = await client.get("/docs")
        document = (await client.get("/openapi.json")).json()
        verifier_of(jail).error = IdentityProviderUnavailableError()
        without = (await client.get("/openapi.json")).json()
        still = await client.get("/docs")

    flow = document["components"]["securitySchemes"]["SignIn"]["flows"]["authorizationCode"]
    assert flow["tokenUrl"] == f"{ISSUER}/token"
    assert {"SignIn": []} in document["paths"]["/search"]["post"]["security"]
    assert "security" not in document["paths"]["/health/live"]["get"]
    assert 'data-client-id="candid-docs"' in page.text
    assert f"connect-src 'self' {ISSUER};" in page.headers["Content-Security-Policy"]
    assert "SignIn" not in without["components"]["securitySchemes"]
    assert still.status_code == 200

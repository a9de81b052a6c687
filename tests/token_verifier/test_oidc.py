"""Tokens of a provider on a socket: what is accepted, what is not, and what happens to keys."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date

import httpx
import pytest

from adapters.token_verifier.oidc import (
    FRESH_SECONDS,
    KEPT_SECONDS,
    LOOK_AGAIN_SECONDS,
    RETRY_SECONDS,
    OidcTokenVerifier,
    TokenRules,
)
from app.domain.errors import (
    IdentityProviderMisconfiguredError,
    IdentityProviderUnavailableError,
)
from app.domain.sign_in import TokenFault, TokenHolder
from tests.forgeries import forgeries
from tests.hostile_keys import hostile_keys
from tests.identity_provider import (
    AUDIENCE,
    IdentityProvider,
    Json,
    SigningKey,
    Trouble,
    signing_key,
)

UNAVAILABLE = {Trouble.HANG, Trouble.DRIP, Trouble.ERROR_500}


@dataclass
class Clock:
    """A clock that is put on by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Tried:
    """A verifier, its provider and its clock."""

    provider: IdentityProvider
    verifier: OidcTokenVerifier
    clock: Clock

    async def accepts(self, token: str) -> bool:
        return isinstance(await self.verifier.verified(token), TokenHolder)

    async def renewed(self) -> None:
        """Wait until keys were renewed in the background."""
        asked = self.provider.asked["keys"]
        await self.verifier.verified(self.provider.token())
        async with asyncio.timeout(10):
            while self.provider.asked["keys"] == asked:  # noqa: ASYNC110 - another program's counter
                await asyncio.sleep(0.01)


@asynccontextmanager
async def trying(provider: IdentityProvider, **rules: object) -> AsyncIterator[Tried]:
    with provider.served() as issuer:
        async with httpx.AsyncClient() as client:
            given = replace(TokenRules(issuer, AUDIENCE), **rules)  # type: ignore[arg-type]  # by name
            clock = Clock()
            verifier = OidcTokenVerifier(client, given, 0.5, clock)
            yield Tried(provider, verifier, clock)
            await verifier.aclose()


async def holder_of(provider: IdentityProvider, claims: Json, **rules: object) -> TokenHolder:
    async with trying(provider, **rules) as tried:
        found = await tried.verifier.verified(provider.token(**claims))
    assert isinstance(found, TokenHolder), found
    return found


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
async def test_each_algorithm_of_the_list_is_accepted(algorithm: str) -> None:
    async with trying(IdentityProvider([signing_key("k", algorithm)])) as tried:
        assert await tried.accepts(tried.provider.token())
        assert await tried.accepts(tried.provider.token(header={"typ": "at+jwt"}))


async def test_every_forgery_is_known_for_what_it_is() -> None:
    async with trying(IdentityProvider()) as tried:
        tokens = forgeries(tried.provider)
        found = {name: await tried.verifier.verified(token) for name, (token, _) in tokens.items()}

    assert found == {name: fault for name, (_, fault) in tokens.items()}
    assert tried.provider.asked["keys"] <= 2


async def test_a_clock_that_is_off_a_little_does_no_harm() -> None:
    now = int(time.time())
    async with trying(IdentityProvider()) as tried:
        assert await tried.accepts(tried.provider.token(iat=now + 20, nbf=now + 20, exp=now + 300))
        assert await tried.accepts(tried.provider.token(iat=now - 600, exp=now - 20))


async def test_an_audience_among_several_is_enough() -> None:
    async with trying(IdentityProvider()) as tried:
        assert await tried.accepts(tried.provider.token(aud=["account", AUDIENCE]))


async def test_claims_are_found_by_name_or_along_a_path() -> None:
    deep = {"realm_access": {"roles": ["auditor", 7]}, "https://county/name": "Det. N"}
    found = await holder_of(
        IdentityProvider(),
        deep,
        roles_claim="realm_access.roles",
        name_claim="https://county/name",
    )

    assert found.roles == {"auditor"}
    assert found.username == "Det. N"


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        ("jail admin", {"jail admin"}),
        (["jail admin"], {"jail admin"}),
        (["a"], {"a"}),
        ({"a": 1}, set()),
        (None, set()),
        (7, set()),
    ],
)
async def test_roles_are_a_list_or_one(said: object, roles: set[str]) -> None:
    assert (await holder_of(IdentityProvider(), {"roles": said})).roles == roles


@pytest.mark.parametrize("claim", ["scope", "scp", "resource.scope"])
async def test_a_scope_is_a_text_of_words(claim: str) -> None:
    said = {"scope": "a b", "scp": "a b", "resource": {"scope": "a b"}}

    assert (await holder_of(IdentityProvider(), said, roles_claim=claim)).roles == {"a", "b"}


@pytest.mark.parametrize("claim", ["iat", "exp"])
@pytest.mark.parametrize("moment", [-(10**400), 10**400, 1e308, -1e308])
async def test_a_moment_beyond_all_time_is_a_fault(claim: str, moment: float) -> None:
    said: Json = {claim: moment}
    async with trying(IdentityProvider()) as tried:
        found = await tried.verifier.verified(tried.provider.token(**said))

    assert isinstance(found, TokenFault)


@pytest.mark.parametrize(
    ("claims", "shown"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": None}, False),
        ({"amr": None, "acr": "gold"}, True),
        ({"amr": None, "acr": ["gold"]}, False),
        ({"amr": "mfa"}, True),
    ],
)
async def test_a_second_factor_is_shown_by_amr_or_acr(claims: Json, *, shown: bool) -> None:
    found = await holder_of(IdentityProvider(), claims, acr=frozenset({"gold"}))

    assert found.second_factor is shown


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2027-06-30", date(2027, 6, 30)),
        ("2027-06-30T10:00:00Z", date(2027, 6, 30)),
        (1_814_313_600, date(2027, 6, 30)),
        ("soon", None),
        (10**30, None),
        (True, None),
        (None, None),
    ],
)
async def test_training_is_a_date_or_a_moment(said: object, until: date | None) -> None:
    claims = {"training": {"until": said}}

    found = await holder_of(IdentityProvider(), claims, trained_until_claim="training.until")

    assert found.trained_until == until


@pytest.mark.parametrize("said", ["", "a\nb", "x" * 101, 7, None])
async def test_a_name_that_cannot_be_shown_is_left_out(said: object) -> None:
    found = await holder_of(IdentityProvider(), {"preferred_username": said})

    assert found.username is None
    assert found.name.startswith("(b2c9f1d4 at ")


async def test_a_new_key_is_found_at_once_and_unknown_ones_cost_one_question() -> None:
    async with trying(IdentityProvider()) as tried:
        assert await tried.accepts(tried.provider.token())
        tried.provider.keys.insert(0, signing_key("two"))
        early = await tried.verifier.verified(tried.provider.token())
        tried.clock.now += LOOK_AGAIN_SECONDS
        assert await tried.accepts(tried.provider.token())
        stranger = signing_key("three")
        faults = [
            await tried.verifier.verified(tried.provider.token(key=replace(stranger, kid=str(i))))
            for i in range(50)
        ]

    assert early is TokenFault.UNKNOWN_KEY
    assert set(faults) == {TokenFault.UNKNOWN_KEY}
    assert tried.provider.asked["keys"] == 2


async def test_a_key_that_a_renewal_under_way_may_bring_is_waited_for() -> None:
    async with trying(IdentityProvider()) as tried:
        old = tried.provider.token()
        assert await tried.accepts(old)
        tried.provider.keys.insert(0, signing_key("two"))
        tried.clock.now += FRESH_SECONDS
        assert await tried.accepts(old)  # begins a renewal, and does not wait for it
        await asyncio.sleep(0)

        assert await tried.accepts(tried.provider.token())


async def test_a_key_that_is_withdrawn_counts_no_more_after_the_renewal() -> None:
    async with trying(IdentityProvider()) as tried:
        old = tried.provider.token()
        assert await tried.accepts(old)
        tried.provider.keys[:] = [signing_key("two")]
        tried.clock.now += FRESH_SECONDS
        await tried.renewed()
        async with asyncio.timeout(10):
            while await tried.accepts(old):  # noqa: ASYNC110 - of a task that is not ours
                await asyncio.sleep(0.01)


async def test_keys_are_kept_while_the_provider_is_away_and_not_for_ever() -> None:
    async with trying(IdentityProvider()) as tried:
        assert await tried.accepts(tried.provider.token())
        tried.provider.trouble = Trouble.ERROR_500
        tried.clock.now += KEPT_SECONDS - 1
        kept = await tried.accepts(tried.provider.token())
        tried.clock.now += 1
        with pytest.raises(IdentityProviderUnavailableError):
            await tried.verifier.verified(tried.provider.token())
        asked = tried.provider.asked["description"]
        with pytest.raises(IdentityProviderUnavailableError):
            await tried.verifier.verified(tried.provider.token())
        at_once = tried.provider.asked["description"]
        tried.provider.trouble = None
        tried.clock.now += RETRY_SECONDS
        back = await tried.accepts(tried.provider.token())

    assert (kept, back) == (True, True)
    assert at_once == asked


async def test_nobody_waits_for_a_provider_that_hangs_while_keys_are_kept() -> None:
    async with trying(IdentityProvider()) as tried:
        assert await tried.accepts(tried.provider.token())
        tried.provider.trouble = Trouble.HANG
        tried.clock.now += FRESH_SECONDS
        asked = tried.provider.asked["description"]
        for _ in range(20):
            assert await tried.accepts(tried.provider.token())

    assert tried.provider.asked["description"] <= asked + 1


async def test_many_who_come_at_once_cost_one_question() -> None:
    async with trying(IdentityProvider()) as tried:
        token = tried.provider.token()
        found = await asyncio.gather(*(tried.accepts(token) for _ in range(50)))

    assert all(found)
    assert tried.provider.asked == {"description": 1, "keys": 1}


async def test_a_key_without_a_name_is_taken_where_it_is_the_only_one() -> None:
    async with trying(IdentityProvider([signing_key(None)])) as tried:
        assert await tried.accepts(tried.provider.token())
    async with trying(IdentityProvider([signing_key(None), signing_key(None)])) as tried:
        found = await tried.verifier.verified(tried.provider.token())
        assert found is TokenFault.UNKNOWN_KEY


@pytest.mark.parametrize("trouble", list(Trouble))
async def test_whatever_is_wrong_with_a_provider_is_an_error_of_ours(trouble: Trouble) -> None:
    provider = IdentityProvider(trouble=trouble)
    kind = (
        IdentityProviderUnavailableError
        if trouble in UNAVAILABLE
        else IdentityProviderMisconfiguredError
    )
    async with trying(provider) as tried:
        with pytest.raises(kind):
            await tried.verifier.verified(provider.token())
        with pytest.raises(kind):
            await tried.verifier.ping()


async def test_a_good_key_among_hostile_ones_is_the_only_one_that_counts() -> None:
    key = signing_key("one")
    async with trying(IdentityProvider([key], published=hostile_keys(key.public()))) as tried:
        assert await tried.accepts(tried.provider.token())
        names = ["small", "exponent", "encrypts", "signs", "hmac", "none", "wrong-kind"]
        found = {
            name: await tried.verifier.verified(
                tried.provider.token(key=SigningKey(name, "RS256", key.private))
            )
            for name in names
        }

    assert set(found.values()) == {TokenFault.UNKNOWN_KEY}


async def test_a_provider_that_is_not_there_is_unavailable() -> None:
    async with httpx.AsyncClient() as client:
        verifier = OidcTokenVerifier(client, TokenRules("http://127.0.0.1:9", AUDIENCE), 0.5)
        with pytest.raises(IdentityProviderUnavailableError):
            await verifier.places()

"""The contract of token verifiers: a provider on a socket, and one in memory."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx
import pytest

from adapters.token_verifier.oidc import OidcTokenVerifier, TokenRules
from app.domain.errors import IdentityProviderUnavailableError
from app.domain.sign_in import TokenFault, TokenHolder
from app.ports.token_verifier import TokenVerifier
from tests.fakes_sign_in import FakeTokenVerifier, holder
from tests.identity_provider import AUDIENCE, SUBJECT, IdentityProvider, Trouble


@dataclass(frozen=True)
class Tried:
    """A verifier, a token that it accepts, and how its provider goes away."""

    verifier: TokenVerifier
    good: str
    leave: Callable[[], None]


def _fake() -> Tried:
    fake = FakeTokenVerifier({"a.b.c": holder("investigator")})

    def leave() -> None:
        fake.error = IdentityProviderUnavailableError()

    return Tried(fake, "a.b.c", leave)


@pytest.fixture(params=["memory", "oidc"])
async def tried(request: pytest.FixtureRequest) -> AsyncIterator[Tried]:
    if request.param == "memory":
        yield _fake()
        return
    provider = IdentityProvider()

    def leave() -> None:
        provider.trouble = Trouble.ERROR_500

    with provider.served() as issuer:
        async with httpx.AsyncClient() as client:
            verifier = OidcTokenVerifier(client, TokenRules(issuer, AUDIENCE))
            yield Tried(verifier, provider.token(), leave)
            await verifier.aclose()


async def test_a_good_token_names_a_person_of_the_issuer(tried: Tried) -> None:
    found = await tried.verifier.verified(tried.good)

    assert isinstance(found, TokenHolder)
    assert (found.issuer, found.subject) == (tried.verifier.issuer, SUBJECT)
    assert found.name == f"det.n ({SUBJECT} at {tried.verifier.issuer.partition('://')[2]})"
    assert found.roles == {"investigator"}
    assert found.second_factor


async def test_any_other_token_is_a_fault_and_no_error(tried: Tried) -> None:
    for text in ("..", "a.b.d", "x" * 50_000, "\u00e9.\0.\u2028"):
        assert isinstance(await tried.verifier.verified(text), TokenFault)


async def test_a_browser_is_told_where_to_sign_in(tried: Tried) -> None:
    places = await tried.verifier.places()

    assert places.authorization_endpoint.startswith(tried.verifier.issuer)
    assert places.token_endpoint.startswith(tried.verifier.issuer)


async def test_a_provider_that_is_away_is_an_error_of_its_own(tried: Tried) -> None:
    tried.leave()

    for asking in (tried.verifier.verified(tried.good), tried.verifier.places()):
        with pytest.raises(IdentityProviderUnavailableError):
            await asking
    with pytest.raises(IdentityProviderUnavailableError):
        await tried.verifier.ping()

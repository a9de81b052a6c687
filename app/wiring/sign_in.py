"""Where people sign in."""

import ssl
from contextlib import AsyncExitStack

import httpx

from adapters.token_verifier.oidc import OidcTokenVerifier, TokenRules
from app.services.sign_in import SignIn
from app.settings import Settings
from app.settings.access import AuthSettings

_CONNECTIONS = 4  # one question is under way at a time


async def open_sign_in(settings: Settings, stack: AsyncExitStack) -> SignIn | None:
    """Return what tokens come to, where people sign in.

    The provider is not asked yet: keys go on working while it is away.
    """
    auth = settings.auth
    if auth.kind != "oidc":
        return None
    client = await stack.enter_async_context(_client())
    verifier = OidcTokenVerifier(client, _rules(auth))
    stack.push_async_callback(verifier.aclose)
    return SignIn(verifier, auth.roles, auth.require_mfa)


def _rules(auth: AuthSettings) -> TokenRules:
    return TokenRules(
        issuer=auth.issuer or "",
        audience=auth.audience or "",
        roles_claim=auth.roles_claim,
        name_claim=auth.name_claim,
        trained_until_claim=auth.trained_until_claim,
        amr=auth.mfa_amr,
        acr=auth.mfa_acr,
        longest_seconds=auth.token_seconds,
    )


def _client() -> httpx.AsyncClient:
    """Trust whom the machine trusts: agencies have certificate authorities of their own."""
    return httpx.AsyncClient(
        verify=ssl.create_default_context(),
        limits=httpx.Limits(max_connections=_CONNECTIONS),
        follow_redirects=False,
        trust_env=False,
    )

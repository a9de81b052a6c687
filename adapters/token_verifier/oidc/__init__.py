"""The token verifier port on any OpenID Connect provider, found by discovery."""

from adapters.token_verifier.oidc.key_set import (
    FRESH_SECONDS,
    KEPT_SECONDS,
    LOOK_AGAIN_SECONDS,
    RETRY_SECONDS,
)
from adapters.token_verifier.oidc.provider import LARGEST_ANSWER
from adapters.token_verifier.oidc.rules import TokenRules
from adapters.token_verifier.oidc.verifier import LARGEST_TOKEN, OidcTokenVerifier

__all__ = [
    "FRESH_SECONDS",
    "KEPT_SECONDS",
    "LARGEST_ANSWER",
    "LARGEST_TOKEN",
    "LOOK_AGAIN_SECONDS",
    "RETRY_SECONDS",
    "OidcTokenVerifier",
    "TokenRules",
]

"""Port: whose token is this, and does the identity provider stand for it?"""

from dataclasses import dataclass
from typing import Protocol

from app.domain.sign_in import TokenFault, TokenHolder


@dataclass(frozen=True, slots=True)
class SignInPlaces:
    """Where a browser signs in and fetches its token, as the provider publishes it."""

    authorization_endpoint: str
    token_endpoint: str


class TokenVerifier(Protocol):
    """Checks tokens of one issuer. Nothing that a token says of keys or addresses is followed."""

    @property
    def issuer(self) -> str:
        """Whose tokens are accepted."""
        ...

    async def verified(self, token: str) -> TokenHolder | TokenFault:
        """Return whom the token names, or why it is not accepted.

        Raises IdentityProviderUnavailableError and IdentityProviderMisconfiguredError when the
        provider's keys cannot be had, so that nobody can say.
        """
        ...

    async def places(self) -> SignInPlaces:
        """Return where browsers sign in; raises as `verified`."""
        ...

    async def ping(self) -> None:
        """Return when the provider's keys were had lately; raises as `verified`."""
        ...

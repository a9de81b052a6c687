"""Who is asking, where people sign in: what their tokens come to."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.access import Scope, prefix_of_key
from app.domain.errors import (
    IdentityProviderMisconfiguredError,
    IdentityProviderUnavailableError,
    RolesConflictError,
    SecondFactorMissingError,
)
from app.domain.sign_in import TokenFault, TokenHolder, scopes_of
from app.ports.records import Records
from app.ports.token_verifier import TokenVerifier
from app.services.callers import Caller, Reason

_DOTS = 2  # of a signed token in its compact form (RFC 7515)


def looks_like_token(presented: str | None) -> bool:
    """Say whether this is to be read as a token, and not as a key."""
    sent = presented or ""
    return sent.count(".") == _DOTS and prefix_of_key(sent) is None


@dataclass(frozen=True, slots=True)
class SignIn:
    """The identity provider, and what the roles it gives come to here."""

    verifier: TokenVerifier
    roles: Mapping[str, frozenset[Scope]]
    second_factor_required: bool = True

    def caller(self, holder: TokenHolder) -> Caller:
        """Return what the person may; raises SecondFactorMissingError, RolesConflictError.

        Somebody without a role that counts here is known, and may nothing.
        """
        if self.second_factor_required and not holder.second_factor:
            raise SecondFactorMissingError
        scopes = scopes_of(holder.roles, self.roles)
        if Scope.AUDIT in scopes and len(scopes) > 1:
            raise RolesConflictError
        return Caller(holder.name, scopes, trained_until=holder.trained_until, holder=holder)

    async def objection(self, token: str, records: Records) -> TokenFault | Reason | None:
        """Return what speaks against a token now; one that cannot be checked has no known key."""
        try:
            found = await self.verifier.verified(token)
        except (IdentityProviderUnavailableError, IdentityProviderMisconfiguredError):
            return TokenFault.UNKNOWN_KEY
        if isinstance(found, TokenFault):
            return found
        return Reason.BLOCKED if await is_blocked(found, records) else None


async def is_blocked(holder: TokenHolder, records: Records) -> bool:
    """Say whether a person is kept out; asked at every call, so it holds in every process."""
    async with records.view() as unit:
        return await unit.blocks.find(holder.issuer, holder.subject) is not None

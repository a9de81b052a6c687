"""An identity provider in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from app.domain.access import Scope
from app.domain.errors import CandidError
from app.domain.sign_in import TokenFault, TokenHolder
from app.ports.token_verifier import SignInPlaces, TokenVerifier
from app.services.sign_in import SignIn

ISSUER = "https://id.county.test"
SUBJECT = "b2c9f1d4"
ROLES: Mapping[str, frozenset[Scope]] = {
    "investigator": frozenset({Scope.SEARCH}),
    "administrator": frozenset({Scope.ADMIN, Scope.INDEX}),
    "auditor": frozenset({Scope.AUDIT}),
}


def holder(*roles: str, subject: str = SUBJECT, second_factor: bool = True) -> TokenHolder:
    """Return somebody."""
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=10)
    return TokenHolder(ISSUER, subject, "det.n", frozenset(roles), ends, second_factor)


@dataclass
class FakeTokenVerifier(TokenVerifier):
    """Knows tokens by their text, and nothing of signatures."""

    known: dict[str, TokenHolder | TokenFault] = field(default_factory=dict)
    error: CandidError | None = None

    @property
    @override
    def issuer(self) -> str:
        return ISSUER

    @override
    async def verified(self, token: str) -> TokenHolder | TokenFault:
        self._check()
        return self.known.get(token, TokenFault.SIGNATURE)

    @override
    async def places(self) -> SignInPlaces:
        self._check()
        return SignInPlaces(f"{ISSUER}/authorize", f"{ISSUER}/token")

    @override
    async def ping(self) -> None:
        self._check()

    def _check(self) -> None:
        if self.error is not None:
            raise self.error


def signing_in(**known: TokenHolder | TokenFault) -> SignIn:
    """Let people sign in; `det` knows the token `a.b.det`."""
    verifier = FakeTokenVerifier({f"a.b.{name}": one for name, one in known.items()})
    return SignIn(verifier, ROLES)

"""What a token must say, and how its claims are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from app.domain.access import one_line
from app.domain.sign_in import TokenFault, TokenHolder, is_subject

Claims = Mapping[str, object]

_OF_WORDS: Final = {"scope", "scp"}
"""Claims that hold several words in one text; `scp` is what some providers call theirs."""

_FARTHEST: Final = 2**80
"""Seconds from 1970: what is farther is no moment, and more than some arithmetic can do."""


@dataclass(frozen=True, slots=True)
class TokenRules:
    """Whose tokens are accepted, for whom they are meant, and what their claims are called.

    A claim's name may be a path with dots, as in `realm_access.roles`.
    """

    issuer: str
    audience: str
    roles_claim: str = "roles"
    name_claim: str = "preferred_username"
    trained_until_claim: str | None = None
    amr: frozenset[str] = frozenset({"mfa"})  # each shows a second factor (RFC 8176)
    acr: frozenset[str] = frozenset()
    longest_seconds: int = 3600  # from its issue to its end

    def holder(self, claims: Claims) -> TokenHolder | TokenFault:
        """Read the claims of a token whose signature, issuer, audience and times are right."""
        subject, issued, expires = claims["sub"], claims["iat"], claims["exp"]
        if not is_subject(subject) or not _is_moment(issued) or not _is_moment(expires):
            return TokenFault.CLAIMS
        assert isinstance(subject, str) and isinstance(issued, int | float)  # noqa: S101, PT018 - as was checked
        assert isinstance(expires, int | float)  # noqa: S101 - as was checked
        if expires - issued > self.longest_seconds:
            return TokenFault.TOO_LONG_LIVED
        return TokenHolder(
            issuer=self.issuer,
            subject=subject,
            username=_username(claim_at(claims, self.name_claim)),
            roles=self._roles(claims),
            expires_at=datetime.fromtimestamp(int(expires), UTC),
            second_factor=self._shows_second_factor(claims),
            trained_until=self._trained_until(claims),
        )

    def _roles(self, claims: Claims) -> frozenset[str]:
        """Read a list, or one text: a scope (RFC 6749, 3.3) has words, a role may have spaces."""
        said = claim_at(claims, self.roles_claim)
        if isinstance(said, str) and self.roles_claim.rpartition(".")[2] not in _OF_WORDS:
            return frozenset({said})
        return _words(said)

    def _shows_second_factor(self, claims: Claims) -> bool:
        acr = claims.get("acr")
        by_class = isinstance(acr, str) and acr in self.acr
        return by_class or not self.amr.isdisjoint(_words(claims.get("amr")))

    def _trained_until(self, claims: Claims) -> date | None:
        """Read an ISO date, or seconds since 1970; what is neither shows no training."""
        if self.trained_until_claim is None:
            return None
        said = claim_at(claims, self.trained_until_claim)
        try:
            if isinstance(said, str):
                return datetime.fromisoformat(said).date()
            return datetime.fromtimestamp(int(said), UTC).date() if _is_moment(said) else None  # type: ignore[call-overload]  # a number, as was checked
        except (ValueError, OverflowError, OSError):
            return None


def claim_at(claims: Claims, name: str) -> object:
    """Return a claim by its whole name, or along a path of names; None where there is none."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def _words(said: object) -> frozenset[str]:
    """Read a list of texts, or one text of words as `scope` is."""
    if isinstance(said, str):
        return frozenset(said.split())
    if isinstance(said, list):
        return frozenset(one for one in said if isinstance(one, str))
    return frozenset()


def _username(said: object) -> str | None:
    try:
        return one_line(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _is_moment(said: object) -> bool:
    if isinstance(said, bool) or not isinstance(said, int | float):
        return False
    return -_FARTHEST <= said <= _FARTHEST  # infinities and NaN are not within

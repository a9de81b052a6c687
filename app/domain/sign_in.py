"""People who sign in with their agency's identity provider, and what their tokens say of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from app.domain.access import Scope, is_loopback

_SUBJECT = re.compile(r"[!-'*-~]{1,255}")


class TokenFault(StrEnum):
    """Why a token is not accepted; the record knows it, the caller is not told."""

    MALFORMED = "token_malformed"  # no signed token, larger than one may be, or of another type
    ALGORITHM = "token_algorithm"  # not signed in a way that is accepted here
    UNKNOWN_KEY = "token_unknown_key"  # signed with no key that the provider publishes
    SIGNATURE = "token_signature"
    ISSUER = "token_issuer"
    AUDIENCE = "token_audience"
    EXPIRED = "token_expired"
    NOT_YET = "token_not_yet_valid"
    CLAIMS = "token_claims"  # something that it must say is missing, or is not what it must be
    TOO_LONG_LIVED = "token_too_long_lived"


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Whom an accepted token names; issuer and subject together are one person, for ever."""

    issuer: str
    subject: str
    username: str | None  # people change it; None: the token has none that can be shown
    roles: frozenset[str]
    expires_at: datetime
    second_factor: bool  # the token shows that they signed in with more than a password
    trained_until: date | None = None  # the last day on which their training counts

    @property
    def name(self) -> str:
        """Their name in the audit: what people read, and what is stable."""
        stable = f"({self.subject} at {self.issuer.partition('://')[2]})"
        return f"{self.username} {stable}" if self.username else stable


@dataclass(frozen=True, slots=True)
class BlockedPerson:
    """Somebody whose tokens count no more, whatever their identity provider says."""

    issuer: str
    subject: str
    blocked_at: datetime
    blocked_by: str


def is_subject(text: object) -> bool:
    """Say whether this can be a token's subject: it must stand in a name without ambiguity."""
    return isinstance(text, str) and _SUBJECT.fullmatch(text) is not None


def scopes_of(roles: frozenset[str], mapped: Mapping[str, frozenset[Scope]]) -> frozenset[Scope]:
    """Return what roles come to; one that is not mapped gives nothing."""
    return frozenset(scope for role in roles for scope in mapped.get(role, ()))


def is_provider_address(text: object) -> bool:
    """Say whether an identity provider may be asked there: https, or http on this machine."""
    if not isinstance(text, str) or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))

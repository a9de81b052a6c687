"""Who asks, once that is known, and why somebody is not known."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.domain.access import ApiKey, Scope
from app.domain.purpose import Purpose
from app.domain.sign_in import TokenHolder

ANONYMOUS = "anonymous"
"""The name of everybody where authentication is off, which only a loopback address may have."""

UNKNOWN = "unknown"
"""The name of those who did not show who they are."""


class Reason(StrEnum):
    """Why a call is not authenticated; the record knows it, the caller is not told.

    What can be wrong with a token is a `TokenFault`.
    """

    MISSING = "missing"
    NO_KEY = "no_key"  # what was sent has not the form of a key or a signature
    UNKNOWN = "unknown"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - a reason
    EXPIRED = "expired"
    REVOKED = "revoked"
    OTHER_NETWORK = "other_network"
    SIGNATURE = "signature"
    BLOCKED = "blocked"  # a person whose token is good


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, what they may, and what their calls are for unless they say it."""

    name: str
    scopes: frozenset[Scope]
    purpose: Purpose | None = None
    case_number: str | None = None
    trained_until: date | None = None  # the last day on which their training counts
    key: ApiKey | None = field(default=None, compare=False, repr=False)
    holder: TokenHolder | None = field(default=None, compare=False, repr=False)

    @property
    def signed_in(self) -> bool:
        """Whether a person asks who signed in themselves."""
        return self.holder is not None


def name_of(key: ApiKey) -> str:
    """Return what a key's calls are recorded under."""
    return f"{key.name} ({key.prefix})"


def caller_with(key: ApiKey) -> Caller:
    """Return who calls with a key."""
    grant = key.grant
    return Caller(
        name_of(key), grant.scopes, grant.purpose, grant.case_number, grant.trained_until, key
    )

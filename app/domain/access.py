"""Who may ask, and what: keys, told apart by a prefix; or this machine alone."""

import base64
import hashlib
import hmac
import ipaddress
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.domain.errors import AuditAloneError, ScopeMissingError, ScopeNotHeldError
from app.domain.networks import Network, lies_in
from app.domain.purpose import Purpose

_SCHEME = "candid"
_ACCESS_KEY_START = "CANDID"
_ACCESS_KEY_LETTERS = string.ascii_uppercase + "234567"  # base32, as in AWS's own
_ACCESS_KEY_RANDOM = 14
_LONGEST_LINE = 100


MOST_CALLS_A_MINUTE = 100_000
"""The highest limit that a key can be given; more is no limit."""


class Scope(StrEnum):
    """What a key may be used for; none of them includes another."""

    SEARCH = "search"
    INDEX = "index"
    IMPORT = "import"
    REVIEW = "review"
    AUDIT = "audit"
    ADMIN = "admin"


EVERY_SCOPE = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key is given out for; purpose and case number stand where a call brings none."""

    scopes: frozenset[Scope]
    expires_at: datetime | None = None
    purpose: Purpose | None = None
    case_number: str | None = None
    calls_a_minute: int | None = None
    networks: tuple[Network, ...] = ()  # empty: from anywhere
    trained_until: date | None = None  # the last day on which its holder's training counts

    def admits_from(self, address: str | None) -> bool:
        """Say whether a call may come from this address."""
        return not self.networks or lies_in(address, self.networks)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What may be known of a key."""

    prefix: str  # public: 8 characters, or the whole access key id
    name: str
    sha256: str | None  # of the whole key as sent: 256 random bits; None: it is never sent
    created_at: datetime
    grant: Grant
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None  # to some minutes

    @property
    def signs(self) -> bool:
        """Whether it signs requests, as AWS's access keys do, and is never sent with one."""
        return self.sha256 is None

    def is_presented(self, presented: str) -> bool:
        """Say, in constant time, whether this is the presented key."""
        if self.sha256 is None:
            return False
        return hmac.compare_digest(self.sha256, hash_of_key(presented))

    def in_force(self, now: datetime) -> bool:
        """Say whether it is neither expired nor revoked."""
        expires_at = self.grant.expires_at
        return (expires_at is None or now < expires_at) and self.revoked_at is None


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key that signs requests; whoever checks a signature needs the secret itself."""

    key: ApiKey
    secret: str = field(repr=False)

    @property
    def access_key_id(self) -> str:
        """The public half."""
        return self.key.prefix


def one_line(text: str) -> str:
    """Return a name or case number trimmed; ValueError unless it is a short line."""
    trimmed = text.strip()
    if not trimmed or len(trimmed) > _LONGEST_LINE or not trimmed.isprintable():
        raise ValueError(f"write 1 to {_LONGEST_LINE} printable characters on one line")
    return trimmed


def new_key(name: str, now: datetime, grant: Grant) -> tuple[str, ApiKey]:
    """Return a fresh key, `candid_<prefix>_<43 characters>`, and what to keep of it."""
    prefix = secrets.token_hex(4)
    presented = f"{_SCHEME}_{prefix}_{secrets.token_urlsafe(32)}"
    return presented, ApiKey(prefix, name, hash_of_key(presented), now, grant)


def new_access_key(name: str, now: datetime, grant: Grant) -> AccessKey:
    """Return a fresh pair in AWS's form: an id of 20 characters, a secret of 40."""
    drawn = (secrets.choice(_ACCESS_KEY_LETTERS) for _ in range(_ACCESS_KEY_RANDOM))
    access_key_id = _ACCESS_KEY_START + "".join(drawn)
    secret = base64.b64encode(secrets.token_bytes(30)).decode()
    return AccessKey(ApiKey(access_key_id, name, None, now, grant), secret)


def hash_of_key(presented: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(presented.encode()).hexdigest()


def prefix_of_key(presented: str) -> str | None:
    """Return the public part of a presented key, or None when it is not one of ours."""
    scheme, _, rest = presented.partition("_")
    prefix, _, secret = rest.partition("_")
    return prefix if scheme == _SCHEME and secret else None


def check_scope(held: frozenset[Scope], any_of: Iterable[Scope]) -> None:
    """Raise ScopeMissingError unless one of the scopes is held."""
    wanted = sorted(any_of)
    if held.isdisjoint(wanted):
        raise ScopeMissingError(wanted)


def check_held(scopes: frozenset[Scope], held: frozenset[Scope]) -> None:
    """Raise ScopeNotHeldError unless all of them are held: nobody gives what they do not have."""
    if missing := sorted(scopes - held):
        raise ScopeNotHeldError(missing)


def check_separate(scopes: frozenset[Scope]) -> None:
    """Raise AuditAloneError where one who looks after the record could do what it records."""
    if Scope.AUDIT in scopes and len(scopes) > 1:
        raise AuditAloneError


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach the address; IPv6 may stand in brackets."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False

"""Who may ask: keys, shown once, kept as a hash, told apart by a prefix; or this machine alone."""

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime

_SCHEME = "candid"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key."""

    prefix: str  # 8 characters, public
    name: str
    sha256: str  # of the whole key as sent; 256 random bits need no slow hash
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def admits(self, presented: str, now: datetime) -> bool:
        """Say, in constant time, whether this is the presented key and it is in force."""
        same = hmac.compare_digest(self.sha256, hash_of_key(presented))
        in_time = self.expires_at is None or now < self.expires_at
        return same and in_time and self.revoked_at is None


def new_key(name: str, now: datetime) -> tuple[str, ApiKey]:
    """Return a fresh key, `candid_<prefix>_<43 characters>`, and what to keep of it."""
    prefix = secrets.token_hex(4)
    presented = f"{_SCHEME}_{prefix}_{secrets.token_urlsafe(32)}"
    return presented, ApiKey(prefix, name, hash_of_key(presented), now)


def hash_of_key(presented: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(presented.encode()).hexdigest()


def prefix_of_key(presented: str) -> str | None:
    """Return the public part of a presented key, or None when it is not one of ours."""
    scheme, _, rest = presented.partition("_")
    prefix, _, secret = rest.partition("_")
    return prefix if scheme == _SCHEME and secret else None


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach the address; IPv6 may stand in brackets."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False

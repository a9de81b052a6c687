"""Ids of searches: UUIDs of version 7, which tell when they were made."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

_VERSION, _VARIANT = 7, 0b10
_RANDOM_BITS = 62


def new_search_id(now: datetime) -> str:
    """Return a fresh id (RFC 9562, 5.7): the time in milliseconds, then 74 random bits."""
    milliseconds = int(now.timestamp() * 1000)
    high = milliseconds << 16 | _VERSION << 12 | secrets.randbits(12)
    low = _VARIANT << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    return str(UUID(int=high << 64 | low))


def made_at(search_id: str) -> datetime | None:
    """Return when an id was made; None for one that does not tell."""
    try:
        known = UUID(search_id)
        if known.version != _VERSION or str(known) != search_id:
            return None
        return datetime.fromtimestamp((known.int >> 80) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None

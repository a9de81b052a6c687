"""What stands between searches and the jail management system, of whatever kind it is."""

from pydantic import Field

from app.settings.group import Group

LONGEST_KEPT = 60.0
"""Seconds: what is sealed in the JMS is shown nowhere a minute later."""


class JmsLookupsSettings(Group):
    """Of searches and of everybody else who waits; imports and `candid verify` go past it."""

    cache_seconds: float | None = Field(
        default=None,
        ge=0,
        le=LONGEST_KEPT,
        description="How old a booking may be; 0: none is kept. Else 10, and 0 with a file.",
    )
    cache_missing_seconds: float = Field(
        default=2, ge=0, le=LONGEST_KEPT, description="As long an id without a booking stays so."
    )
    cache_entries: int = Field(default=5000, ge=1)
    at_once: int = Field(
        default=48, ge=1, description="More are not waited for: their bookings are unavailable."
    )
    breaker_failures: int = Field(
        default=5,
        ge=1,
        description="Failed lookups in a row, after which nobody waits for the JMS.",
    )
    breaker_seconds: float = Field(
        default=10, gt=0, le=600, description="Until it is tried again, in the background."
    )

"""How much is asked at once: calls, bytes and connections."""

from typing import Self

from pydantic import Field, model_validator

from app.settings.engine import cores
from app.settings.group import Group

_AT_ONCE, _WAITING = 16, 64  # a core
_LEAST_CORES = 2


def _at_once() -> int:
    return _AT_ONCE * max(_LEAST_CORES, cores())


def _waiting() -> int:
    return _WAITING * max(_LEAST_CORES, cores())


class LimitsSettings(Group):
    """Of searches, indexing, detection and Rekognition's calls together, in each service."""

    calls_at_once: int = Field(default_factory=_at_once, ge=1)
    calls_at_once_per_caller: int | None = Field(
        default=None, ge=1, description="Else three quarters of calls_at_once."
    )
    calls_waiting: int = Field(default_factory=_waiting, ge=0)
    waiting_seconds: float = Field(default=10.0, gt=0, le=300)
    upload_mb: int = Field(
        default=256, ge=32, description="Of all uploads that are coming in or waiting."
    )
    connections: int = Field(default=800, ge=8, description="Others get 429 but for health.")

    @property
    def per_caller(self) -> int:
        """How many calls of one caller are served at once."""
        return self.calls_at_once_per_caller or max(1, self.calls_at_once * 3 // 4)

    @model_validator(mode="after")
    def _within(self) -> Self:
        if (self.calls_at_once_per_caller or 0) > self.calls_at_once:
            raise ValueError("calls_at_once_per_caller is more than calls_at_once")
        return self

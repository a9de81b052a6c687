"""What is wrong with the demo JMS, switched while it runs."""

import hashlib
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_Share = Annotated[float, Field(ge=0, le=1)]


class Faults(BaseModel):
    """The switches; with none set it is a good JMS."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    latency_ms: int = Field(default=0, ge=0, le=600_000, description="Before every answer.")
    error_rate: _Share = Field(default=0.0, description="The share of answers that are a 500.")
    hang_rate: _Share = Field(default=0.0, description="The share that never come.")
    rate_limit: int | None = Field(
        default=None, ge=1, description="Questions a second; further ones are answered 429."
    )
    shift: int = Field(
        default=0,
        ge=-100,
        le=100,
        description="After each page so many new bookings come before all others, or, below "
        "zero, so many photos go; cursors are then places, the newest first.",
    )
    sealed: frozenset[str] = Field(
        default=frozenset(), description="Ids of photos whose booking is sealed."
    )


class Chance:
    """Decides which answers fail: by the seed, the question, and how often it was asked."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._asked = Counter[str]()

    def draw(self, question: str) -> float:
        """Return a number from 0 to 1; the same sequence for the same questions."""
        self._asked[question] += 1
        told = f"{self._seed} {question} {self._asked[question]}".encode()
        return int.from_bytes(hashlib.sha256(told).digest()[:8]) / 2**64


class Turnstile:
    """Lets so many through within any second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._passed = deque[float]()

    def passes(self, limit: int) -> bool:
        """Say whether one more may pass, and count it if so."""
        now = self._clock()
        while self._passed and self._passed[0] <= now - 1:
            self._passed.popleft()
        if len(self._passed) >= limit:
            return False
        self._passed.append(now)
        return True

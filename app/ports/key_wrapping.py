"""The key wrapping port: how the data keys are wrapped, seen, and changed while they are used."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WrappingGeneration:
    """One wrapping key: when it was made, which key-encryption key wraps it, what it wraps."""

    generation: int
    made_at: datetime
    wrapped_by: str  # a name that tells nothing of the key
    keys: int  # data keys


@dataclass(frozen=True, slots=True)
class WrappingStatus:
    """Where the data keys are, how many of each kind, and what wraps them."""

    where: str
    kinds: Mapping[str, int]
    generations: Sequence[WrappingGeneration]  # oldest first
    encryption_key: str  # the name of the key-encryption key in force


class KeyWrapping(Protocol):
    """Changes what wraps the data keys; those who use them meanwhile notice nothing.

    Killed at any step it goes on where it was. Its methods raise DataKeysUnavailableError and
    DataKeysMisconfiguredError.
    """

    async def status(self) -> WrappingStatus:
        """Look, and change nothing."""
        ...

    async def add_generation(self) -> int:
        """Make a wrapping key; what is wrapped from now on is wrapped by it. Return its number."""
        ...

    def rewrap(self) -> AsyncGenerator[int]:
        """Wrap every data key by the newest wrapping key; yield how many, step by step."""
        ...

    async def rewrap_wrapping_keys(self) -> int:
        """Wrap the wrapping keys by the key-encryption key in force; return how many it changed."""
        ...

    async def retire(self) -> Sequence[int]:
        """Remove wrapping keys that wrap nothing any more; return their numbers."""
        ...

"""The photos that a JMS under test is stocked with, and how it is opened."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.ports.jms import Jms


@dataclass(frozen=True, slots=True)
class JailPhoto:
    """A photo that the JMS has, under its own id."""

    raw_id: str
    photo: bytes | Path
    view: str = "front"
    booking: Mapping[str, object] = field(default_factory=dict)
    changed_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def read(self) -> bytes:
        """Return the bytes."""
        return self.photo if isinstance(self.photo, bytes) else self.photo.read_bytes()


Open = Callable[[], AbstractAsyncContextManager[Jms]]
"""Opens the JMS once more, as another process does."""

Listing = Callable[[Path, Sequence[JailPhoto], int], AbstractAsyncContextManager[Open]]
"""Stocks a JMS, which lists so many photos on a page; the directory is empty and its own."""

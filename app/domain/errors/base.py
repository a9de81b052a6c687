"""The base of every error that the core raises on purpose."""

from __future__ import annotations

from typing import ClassVar


class CandidError(Exception):
    """Base of every error the core raises on purpose; the text is meant for the API's caller."""

    code: ClassVar[str] = "internal"
    text: ClassVar[str] = ""
    retry_after: int | None = None  # seconds

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.text)

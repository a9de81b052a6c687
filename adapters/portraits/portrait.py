"""What a portrait is, and what can go wrong in getting one."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from app.domain.errors import CandidError


class Role(StrEnum):
    """What a demo does with a portrait."""

    BOOKING = "booking"
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Portrait:
    """One photograph of one person; a probe's person has a booking portrait too."""

    person: str
    external_image_id: str
    path: Path
    role: Role
    rights: str  # who made it and why it may be used
    source: str  # where the file comes from


class PortraitsUnavailableError(CandidError):
    """The portraits cannot be had; the text says what is wrong and what to do."""

    code: ClassVar[str] = "portraits_unavailable"

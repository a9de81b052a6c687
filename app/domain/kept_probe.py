"""Probes that are kept for review, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.photo import sha256_in


class DestroyedFor(StrEnum):
    """Why a probe is gone."""

    DUE = "due"  # kept long enough, and its review is closed
    TOO_OLD = "too_old"  # although its review is open
    REMOVED = "removed"  # its bytes are those of a photo that was removed


@dataclass(frozen=True, slots=True)
class KeptProbe:
    """The probe of one search; once destroyed only its hash is known."""

    search_id: str
    photo_key: str
    kept_at: datetime
    review_open: bool = False
    review_closed_at: datetime | None = None
    destroyed_at: datetime | None = None
    destroyed_for: DestroyedFor | None = None

    @property
    def sha256(self) -> str | None:
        """The hash of the probe as it was sent."""
        return sha256_in(self.photo_key)


@dataclass(frozen=True, slots=True)
class ProbeTerms:
    """For how long probes are kept; no days: they never are."""

    keep: timedelta  # at least so long, and until the review is closed
    most: timedelta  # no longer, whatever the review does

    def due(self, probe: KeptProbe, now: datetime) -> DestroyedFor | None:
        """Say why a probe has to go by now; None while it stays."""
        age = now - probe.kept_at
        if age >= self.most:
            return DestroyedFor.TOO_OLD if probe.review_open else DestroyedFor.DUE
        return DestroyedFor.DUE if age >= self.keep and not probe.review_open else None

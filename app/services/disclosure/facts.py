"""What a disclosure is made of, gathered in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.audit import Actor, AuditAction
from app.domain.audit_record import AuditRecord
from app.domain.booking import RecordStatus
from app.domain.errors import CandidError
from app.domain.record import Standing
from app.ports.face_engine import EngineDescription, FaceEngine
from app.services.reviews.known import Known

REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Error rates that were measured on the engine of a search, and how."""

    text: str
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DisclosureFacts:
    """Everything that is said, and by whom it was asked for."""

    known: Known
    audit: Sequence[AuditRecord]  # that name the search
    standings: Mapping[str, Standing]
    engine: EngineDescription | None  # that runs now; None: it did not answer
    head: Mapping[str, Any]  # signed
    made_at: datetime
    made_by: Actor
    probe_is_kept: bool
    error_rates: ErrorRates | None = None  # None: none were measured here

    @property
    def search_record(self) -> Mapping[str, Any]:
        """The audit's record of the search itself; nothing where there is none."""
        records = (one.fields for one in self.audit)
        made = (one for one in records if one.get("action") == AuditAction.SEARCH)
        return next(made, {})

    def why_gone(self, external_image_id: str) -> tuple[str, datetime | None]:
        """Say why a candidate is not shown any more, as far as it is known, and since when."""
        standing = self.standings.get(external_image_id)
        if standing is None or standing.status is RecordStatus.ACTIVE:
            return REMOVED, None
        return str(standing.status), standing.as_of


async def description_of(engine: FaceEngine) -> EngineDescription | None:
    """Return what runs now; None where it does not answer: nothing of the past depends on it."""
    try:
        return await engine.describe()
    except CandidError:
        return None

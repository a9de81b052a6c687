"""What a purge destroyed, and what it left, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import CandidError
from app.services.recorded import utc_now

_ENOUGH = 50


class Purgeable(StrEnum):
    """What is ever purged; the audit never is."""

    PROBE = "probe"
    ORPHAN = "orphan"  # a stored probe that no search counts
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Something that is destroyed, or would be."""

    what: Purgeable
    search_id: str
    probe_sha256: str | None
    why: str


@dataclass(frozen=True, slots=True)
class KeptBack:
    """Something that is due and stays: for a hold, a review, or a probe that is kept longer."""

    what: Purgeable
    search_id: str
    why: str
    hold_id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Something that is due and could not be destroyed; without an id all of its kind."""

    what: Purgeable
    search_id: str | None
    code: str  # of the error


@dataclass(slots=True)
class PurgeReport:
    """A purge as far as it came; in a dry run nothing of it was done."""

    dry_run: bool
    destroyed: list[Destroyed] = field(default_factory=list)
    kept: list[KeptBack] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    strange: int = 0  # files in the probes' store that no search of ours made
    refused_orphans: int = 0  # so many that the database may be the wrong one

    def probes_gone(self) -> frozenset[str]:
        """Return the searches whose probes go in this run; of a dry one their rows say nothing."""
        return frozenset(one.search_id for one in self.destroyed if one.what is Purgeable.PROBE)

    def fail(self, what: Purgeable, search_id: str | None, error: CandidError) -> None:
        """Count what could not be destroyed; the next purge tries it again."""
        self.failed.append(Failed(what, search_id, error.code))

    def gives_up(self, what: Purgeable) -> bool:
        """Say whether so much failed that whatever it needs is down: each try takes its time."""
        return sum(one.what is what for one in self.failed) >= _ENOUGH


def purge_entry(actor: Actor, gone: Sequence[Destroyed]) -> AuditEntry:
    """Return the audit entry of what one unit destroyed, each thing by id and hash."""
    destroyed = [
        {"search_id": one.search_id, "probe_sha256": one.probe_sha256, "why": one.why}
        for one in gone
    ]
    told = {"what": gone[0].what, "destroyed": destroyed}
    return AuditEntry(utc_now(), AuditAction.PURGE, actor, "answered", details=told)

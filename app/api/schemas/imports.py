"""The back-fill on the wire."""

from typing import Any, Self

from pydantic import Field

from app.api.schemas.wire import Moment, Tenths, Wire
from app.domain.import_progress import ImportProgress
from app.domain.imports import (
    FacesRule,
    Import,
    ImportMode,
    ImportState,
    ItemReason,
    ItemStatus,
    SourceKind,
)
from app.domain.photo import View


class RetriedOut(Wire):
    """How many photos wait again."""

    import_id: str = Field(examples=["5d0c7f6e"])
    retried: int = Field(examples=[34])


class SourceOut(Wire):
    """Where the photos are."""

    kind: SourceKind
    location: str = Field(examples=["/srv/photos"])
    pattern: str | None


class ImportOut(Wire):
    """An import on record."""

    import_id: str = Field(examples=["5d0c7f6e"])
    state: ImportState
    trouble: str | None = Field(description="Why it paused by itself.")
    source: SourceOut
    mode: ImportMode
    since: Moment | None
    limit: int | None
    dry_run: bool
    faces: FacesRule
    started_by: str
    started_at: Moment
    ended_at: Moment | None
    scheduled: bool = Field(description="Begun by the schedule, not by a person.")
    is_listed: bool = Field(description="The source's listing has ended: the total is known.")
    pages: int = Field(description="Of the listing, so far.")
    duplicates: int = Field(description="Entries whose id the listing had named before.")

    @classmethod
    def of(cls, known: Import) -> Self:
        """Render an import."""
        return cls(**_fields(known))


class ReasonOut(Wire):
    """How many photos were not indexed for one reason."""

    reason: ItemReason
    count: int


class CountsOut(Wire):
    """How many photos of each kind there are."""

    total: int = Field(description="Listed so far.")
    waiting: int = Field(description="To be done; of a dry run: would be indexed.")
    indexed: int
    skipped: int = Field(description="Not to be indexed, by a rule; nothing is wrong.")
    failed: int = Field(description="To be looked at, or tried again.")
    reasons: list[ReasonOut] = Field(description="Of those skipped and failed, most first.")


class WorkerOut(Wire):
    """A process that works on imports."""

    worker_id: str
    host: str
    pid: int
    since: Moment
    beat_at: Moment = Field(description="When it last said that it lives.")
    leased: int = Field(description="Photos it has in hand.")


class QuotaOut(Wire):
    """Calls to the provider of the face engine."""

    operation: str = Field(examples=["IndexFaces"])
    quota: Tenths | None = Field(description="Calls a second, as learned; null before that.")
    admitted: int
    throttled: int


class EstimateOut(Wire):
    """What a dry run foretells."""

    photos: int = Field(description="That would be indexed.")
    seconds: Tenths | None = Field(description="Null where no photo could be tried.")
    dollars: float | None = Field(description="What the engine's provider would charge.")
    sampled: int = Field(description="Photos that were read to measure the speed.")


class ImportProgressOut(ImportOut):
    """An import, and how far it is."""

    counts: CountsOut
    rate_now: Tenths | None = Field(description="Photos a second over the last minute.")
    rate_average: Tenths | None = Field(description="Photos a second over a longer time.")
    seconds_left: Tenths | None = Field(description="Null where it cannot be said.")
    workers: list[WorkerOut]
    quotas: list[QuotaOut] = Field(description="Empty where the face engine is our own.")
    estimate: EstimateOut | None = Field(description="Of a dry run.")
    as_of: Moment

    @classmethod
    def at(cls, progress: ImportProgress) -> Self:
        """Render how far an import is."""
        counts = progress.counts
        reasons = [ReasonOut(reason=reason, count=count) for reason, count in counts.reasons]
        shown = CountsOut(
            total=counts.total,
            waiting=counts.waiting,
            indexed=counts.indexed,
            skipped=counts.skipped,
            failed=counts.failed,
            reasons=reasons,
        )
        estimate = progress.estimate
        return cls(
            **_fields(progress.running),
            counts=shown,
            rate_now=progress.rate_now,
            rate_average=progress.rate_average,
            seconds_left=progress.seconds_left,
            workers=[WorkerOut.model_validate(one) for one in progress.workers],
            quotas=[QuotaOut.model_validate(one) for one in progress.quotas],
            estimate=EstimateOut.model_validate(estimate) if estimate else None,
            as_of=progress.as_of,
        )


class ImportItemOut(Wire):
    """One photo of an import."""

    position: int = Field(description="Its place in the listing, from 1.", examples=[17])
    external_image_id: str = Field(examples=["A17"])
    view: View
    status: ItemStatus
    reason: ItemReason | None
    detail: str | None
    attempts: int
    settled_at: Moment | None
    location: str = Field(description="In the source's own words.", examples=["A17_F.jpg"])


def _fields(known: Import) -> dict[str, Any]:
    options = known.options
    return {
        "import_id": known.import_id,
        "state": known.state,
        "trouble": known.trouble,
        "source": SourceOut.model_validate(options.source),
        "mode": options.mode,
        "since": options.since,
        "limit": options.limit,
        "dry_run": options.dry_run,
        "faces": options.faces,
        "started_by": known.started_by,
        "started_at": known.started_at,
        "ended_at": known.ended_at,
        "scheduled": known.scheduled,
        "is_listed": known.is_listed,
        "pages": known.pages,
        "duplicates": known.duplicates,
    }

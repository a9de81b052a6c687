"""An import on the screen, right at 80 columns and at any other width."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from app.api.schemas.imports import ImportProgressOut, QuotaOut, WorkerOut
from app.cli.imports.reasons import SKIPPED
from app.cli.imports.words import (
    about,
    asked_of,
    clock,
    counted,
    number,
    reasons_in,
    source_of,
    speed,
    state_of,
)
from app.domain.imports import ImportState

_REASONS = 3
_WORKERS = 4
_SOON = 2.0  # seconds of calls that tell nothing about how many there are in one
_COLORS = {
    ImportState.RUNNING: "green",
    ImportState.PAUSED: "yellow",
    ImportState.FINISHED: "green",
    ImportState.CANCELLED: "red",
}


@dataclass
class QuotaPace:
    """How many calls a second are made now, of the counts in what was seen lately."""

    _seen: deque[tuple[datetime, Mapping[str, int]]] = field(
        default_factory=lambda: deque(maxlen=15)
    )

    def at(self, progress: ImportProgressOut) -> Mapping[str, float]:
        """Take in what is seen now; return the calls a second by operation, where known."""
        now = {one.operation: one.admitted for one in progress.quotas}
        self._seen.append((progress.as_of, now))
        since, then = self._seen[0]
        seconds = (progress.as_of - since).total_seconds()
        if seconds < _SOON:
            return {}
        return {name: (now[name] - then[name]) / seconds for name in now.keys() & then.keys()}


def shown(
    progress: ImportProgressOut, calls: Mapping[str, float] | None = None, note: str | None = None
) -> RenderableType:
    """Show how far an import is; `note` is what is wrong with the connection."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold", ratio=1)
    for name, value in _facts(progress, calls or {}):
        facts.add_row(Text(name, style="dim"), value)
    parts: list[RenderableType] = [_heading(progress), facts]
    if not progress.dry_run:  # which does nothing that could be done in part
        parts.insert(1, _bar(progress))
    if progress.trouble:
        parts.append(Text(f"Trouble: {progress.trouble}", style="bold red"))
    if note:
        parts.append(Text(note, style="bold yellow"))
    return Group(*parts)


def share_done(progress: ImportProgressOut) -> float:
    """Return which share of what is listed is settled, 0 to 1."""
    counts = progress.counts
    return (counts.total - counts.waiting) / counts.total if counts.total else 0.0


def _heading(progress: ImportProgressOut) -> Text:
    state = Text(state_of(progress), style=f"bold {_COLORS[progress.state]}")
    return Text.assemble("Import ", (progress.import_id, "bold"), ": ", state)


def _bar(progress: ImportProgressOut) -> RenderableType:
    row = Table.grid(padding=(0, 2), expand=True)
    row.add_column(ratio=1)
    row.add_column(no_wrap=True, justify="right")
    done, total = progress.counts.total - progress.counts.waiting, progress.counts.total
    known = "" if progress.is_listed else " listed so far"
    told = f"{share_done(progress):.1%}  {number(done)} of {number(total)}{known}"
    row.add_row(ProgressBar(total=max(total, 1), completed=done), Text(told))
    return row


def _facts(
    progress: ImportProgressOut, calls: Mapping[str, float]
) -> Iterator[tuple[str, RenderableType]]:
    counts = progress.counts
    skipped = [one for one in counts.reasons if one.reason in SKIPPED]
    failed = [one for one in counts.reasons if one.reason not in SKIPPED]
    yield "from", Text(source_of(progress))
    yield "takes", Text(asked_of(progress))
    if progress.dry_run:
        yield "to index", Text(number(counts.waiting))
    else:
        yield "indexed", Text(number(counts.indexed))
    yield "skipped", _with_reasons(counts.skipped, reasons_in(skipped, _REASONS))
    yield "failed", _with_reasons(counts.failed, reasons_in(failed, _REASONS))
    if progress.estimate is not None and progress.estimate.seconds is not None:
        yield "would take", Text(about(progress.estimate.seconds))
    if not progress.state.is_open:
        return
    if not progress.dry_run:
        yield "speed", Text(_speed(progress))
        yield "left", Text(_left(progress))
    yield "workers", Text("\n".join(_workers(progress.workers)))
    if progress.quotas:
        quotas = (_quota(one, calls.get(one.operation)) for one in progress.quotas)
        yield "quota", Text("\n".join(quotas))


def _with_reasons(count: int, reasons: str) -> Text:
    return Text(f"{number(count)}  ({reasons})" if reasons else number(count))


def _speed(progress: ImportProgressOut) -> str:
    told = []
    if progress.rate_now is not None:
        told.append(f"{speed(progress.rate_now)} now")
    if progress.rate_average is not None:
        told.append(f"{speed(progress.rate_average)} on average")
    return ", ".join(told) or "not known yet"


def _left(progress: ImportProgressOut) -> str:
    if progress.state is ImportState.PAUSED:
        return f"{counted(progress.counts.waiting, 'photo', 'photos')}, once it is resumed"
    if not progress.is_listed:
        return "not known until the listing has ended"
    if progress.seconds_left is None:
        return "not known yet"
    ends = progress.as_of + timedelta(seconds=progress.seconds_left)
    return f"{about(progress.seconds_left)}, until {clock(ends)}"


def _workers(workers: list[WorkerOut]) -> Iterator[str]:
    if not workers:
        yield "none: start the service, or `candid worker`"
    for one in workers[:_WORKERS]:
        yield f"{one.host} (process {one.pid}): {counted(one.leased, 'photo', 'photos')} in hand"
    if len(workers) > _WORKERS:
        rest = workers[_WORKERS:]
        held = sum(one.leased for one in rest)
        yield f"{number(len(rest))} more: {counted(held, 'photo', 'photos')} in hand"


def _quota(quota: QuotaOut, calls: float | None) -> str:
    allowed = "quota not known yet" if quota.quota is None else f"quota {quota.quota:g} a second"
    used = f"{number(quota.admitted)} calls" if calls is None else f"{calls:.1f} calls a second"
    return f"{quota.operation}: {used}, {allowed}, {number(quota.throttled)} throttled"

"""Where an import is shown while it goes on: a terminal, or lines for a log."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text
from typing_extensions import override

from app.api.schemas.imports import ImportProgressOut
from app.cli.imports.display import QuotaPace, share_done, shown
from app.cli.imports.events import Lost
from app.cli.imports.words import about, moment, number, speed, state_of

LINE_SECONDS = 10.0
"""How often a line is written where there is no terminal."""


class Screen(Protocol):
    """Shows what is seen of an import."""

    def show(self, seen: ImportProgressOut | Lost) -> None:
        """Show it."""
        ...


@contextmanager
def screen(console: Console) -> Generator[Screen]:
    """Open what fits: a display that stays in its place, or plain lines."""
    if not console.is_terminal:
        yield Lines(console)
        return
    with Live(console=console, refresh_per_second=4) as live:
        yield Display(live)


@dataclass
class Display(Screen):
    """A display that is drawn anew in its place."""

    live: Live
    _calls: QuotaPace = field(default_factory=QuotaPace)
    _last: ImportProgressOut | None = None

    @override
    def show(self, seen: ImportProgressOut | Lost) -> None:
        if isinstance(seen, ImportProgressOut):
            self._last = seen
            self.live.update(shown(seen, self._calls.at(seen)))
            return
        note = f"{seen.text} The import goes on where workers run. Trying again."
        self.live.update(
            Text(note, "bold yellow") if self._last is None else shown(self._last, note=note)
        )


@dataclass
class Lines(Screen):
    """One plain line now and then, and at once where something changes its state."""

    console: Console
    _due: float = 0.0
    _told: str = ""

    @override
    def show(self, seen: ImportProgressOut | Lost) -> None:
        told = seen.text if isinstance(seen, Lost) else f"{state_of(seen)} {seen.trouble}"
        if told == self._told and (isinstance(seen, Lost) or time.monotonic() < self._due):
            return
        self._told, self._due = told, time.monotonic() + LINE_SECONDS
        if isinstance(seen, Lost):
            self._say(f"{moment(datetime.now(UTC))} {seen.text} Trying again.")
        else:
            self._say(line_of(seen))

    def _say(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


def line_of(progress: ImportProgressOut) -> str:
    """Tell how far an import is in one line."""
    counts = progress.counts
    listed = number(counts.total) if progress.is_listed else f"{number(counts.total)} so far"
    done = f"{number(counts.total - counts.waiting)} of {listed} ({share_done(progress):.1%})"
    indexed = f"{number(counts.indexed)} indexed"
    would_be = f"{number(counts.waiting)} to index"
    parts = [
        f"{listed} listed" if progress.dry_run else done,
        would_be if progress.dry_run else indexed,
        f"{number(counts.skipped)} skipped",
        f"{number(counts.failed)} failed",
    ]
    if progress.rate_now is not None:
        parts.append(speed(progress.rate_now))
    if progress.seconds_left is not None:
        parts.append(f"{about(progress.seconds_left)} left")
    if progress.trouble:
        parts.append(progress.trouble)
    return f"{moment(progress.as_of)} {state_of(progress)}: {', '.join(parts)}"

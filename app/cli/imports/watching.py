"""Following an import from here, and leaving it: it goes on without anybody who watches."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import typer

from app.api.schemas.imports import ImportProgressOut
from app.cli.console import console, tell, told
from app.cli.imports import summary
from app.cli.imports.calls import Imports
from app.cli.imports.events import watched
from app.cli.imports.screens import screen
from app.domain.imports import ImportState


class Ended(IntEnum):
    """What a command's exit code says of an import; 2 is an error of the command."""

    WELL = 0  # or it goes on
    WITH_FAILURES = 1
    IN_TROUBLE = 3  # it paused by itself
    CANCELLED = 4


@dataclass(frozen=True, slots=True)
class Report:
    """How the end is told."""

    as_json: bool = False
    file: Path | None = None

    def tell(self, progress: ImportProgressOut) -> None:
        """Print the summary, and file it where a file was named."""
        if self.as_json:
            console.print_json(data=summary.as_json(progress))
        else:
            text = summary.as_text(progress)
            console.print(text, markup=False, highlight=False, soft_wrap=True, end="")
        if self.file is not None:
            summary.write(self.file, progress)
            tell(f"The summary is in {self.file}.")


def follow(imports: Imports, import_id: str, report: Report) -> None:
    """Show an import until its end, until it pauses by itself, or until Ctrl-C; then exit."""
    try:
        last = _watched(imports, import_id, report)
    except KeyboardInterrupt:
        tell(
            f"\nNo longer watching; import {import_id} goes on.\n"
            f"Watch it again: candid import watch {import_id}\n"
            f"Stop it:        candid import pause {import_id}, or cancel"
        )
        raise typer.Exit(Ended.WELL) from None
    report.tell(last)
    if ended(last) is Ended.IN_TROUBLE:
        tell(f"Once that is mended: candid import resume {import_id}")
    raise typer.Exit(ended(last))


def ended(progress: ImportProgressOut) -> Ended:
    """Return the exit code that tells how an import stands."""
    if progress.state is ImportState.PAUSED and progress.trouble:
        return Ended.IN_TROUBLE
    if progress.state is ImportState.CANCELLED:
        return Ended.CANCELLED
    if progress.state is ImportState.FINISHED and progress.counts.failed:
        return Ended.WITH_FAILURES
    return Ended.WELL


def _watched(imports: Imports, import_id: str, report: Report) -> ImportProgressOut:
    last: ImportProgressOut | None = None
    with screen(told if report.as_json else console) as shown:
        for seen in watched(imports.client, import_id):
            shown.show(seen)
            if isinstance(seen, ImportProgressOut):
                last = seen
                if ended(seen) is Ended.IN_TROUBLE:
                    break
    return last or imports.progress(import_id)

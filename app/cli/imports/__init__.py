"""`candid import`: the back-fill, started, watched and steered from a terminal."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.client import service
from app.cli.console import CommandError, console, tell
from app.cli.imports import failed
from app.cli.imports.begin import start
from app.cli.imports.calls import Imports
from app.cli.imports.display import shown
from app.cli.imports.summary import as_json as summary_json
from app.cli.imports.summary import check_writable
from app.cli.imports.watching import Report, ended, follow
from app.cli.imports.words import counted, source_of, state_of
from app.domain.imports import ItemReason

imports = typer.Typer(
    help="Index many photos at once: start it, watch it, see what failed and why.",
    no_args_is_help=True,
)
imports.command()(start)

Id = Annotated[
    str | None,
    typer.Argument(metavar="ID", help="Or the beginning of one; the open import, else the newest."),
]
Reasons = Annotated[
    list[ItemReason] | None,
    typer.Option("--reason", metavar="REASON", help="Only those; repeat for several."),
]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Summary = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the summary to FILE; .json: as JSON.")
]


@imports.command()
def status(
    import_id: Id = None, *, as_json: Json = False, url: str | None = None, key: str | None = None
) -> None:
    """Show how far an import is; exit codes as of `start`, 0 while it runs."""
    with service(url, key) as client:
        known = Imports(client)
        progress = known.progress(known.meant(import_id))
    if as_json:
        console.print_json(data=summary_json(progress))
    else:
        console.print(shown(progress))
    raise typer.Exit(ended(progress))


@imports.command()
def watch(
    import_id: Id = None,
    *,
    summary: Summary = None,
    as_json: Json = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Watch an import until its end; Ctrl-C leaves, the import goes on."""
    check_writable(summary)
    with service(url, key) as client:
        known = Imports(client)
        follow(known, known.meant(import_id), Report(as_json, summary))


@imports.command()
def pause(import_id: Id = None, url: str | None = None, key: str | None = None) -> None:
    """Let workers finish what they have in hand, and then wait."""
    with service(url, key) as client:
        known = Imports(client)
        changed = known.change(known.meant(import_id), "pause")
    tell(f"Paused. Go on: candid import resume {changed.import_id}")


@imports.command()
def resume(import_id: Id = None, url: str | None = None, key: str | None = None) -> None:
    """Go on where a paused import stood."""
    with service(url, key) as client:
        known = Imports(client)
        changed = known.change(known.meant(import_id), "resume")
    tell(f"It goes on. Watch it: candid import watch {changed.import_id}")


@imports.command()
def cancel(
    import_id: Id = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """End an import for good; what is indexed stays indexed."""
    with service(url, key) as client:
        known = Imports(client)
        meant = known.meant(import_id)
        if not yes and not _agreed(meant):
            raise CommandError("Nothing was cancelled; say yes, or add --yes where nobody can.")
        known.change(meant, "cancel")
    tell("Cancelled. What is indexed stays indexed; a new import finds what is missing.")


@imports.command()
def retry(
    import_id: Id = None,
    reason: Reasons = None,
    *,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Try failed photos again, all or those of some reasons."""
    with service(url, key) as client:
        known = Imports(client)
        meant = known.meant(import_id)
        count = known.retry(meant, reason or [])
    if count:
        photos = counted(count, "photo is", "photos are")
        tell(f"{photos} tried again. Watch it: candid import watch {meant}")
    else:
        tell(f"Nothing of import {meant} failed for that; nothing is tried again.")


@imports.command()
def failures(  # noqa: PLR0913 - one parameter an option
    import_id: Id = None,
    reason: Reasons = None,
    *,
    skipped: Annotated[
        bool, typer.Option("--skipped", help="Instead those that a rule left out.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="All of them, as CSV.")] = False,
    as_json: Json = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """List the photos that failed, or that a rule left out, each with its reason."""
    if as_csv and as_json:
        raise CommandError("--csv and --json contradict each other; give one of them.")
    with service(url, key) as client:
        known = Imports(client)
        meant = known.meant(import_id)
        items = known.failures(meant, reason or [], skipped=skipped)
        if as_csv:
            failed.as_csv(items)
        elif as_json:
            failed.as_json(items)
        else:
            nothing = "was skipped" if skipped else "failed"
            failed.as_table(items, f"Nothing {nothing} in import {meant}.")


@imports.command("list")
def list_all(*, as_json: Json = False, url: str | None = None, key: str | None = None) -> None:
    """List the imports, newest first."""
    with service(url, key) as client:
        known = list(Imports(client).every())
    if as_json:
        console.print_json(data=[one.model_dump(mode="json") for one in known])
        return
    table = Table()
    table.add_column("id", no_wrap=True)  # one that is cut short cannot be named
    for title in ("state", "started (UTC)", "from"):
        table.add_column(title, overflow="fold")
    for one in known:
        started = f"{one.started_at:%Y-%m-%d %H:%M}"
        table.add_row(one.import_id, state_of(one), started, escape(source_of(one)))
    console.print(table if known else "There was no import yet.")


def _agreed(import_id: str) -> bool:
    try:
        return typer.confirm(f"End import {import_id} for good?", err=True)
    except typer.Abort:  # nobody is there to answer
        return False

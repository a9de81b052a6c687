"""`candid purge`: opens the parts itself, beside a running service or without one."""

import asyncio
import sys
from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer

from app.cli.console import console, progress, tell
from app.cli.who import command_line
from app.logs import configure_logs
from app.services.forgetting.purge_report import PurgeReport
from app.settings import Settings
from app.wiring.forgetting import opened_purge

_NOT_ALL = 1  # 2 is any error


def purge(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go and what is held; change nothing.")
    ] = False,
    all_orphans: Annotated[
        bool,
        typer.Option("--all-orphans", help="Destroy stored probes without a search, if many too."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Destroy probes, and past searches where a setting says so, that were kept long enough.

    The service does so by itself once a day. Exit code: 0 all that is due is gone, 1 something
    could not be destroyed, or orphans were left because they are suspiciously many, 2 an error.
    """
    settings = Settings.read()
    configure_logs("warning")
    with progress("Purging"):
        report = asyncio.run(_purged(settings, dry_run=dry_run, all_orphans=all_orphans))
    if json:
        console.print_json(data=asdict(report))
    else:
        _show(report)
    sys.exit(_NOT_ALL if report.refused_orphans or report.failed else 0)


async def _purged(settings: Settings, *, dry_run: bool, all_orphans: bool) -> PurgeReport:
    async with opened_purge(settings) as purges:
        return await purges(command_line(), dry_run=dry_run, however_many_orphans=all_orphans)


def _show(report: PurgeReport) -> None:
    does = "would be destroyed" if report.dry_run else "destroyed"
    for gone in report.destroyed:
        _say(f"{gone.what} of search {gone.search_id}: {does} ({gone.why})")
    for kept in report.kept:
        why = f"the hold {kept.hold_id} is on it" if kept.hold_id else kept.why.replace("_", " ")
        _say(f"{kept.what} of search {kept.search_id}: stays, {why}")
    counts = Counter(gone.what for gone in report.destroyed)
    told = ", ".join(f"{number} {what}s" for what, number in sorted(counts.items())) or "nothing"
    tell(f"{told} {does}; {len(report.kept)} stay though they are due.")
    for failed in report.failed:
        of = f" of search {failed.search_id}" if failed.search_id else "s"
        _say(f"{failed.what}{of}: could not be destroyed ({failed.code}); run it again")
    if report.strange:
        tell(f"{report.strange} files in the probes' store are no probes; they were left alone.")
    if report.refused_orphans:
        tell(
            f"{report.refused_orphans} stored probes have no search in this database. So many may "
            "mean that it is the wrong database: look, then use --all-orphans."
        )


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)

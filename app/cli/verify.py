"""`candid verify`: opens the parts itself, beside a running service or without one."""

import asyncio
import sys
from collections.abc import Callable
from typing import Annotated
from uuid import uuid4

import typer

from app.cli.console import told
from app.cli.verify_report import PeoplesReport, ProgramsReport, Report
from app.cli.who import system_user
from app.domain.audit import Actor
from app.domain.errors import CandidError
from app.domain.verification import Part, Tally
from app.logs import configure_logs
from app.services.recorded import utc_now
from app.services.verify import Depth
from app.services.verify.repairs import Repairs
from app.settings import Settings
from app.wiring.verification import opened_verification

_FINDINGS, _NOT_COMPARED = 1, 4  # 2 is any error


def verify(  # noqa: PLR0913 - the options of a command
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended, and say how.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for programs.")] = False,
    content: Annotated[
        bool, typer.Option("--content", help="Read every stored photo and check its hash.")
    ] = False,
    sample: Annotated[
        int, typer.Option(min=0, metavar="N", help="Fetch N photos from the JMS again.")
    ] = 0,
    all_orphans: Annotated[
        bool, typer.Option("--all-orphans", help="With --repair: destroy orphans, if many too.")
    ] = False,
    lost_keys: Annotated[
        bool,
        typer.Option("--lost-keys", help="With --repair: bring back photos whose keys are gone."),
    ] = False,
    shows_all: Annotated[bool, typer.Option("--all", help="List every finding.")] = False,
) -> None:
    """Hold JMS, photo store, records and engine against one another.

    Exit code: 0 nothing is left, 1 findings are, 4 none are but not all was compared, 2 an error.
    """
    settings = Settings.read()
    is_chosen = "log_level" in settings.model_fields_set
    configure_logs(settings.log_level if is_chosen else "warning")
    people = PeoplesReport(shows_all=shows_all, repairs=repair)
    report: Report = ProgramsReport() if as_json else people
    actor = Actor("verify", None, str(uuid4()), system_user())
    repairs = Repairs(actor, all_orphans, lost_keys) if repair else None
    try:
        with told.status("Opening") as status:
            tally = asyncio.run(
                _verified(
                    settings,
                    repairs,
                    Depth(content, sample),
                    report,
                    lambda part: status.update(f"Comparing {part}"),
                )
            )
    except CandidError as error:
        report.fail(error)
        raise
    report.end(tally, utc_now())
    sys.exit(_FINDINGS if tally.left else _NOT_COMPARED if tally.not_compared else 0)


async def _verified(
    settings: Settings,
    repairs: Repairs | None,
    depth: Depth,
    report: Report,
    began: Callable[[Part], None],
) -> Tally:
    async with opened_verification(settings, repairs) as verification:
        tally = Tally(utc_now())
        async for found in verification(depth, tally, began):
            report.add(found)
    return tally

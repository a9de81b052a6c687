"""`candid calibrate`: opens the parts itself, beside a running service or without one."""

import asyncio
from typing import Annotated

import typer

from app.cli.by_default import NAMELESS, ByDefault
from app.cli.calibrate.measure import measure
from app.cli.calibrate.shown import show_calibration
from app.cli.console import tell
from app.cli.who import command_line
from app.domain.selectivity import GalleryCalibration
from app.settings import Settings
from app.wiring.calibration import opened_calibration

calibrate = typer.Typer(
    cls=ByDefault,
    help="Measure what a score means. `candid calibrate PATH` is `candid calibrate measure PATH`.",
)
calibrate.command(NAMELESS)(measure)


@calibrate.command()
def show(
    *, json: Annotated[bool, typer.Option("--json", help="Everything, for programs.")] = False
) -> None:
    """Tell the calibration of the gallery that counts."""
    show_calibration(asyncio.run(_show(Settings.read())), json=json)


@calibrate.command()
def drop() -> None:
    """Let no calibration of the gallery count: answers say null again."""
    dropped = asyncio.run(_drop(Settings.read()))
    tell(f"Calibration {dropped.calibration_id} counts no more; answers say null again.")


async def _show(settings: Settings) -> GalleryCalibration:
    async with opened_calibration(settings) as manage:
        return await manage.show()


async def _drop(settings: Settings) -> GalleryCalibration:
    async with opened_calibration(settings) as manage:
        return await manage.drop(command_line())

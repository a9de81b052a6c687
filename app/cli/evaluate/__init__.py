"""`candid evaluate`: how often the engine errs, measured beside the service."""

import typer

from app.cli.by_default import NAMELESS, ByDefault
from app.cli.evaluate.blind import blind
from app.cli.evaluate.measure import measure
from app.cli.evaluate.report import report

evaluate = typer.Typer(
    cls=ByDefault,
    help="Measure how often the engine errs. `candid evaluate PATH` is `candid evaluate measure "
    "PATH`.",
)
evaluate.command(NAMELESS)(measure)
evaluate.command()(report)
evaluate.add_typer(blind, name="blind")

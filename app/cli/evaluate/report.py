"""`candid evaluate report`: the page of a result that was kept as JSON."""

import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import CommandError, tell
from app.cli.evaluate.private import write_private
from app.domain.evaluation import Evaluation, NoEvaluationError, from_json
from app.wiring.evaluation_paper import evaluation_paper


def report(
    result: Annotated[Path, typer.Argument(metavar="RESULT.json", help="What --json wrote.")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="The page to write.")],
) -> None:
    """Write the HTML report of an evaluation that was kept as JSON."""
    write_report(kept_evaluation(result), to)


def kept_evaluation(path: Path) -> Evaluation:
    """Read a result; CommandError where it is none."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}.") from error
    if not isinstance(document, dict):
        raise CommandError(f"{path} is no result of `candid evaluate`.")
    try:
        return from_json(document)
    except NoEvaluationError as error:
        raise CommandError(f"{path}: {error}") from error


def write_report(evaluation: Evaluation, to: Path) -> None:
    """Write the page, over an older one too; CommandError where it cannot be written."""
    try:
        write_private(to, evaluation_paper().report(evaluation))
    except OSError as error:
        raise CommandError(f"{to} cannot be written: {error.strerror}.") from error
    tell(f"{to} is written. It opens in any browser, without a network.")

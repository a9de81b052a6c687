"""`candid evaluate PATH`: measures the engine of the settings on a labelled set."""

import asyncio
import json
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import CommandError, console, tell, told
from app.cli.evaluate.private import try_private, write_private
from app.cli.evaluate.progress import Progress
from app.cli.evaluate.report import write_report
from app.cli.evaluate.scores import ScoresFile
from app.cli.evaluate.screen import show
from app.cli.stop import Stop
from app.cli.who import command_line
from app.domain.evaluation import Evaluation, FaceRule, to_json
from app.logs import configure_logs
from app.services.evaluation import Wanted, Watcher
from app.settings import Settings
from app.wiring.evaluation import opened_evaluation, opened_gallery_evaluation

_GALLERY_PROBES = 10_000
"""Of each kind; as many as FPIR 0.003 needs. A gallery of 300,000 faces takes some minutes then."""


def measure(  # noqa: PLR0913 - one parameter an option
    path: Annotated[
        Path | None,
        typer.Argument(help="One folder a person, or a CSV file of person and image."),
    ] = None,
    *,
    gallery: Annotated[
        bool, typer.Option("--gallery", help="Measure on the live gallery, which is only read.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the roles that are drawn.")] = 1,
    draw: Annotated[
        bool, typer.Option("--draw", help="Draw every role, also those that the set gives.")
    ] = False,
    face: Annotated[
        FaceRule,
        typer.Option(
            help="Whose face counts in a photo of several. The service searches the largest, and "
            "enrols it where it is four times the next one's size."
        ),
    ] = FaceRule.SERVICE,
    probes: Annotated[
        int | None,
        typer.Option(min=1, help="Search so many photos at most, of each kind that is drawn."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write everything, for programs.")
    ] = None,
    html_file: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a report with plots, for people."),
    ] = None,
    scores_file: Annotated[
        Path | None,
        typer.Option(
            "--scores", metavar="FILE", help="Write every raw score as CSV; .gz compresses it."
        ),
    ] = None,
) -> None:
    """Measure the engine of the settings on labelled photos; the live gallery is never changed."""
    if (path is None) != gallery:
        raise CommandError("name one set of labelled photos, or give --gallery and no set.")
    settings = Settings.read()
    is_chosen = "log_level" in settings.model_fields_set
    configure_logs(settings.log_level if is_chosen else "warning")
    for file in filter(None, (json_file, html_file)):
        _try(file)
    with ExitStack() as stack:
        scores = stack.enter_context(ScoresFile(scores_file)) if scores_file else None
        watcher = stack.enter_context(Progress(told, scores))
        most = _GALLERY_PROBES if gallery and probes is None else probes
        wanted = Wanted(seed, face, draws_all=draw, most_probes=most)
        files = {"json": json_file, "html": html_file, "scores": scores_file}
        written = {kind: str(file.absolute()) for kind, file in files.items() if file}
        evaluation = _run(_measured(settings, path, wanted, watcher, written))
    write_and_show(evaluation, json_file, html_file, scores)


def write_and_show(
    evaluation: Evaluation,
    json_file: Path | None,
    html_file: Path | None,
    scores: ScoresFile | None,
) -> None:
    """Write what is wanted, then show the figures, each whatever becomes of the others.

    Raises CommandError for what could not be written, the scores before this among it.
    """
    failed = list(_written(evaluation, json_file, html_file))
    if scores is not None and scores.failure is not None:
        failed.append(scores.failure)
    try:
        show(console, evaluation)
    finally:
        if failed:
            raise CommandError(" ".join(failed))


def _written(
    evaluation: Evaluation, json_file: Path | None, html_file: Path | None
) -> Iterator[str]:
    """Write the files, and yield what failed."""
    for file, write in ((json_file, _write), (html_file, write_report)):
        if file is None:
            continue
        try:
            write(evaluation, file)
        except CommandError as error:
            yield str(error)


def _try(path: Path) -> None:
    """Find out before hours of measuring that a file cannot be written; CommandError."""
    try:
        try_private(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error


def _run(measuring: Coroutine[None, None, Evaluation]) -> Evaluation:
    try:
        return asyncio.run(measuring)
    except asyncio.CancelledError:  # by a signal: SIGTERM ends it as Ctrl-C does
        raise KeyboardInterrupt from None


async def _measured(
    settings: Settings,
    path: Path | None,
    wanted: Wanted,
    watcher: Watcher,
    written: Mapping[str, str],
) -> Evaluation:
    with Stop():
        if path is None:
            async with opened_gallery_evaluation(settings, tell) as evaluate_gallery:
                return await evaluate_gallery(wanted, watcher, command_line(), written)
        async with opened_evaluation(settings, path, tell) as evaluate:
            return await evaluate(wanted, watcher)


def _write(evaluation: Evaluation, path: Path) -> None:
    try:
        write_private(path, json.dumps(to_json(evaluation), indent=1, allow_nan=False) + "\n")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error

"""`candid calibrate PATH` fits a scale; `candid calibrate --gallery` counts in the gallery."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from typer._click.core import ParameterSource

from app.cli.calibrate.shown import scale_facts, scale_table, show_calibration
from app.cli.console import CommandError, console, tell, told
from app.cli.evaluate.progress import Progress as PhotosProgress
from app.cli.who import command_line
from app.cli.writing import try_whole, write_whole
from app.domain.evaluation import FaceRule
from app.domain.score_scale import ScoreScale
from app.domain.selectivity import GalleryCalibration
from app.logs import configure_logs
from app.services.calibration.gallery_counts import Step
from app.services.evaluation import Watcher
from app.settings import Settings
from app.wiring.calibration import opened_gallery_calibration, opened_scale_fitting
from app.wiring.score_scale import written_scale

_OF_PATH: Final = {"to": "--to", "face": "--face"}
_OF_GALLERY: Final = {"probes": "--probes", "seed": "--seed", "groups": "--groups/--no-groups"}


def measure(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(help="One folder a person, or a CSV file of person and image."),
    ] = None,
    *,
    gallery: Annotated[
        bool, typer.Option("--gallery", help="Count on this site's own booking photos instead.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="PATH: write the scale, for the settings.")
    ] = None,
    face: Annotated[
        FaceRule, typer.Option(help="PATH: whose face counts in a photo of several.")
    ] = FaceRule.SERVICE,
    probes: Annotated[
        int, typer.Option(min=100, help="--gallery: so many people are searched at most.")
    ] = 5000,
    seed: Annotated[int, typer.Option(help="--gallery: by which they are drawn.")] = 1,
    groups: Annotated[
        bool, typer.Option("--groups/--no-groups", help="--gallery: ask the JMS for sex and race.")
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="Everything, for programs.")] = False,
) -> None:
    """Fit a scale of similarities on labelled photos, or count how many others reach a score here.

    Neither changes a photo or a template. Counts of the gallery are kept, of nobody in particular;
    answers say `expected_false_positives` from then on, without a restart.
    """
    settings = Settings.read()
    is_chosen = "log_level" in settings.model_fields_set
    configure_logs(settings.log_level if is_chosen else "warning")
    if gallery == (path is not None):
        raise CommandError("name labelled photos (PATH), or --gallery.")
    _check_of_one(context, _OF_PATH if gallery else _OF_GALLERY, gallery=gallery)
    if path is None:
        show_calibration(_counted(settings, probes, seed, groups=groups), json=json)
        return
    if to is not None:
        try_whole(to)  # before hours of measuring
    with PhotosProgress(told, None) as watcher:
        scale = asyncio.run(_fit(settings, path, face, watcher))
    write_and_show(scale, to, json=json)


def _check_of_one(context: typer.Context, others: Mapping[str, str], *, gallery: bool) -> None:
    """Raise CommandError where an option was given that only the other measurement has."""
    sources = {one: context.get_parameter_source(one) for one in others}
    given = [others[one] for one, by in sources.items() if by is ParameterSource.COMMANDLINE]
    if given:
        mine, theirs = ("--gallery", "PATH") if gallery else ("PATH", "--gallery")
        raise CommandError(f"{theirs} alone takes {' and '.join(given)}; {mine} does not.")


def write_and_show(scale: ScoreScale, to: Path | None, *, json: bool) -> None:
    """Write a scale where that is wanted, and show it whatever becomes of that; CommandError."""
    try:
        if to is not None:
            write_whole(to, written_scale(scale).decode())
            uses = f"CANDID_ENGINE__MODEL_CALIBRATION={to} uses it from the next start."
            tell(f"Written to {to}: {uses}")
    finally:
        _show(scale, json=json)


def _show(scale: ScoreScale, *, json: bool) -> None:
    if json:
        console.print_json(written_scale(scale).decode())
        return
    console.print(scale_table(scale))
    for line in scale_facts(scale):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


async def _fit(settings: Settings, path: Path, face: FaceRule, watcher: Watcher) -> ScoreScale:
    async with opened_scale_fitting(settings, path, tell) as fit:
        return await fit(face, watcher)


def _counted(settings: Settings, probes: int, seed: int, *, groups: bool) -> GalleryCalibration:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=told, transient=True) as shown:
        task = shown.add_task("Opening", total=None)

        def step(doing: str, done: int, of: int) -> None:
            shown.update(task, description=doing, completed=done, total=of or None)

        return asyncio.run(_count(settings, probes, seed, step, groups=groups))


async def _count(
    settings: Settings, probes: int, seed: int, step: Step, *, groups: bool
) -> GalleryCalibration:
    async with opened_gallery_calibration(settings, groups=groups) as calibrate_gallery:
        return await calibrate_gallery(probes, seed, command_line(), step)

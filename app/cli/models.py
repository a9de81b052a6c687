"""`candid models`: which face models there are, whose they are, and how one is brought here."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.console import CommandError, progress, tell
from app.cli.models_report import show_change, show_models, show_trial, warn
from app.logs import configure_logs
from app.settings import Settings
from app.wiring.model_to_try import Pixels
from app.wiring.model_to_use import model_to_use
from app.wiring.model_trial import try_model
from app.wiring.models import install_by_name, install_what_is_named, listed_models

models = typer.Typer(
    help="The face models of the embedded engine: list, install, check, use.",
    no_args_is_help=True,
)

_Name = Annotated[str | None, typer.Argument(help="A name of `candid models list`.")]


@models.command("list")
def list_models(
    *, json: Annotated[bool, typer.Option("--json", help="For programs.")] = False
) -> None:
    """Show every model that Candid knows: its licence, its training data, what was measured.

    And which of them are on this machine, and in use.
    """
    show_models(listed_models(Settings.read()), json=json)


@models.command()
def install(
    name: _Name = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            exists=True,
            help="The file, or a directory that has it as NAME.onnx: without internet.",
        ),
    ] = None,
    *,
    accept_licence: Annotated[
        bool,
        typer.Option(
            "--accept-licence",
            help="Put on record that your agency holds a licence of its own for this model. Only "
            "for those that are licensed for non-commercial use.",
        ),
    ] = False,
) -> None:
    """Fetch a model, and check that it is the very file that is meant (by its SHA-256).

    Without NAME: every network that the settings name. A download that broke off goes on where it
    ended.
    """
    settings = Settings.read()
    if name is None:
        if source is not None or accept_licence:
            raise CommandError("say which model that is for: candid models install NAME ...")
        tell(install_what_is_named(settings, tell))
        return
    model = install_by_name(settings, name, source, tell, accepts_licence=accept_licence)
    tell(f"{model.name} is installed. {model.provenance}")
    warn(model)


@models.command()
def check(
    name_or_file: Annotated[
        str | None,
        typer.Argument(
            help="A name of `candid models list`, or an ONNX file of your own. Without it: the "
            "model in use."
        ),
    ] = None,
    photos: Annotated[
        Path | None,
        typer.Option(exists=True, help="Photos of your own: one folder a person, or a CSV."),
    ] = None,
    color_order: Annotated[
        Literal["RGB", "BGR"],
        typer.Option(help="For a file of your own: in which order it takes the colors."),
    ] = "RGB",
    mean: Annotated[
        float, typer.Option(help="For a file of your own: subtracted from each value (0 to 255).")
    ] = 127.5,
    scale: Annotated[
        float,
        typer.Option(
            help="For a file of your own: what the difference is multiplied by.",
            show_default="1 / 127.5",
        ),
    ] = 1 / 127.5,
) -> None:
    """Load a model, run it on photos, time it on this machine, and print its settings.

    It is timed on 8 cores at most, since a service may run beside it.
    The photos are the demo's samples, or your own. Exits with 1 when it does not tell their people
    apart. Nothing is changed.
    """
    settings, pixels = Settings.read(), Pixels(color_order, mean, scale)
    configure_logs(settings.log_level if "log_level" in settings.model_fields_set else "warning")
    with progress("Trying the model; this takes some seconds"):
        done = asyncio.run(try_model(settings, name_or_file, pixels, photos, tell))
    show_trial(done)
    if done.trial.pairs is not None and not done.trial.pairs.told_apart:
        raise typer.Exit(1)


@models.command()
def use(name: Annotated[str, typer.Argument(help="A name of `candid models list`.")]) -> None:
    """Print the settings and the steps that make a model the one that searches answer with.

    Nothing is changed: settings are the environment's, and faces of two models never mix.
    """
    change = model_to_use(Settings.read(), name)
    show_change(change)
    warn(change.model)
    if change.licence:
        tell(f"{name}: {change.licence}.")

"""`candid models`."""

import typer

from app.cli.console import tell
from app.settings import Settings
from app.wiring.material import install_models

models = typer.Typer(help="The networks of the embedded engine.", no_args_is_help=True)


@models.callback()
def group() -> None:
    """Keep `install` a command of its own."""


@models.command()
def install() -> None:
    """Fetch, check and convert the networks; at once when they are there."""
    tell(install_models(Settings.read(), tell))

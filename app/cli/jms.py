"""`candid jms`: connecting a jail management system."""

import typer

from app.cli.jms_check import check

jms = typer.Typer(help="Connect a jail management system.", no_args_is_help=True)
jms.command()(check)


@jms.callback()
def _group() -> None:
    """Keep the name of a command needed while there is one only."""

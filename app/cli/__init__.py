"""`candid`: the command line. Its commands call a running service, but for those that are one.

A command's module is imported when the command is asked for: one that calls the service does not
wait for what only the service needs.
"""

from importlib import import_module

import typer
from typer._click import Command, Context
from typing_extensions import override

from app.cli.console import reported_errors

_COMMANDS = {
    "serve": "serve",
    "worker": "worker",
    "health": "health",
    "index": "index",
    "search": "search",
    "demo": "demo",
    "openapi": "openapi",
    "import": "imports",
    "jms": "jms",
    "verify": "verify",
    "evaluate": "evaluate",
    "calibrate": "calibrate",
    "keys": "keys",
    "people": "people",
    "whoami": "whoami",
    "audit": "audit",
    "model": "model",
    "models": "models",
    "policy": "policy",
    "reviews": "reviews",
    "disclosure": "disclosure",
    "encryption": "encryption",
    "holds": "holds",
    "purge": "purge",
}
"""The modules below that hold a function or a group of the same name."""


class _Commands(typer.core.TyperGroup):
    @override
    def list_commands(self, ctx: Context) -> list[str]:
        return list(_COMMANDS)

    @override
    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        name = _COMMANDS.get(cmd_name)
        if name is None:
            return None
        found = getattr(import_module(f"app.cli.{name}"), name)
        around = typer.Typer()
        if isinstance(found, typer.Typer):
            around.add_typer(found, name=cmd_name)
        else:
            around.command(cmd_name)(found)
        return typer.main.get_group(around).commands[cmd_name]


cli = typer.Typer(
    name="candid", cls=_Commands, no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
)  # fmt: skip


@cli.callback()
def candid() -> None:
    """Find the people a probe photo resembles among a jail's booking photos.

    Candidates are leads for human review, never identifications.
    """


def main() -> None:
    """Run the command line; what goes wrong is told in one line."""
    with reported_errors():
        cli()

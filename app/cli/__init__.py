"""`candid`: the command line. Its commands call a running service, but for those that are one."""

import typer

from app.cli import demo, index, keys, models, openapi, search, serve
from app.cli.console import reported_errors

cli = typer.Typer(
    name="candid",
    help="Finds the people a probe photo resembles among a jail's booking photos. "
    "Candidates are leads for human review, never identifications.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.command()(serve.serve)
cli.command()(index.index)
cli.command()(search.search)
cli.command()(demo.demo)
cli.command()(openapi.openapi)
cli.add_typer(keys.keys, name="keys")
cli.add_typer(models.models, name="models")


def main() -> None:
    """Run the command line; what goes wrong is told in one line."""
    with reported_errors():
        cli()

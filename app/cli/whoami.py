"""`candid whoami`."""

from typing import Annotated, Any

import typer
from rich.table import Table

from app.cli.client import answered, service
from app.cli.console import console


def whoami(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As GET /whoami answers.")] = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Say who the running service takes you for, and what you may."""
    with service(url, key) as client:
        told = answered(client.get("/whoami"))
    if as_json:
        console.print_json(data=told)
    else:
        _print(told)


def _print(told: dict[str, Any]) -> None:
    table = Table(show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("you are", told["name"])
    table.add_row("known by", told["kind"])
    table.add_row("scopes", ", ".join(told["scopes"]))
    table.add_row("until", told["expires_at"] or "no end is set")
    table.add_row("trained until", told["trained_until"] or "not on record")
    table.add_row("policy", f"{told['policy']}, version {told['policy_version']}")
    console.print(table, markup=False)
    for warning in told["warnings"]:
        console.print(warning, style="bold yellow", markup=False)

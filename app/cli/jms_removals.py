"""`candid jms removals`: what is hidden because the JMS said so, by the running service."""

from typing import Annotated, Any

import typer
from rich.table import Table

from app.cli.client import answered, service
from app.cli.console import console, tell
from app.domain.withheld import WithheldState

removals = typer.Typer(
    help="What is hidden because the JMS said so: list, confirm, read again.",
    no_args_is_help=True,
)

_PAGE = 1000
_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@removals.command(name="list")
def list_(
    *,
    state: Annotated[WithheldState | None, typer.Option(help="Only these.")] = None,
    json: _Json = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """List what is or was hidden, newest first."""
    found, after = list[dict[str, Any]](), None
    with service(url, key) as client:
        while True:
            said = {"state": state, "after": after, "limit": _PAGE}
            wanted = {name: value for name, value in said.items() if value is not None}
            page = answered(client.get("/jms/removals", params=wanted))
            found += page["items"]
            if (after := page["next"]) is None:
                break
    if json:
        console.print_json(data=found)
        return
    console.print(_table(found))
    if asking := sum(one["state"] == WithheldState.ASKING for one in found):
        tell(
            f"{asking} photos were hidden, so many in a day that none of them is removed. If that "
            f"is right: candid jms removals confirm {asking}. If the JMS or its mapping was wrong, "
            "mend it, then: candid jms removals read-again."
        )


@removals.command()
def confirm(
    photos: Annotated[int, typer.Argument(min=0, help="How many ask, as `list` says.")],
    *,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Let the removals that ask go on, each once the JMS says so again."""
    with service(url, key) as client:
        decided = answered(client.post("/jms/removals/confirm", json={"photos": photos}))
    tell(f"{decided['photos']} removals go on.")


@removals.command(name="read-again")
def read_again(*, url: str | None = None, key: str | None = None) -> None:
    """Have the JMS asked again about all that is hidden; what is active is shown again."""
    with service(url, key) as client:
        decided = answered(client.post("/jms/removals/read-again"))
    tell(f"The JMS is asked again about {decided['photos']} photos.")


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table("photo", "status", "state", "hidden", "removed from", "because of")
    for one in found:
        because = f"event {one['event_id']}" if one["event_id"] else "a read"
        if one["hold_id"]:
            because += f"; kept by hold {one['hold_id']}"
        row = (one["external_image_id"], one["record_status"], one["state"], one["hidden_at"])
        cells = (*row, one["removed_from"] or "", because)
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return table

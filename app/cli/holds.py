"""`candid holds`: what must not be forgotten, by the running service."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from app.cli.client import answered, service
from app.cli.console import console, tell
from app.cli.tables import about_table
from app.domain.hold import HoldKind

holds = typer.Typer(help="Preservation holds: add, list, release.", no_args_is_help=True)

_PAGE = 1000
_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@holds.command()
def add(
    kind: Annotated[HoldKind, typer.Argument(help="What is to be preserved.")],
    value: Annotated[str, typer.Argument(help="Its number or id, exactly as it is on record.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the hold.")],
    authority: Annotated[str, typer.Option(help="The order, letter or policy.")],
    *,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Place a hold: nothing that it is on is purged or removed until it is released."""
    asked = {"kind": kind, "value": value, "reason": reason, "authority_reference": authority}
    with service(url, key) as client:
        placed = answered(client.post("/holds", json=asked))
    tell(f"Placed: {placed['hold_id']}.")
    if kind is HoldKind.CASE:
        tell(f"{placed['searches']} searches were made for this case so far.")
    if kind is HoldKind.PERSON:
        tell(f"{placed['photos']} photos of this person are on record.")


@holds.command(name="list")
def list_(
    *,
    in_force: Annotated[bool, typer.Option("--in-force", help="Not those released.")] = False,
    json: _Json = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """List holds, newest first, those that were released too."""
    found, after = list[dict[str, Any]](), None
    with service(url, key) as client:
        while True:
            wanted: dict[str, Any] = {"limit": _PAGE, "in_force": in_force}
            page = answered(
                client.get("/holds", params=wanted | ({"after": after} if after else {}))
            )
            found += page["items"]
            if (after := page["next"]) is None:
                break
    if json:
        console.print_json(data=found)
    else:
        rows = [(one["hold_id"], _about(one)) for one in found]
        console.print(about_table("hold", "what it is on, and why", rows))


@holds.command()
def release(
    hold_id: str,
    reason: Annotated[str, typer.Option(help="Why it ends; kept with the hold.")],
    *,
    json: _Json = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """End a hold; what is due then goes with the next purge."""
    with service(url, key) as client:
        released = answered(client.delete(f"/holds/{hold_id}", params={"reason": reason}))
    if json:
        console.print_json(data=released)
    else:
        tell(f"Released at {released['released_at']}.")


def _about(hold: dict[str, Any]) -> Iterator[str]:
    yield f"{hold['kind']} {hold['value']}"
    yield hold["authority_reference"]
    yield f"placed {hold['placed_at']} by {hold['placed_by']}"
    if hold["released_at"]:
        yield f"released {hold['released_at']}"

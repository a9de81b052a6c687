"""`candid jms removals`: what is hidden because the JMS said so, by the running service."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from app.cli.client import answered, service
from app.cli.console import console, tell
from app.cli.tables import about_table
from app.domain.booking import RecordStatus
from app.domain.withheld import Asking, WithheldState

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
    found, photos, after = list[dict[str, Any]](), 0, None
    with service(url, key) as client:
        while True:
            said = {"state": state, "after": after, "limit": _PAGE}
            wanted = {name: value for name, value in said.items() if value is not None}
            page = answered(client.get("/jms/removals", params=wanted))
            found += page["items"]
            photos = page["asking"]["photos"] if after is None else photos
            if (after := page["next"]) is None:
                break
    digest = _digest_of(found, photos)
    if json:
        console.print_json(data={"items": found, "asking": {"photos": photos, "digest": digest}})
        return
    rows = [(one["external_image_id"], _about(one)) for one in found]
    console.print(about_table("photo", "why and since when it is hidden", rows))
    if photos:
        tell(_told(photos, digest))


def _digest_of(found: list[dict[str, Any]], photos: int) -> str | None:
    """Name what is listed, so that nothing is confirmed unseen; None where others ask as well."""
    asking = {
        one["withheld_id"]: RecordStatus(one["record_status"])
        for one in found
        if one["state"] == WithheldState.ASKING
    }
    return Asking.of(asking).digest if len(asking) == photos else None


def _told(photos: int, digest: str | None) -> str:
    confirm = f"candid jms removals confirm {digest}"
    unseen = "look at all of them, for some are not listed here: candid jms removals list"
    return (
        f"{photos} photos were hidden, so many in a day that none of them is removed. If that is "
        f"right: {confirm if digest else unseen}. If the JMS or its mapping was wrong, mend it, "
        "then: candid jms removals read-again."
    )


@removals.command()
def confirm(
    digest: Annotated[str, typer.Argument(help="Which photos ask, as `list` says.")],
    *,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Let the removals that ask go on, each once the JMS says so again."""
    with service(url, key) as client:
        decided = answered(client.post("/jms/removals/confirm", json={"digest": digest}))
    tell(f"{decided['photos']} removals go on.")


@removals.command(name="read-again")
def read_again(*, url: str | None = None, key: str | None = None) -> None:
    """Have the JMS asked again about all that is hidden; what is active is shown again."""
    with service(url, key) as client:
        decided = answered(client.post("/jms/removals/read-again"))
    tell(f"The JMS is asked again about {decided['photos']} photos.")


def _about(hidden: dict[str, Any]) -> Iterator[str]:
    because = f"event {hidden['event_id']}" if hidden["event_id"] else "a read"
    yield f"{hidden['record_status']}, because of {because}"
    yield f"{hidden['state']}, hidden {hidden['hidden_at']}"
    if hidden["removed_from"]:
        yield f"removed from {hidden['removed_from']}"
    if hidden["hold_id"]:
        yield f"kept by hold {hidden['hold_id']}"

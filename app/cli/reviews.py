"""`candid reviews`."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.client import answered, service
from app.cli.client import on_behalf_of as by
from app.cli.console import console
from app.cli.tables import about_table, add_ids
from app.domain.review import ReviewState

reviews = typer.Typer(help="The review of searches by people.", no_args_is_help=True)

OnBehalfOf = Annotated[
    str | None, typer.Option("--on-behalf-of", help="Who reviews, if not the key itself.")
]


@reviews.command("list")
def list_reviews(
    state: Annotated[ReviewState | None, typer.Option(help="Else every open one.")] = None,
    case: Annotated[str | None, typer.Option(help="Only those of this case.")] = None,
    on_behalf_of: OnBehalfOf = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answers.")] = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """List the reviews that await something, oldest first."""
    asked = {"state": state.value if state else None, "case_number": case, "limit": "100"}
    wanted = {name: value for name, value in asked.items() if value is not None}
    found: list[dict[str, Any]] = []
    with service(url, key) as client:
        after: str | None = ""
        while after is not None:
            query = wanted | ({"after": after} if after else {})
            page = answered(client.get("/reviews", params=query, headers=by(on_behalf_of)))
            found += page["items"]
            after = page["next"]
    if as_json:
        console.print_json(data=found)
        return
    table = about_table("search", "its review", [(one["search_id"], _about(one)) for one in found])
    console.print(table if found else "No review awaits anything.")


@reviews.command()
def show(
    search_id: str,
    on_behalf_of: OnBehalfOf = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer.")] = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Show what you may see of a search's review now."""
    with service(url, key) as client:
        path = f"/searches/{search_id}/reviews"
        found = answered(client.get(path, headers=by(on_behalf_of)))
    if as_json:
        console.print_json(data=found)
    else:
        _print(found)


def _about(review: dict[str, Any]) -> Iterator[str]:
    if review["case_number"]:
        yield f"case {review['case_number']}"
    yield f"stands at {review['state']}, {review['answers']} of {review['reviewers']} answers"
    yield f"opened {review['opened_at']}"
    if review["you_may"]:
        yield f"you may: {', '.join(review['you_may'])}"


def _print(found: dict[str, Any]) -> None:
    console.print(found["notice"], style="bold yellow", markup=False)
    steps = ", ".join(found["you_may"]) or "nothing"
    stands = f"Stands at {found['state']}. {found['reviewer']} may do: {steps}."
    console.print(stands, markup=False)
    if found["blind"]:
        told = "Until your answer is in, pictures alone are shown, in an order of your own."
        console.print(told, style="dim")
    table = Table()
    add_ids(table, "candidate", [one["candidate"] for one in found["candidates"] or []])
    for title in ("rank", "similarity", "id", "pictures"):
        table.add_column(title, overflow="fold")
    for one in found["candidates"] or []:
        known = one["known"] or {"rank": "", "similarity": "", "external_image_id": ""}
        shown = "\n".join(one["pictures"]) or "sealed or removed since"
        ranked = (str(known["rank"]), str(known["similarity"]), known["external_image_id"])
        table.add_row(*map(escape, (one["candidate"], *ranked, shown)))
    if found["candidates"]:
        console.print(table)
    for entry in found["entries"]:
        console.print(_line(entry), markup=False)


def _line(entry: dict[str, Any]) -> str:
    corrects = f", in place of {entry['corrects']}" if entry["corrects"] else ""
    start = f"{entry['number']}. {entry['at']} {entry['reviewer']}{corrects}: "
    if probe := entry["probe"]:
        return f"{start}the probe is {', '.join([probe['suitability'], *probe['reasons']])}"
    if answer := entry["answer"]:
        said = (f"{one['candidate']} {one['conclusion']}" for one in answer["findings"])
        return start + ("; ".join(said) or "none of these")
    if close := entry["close"]:
        return f"{start}closed without a release: {close['reason']}"
    return f"{start}{entry['release']['candidate']} released to the case"

"""`candid search`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.cli.client import answered, photo_of, service
from app.cli.console import console, progress
from app.domain.purpose import Purpose


def search(  # noqa: PLR0913 - one parameter an option
    photo: Path,
    case: Annotated[str | None, typer.Option(help="A case or CAD incident number.")] = None,
    purpose: Annotated[Purpose | None, typer.Option(help="Why the search is made.")] = None,
    candidates: Annotated[int, typer.Option(min=1, max=50, help="At most so many people.")] = 5,
    face: Annotated[
        int | None, typer.Option(help="Which face of the probe, largest first, from 0.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer.")] = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """List the people whom the probe resembles. They are leads, never identifications."""
    fields = {
        "case_number": case,
        "purpose": purpose.value if purpose else None,
        "max_candidates": str(candidates),
        "face": None if face is None else str(face),
    }
    form = {name: value for name, value in fields.items() if value is not None}
    with service(url, key) as client, progress(f"Searching {photo.name}"):
        answer = answered(client.post("/search", data=form, files={"photo": photo_of(photo)}))
    if as_json:
        console.print_json(data=answer)
    else:
        show(answer)


def show(answer: dict[str, Any]) -> None:
    """Print an answer for people: the notice, what was searched, and the candidates."""
    console.print(answer["notice"], style="bold yellow", markup=False)
    table = Table()
    for title in ("rank", "similarity", "id", "booking", "person", "other photos"):
        table.add_column(title, overflow="fold")  # an id that is cut short is of no use
    for one in answer["candidates"]:
        table.add_row(
            str(one["rank"]),
            f"{one['similarity']:.1f}",
            one["external_image_id"],
            _booking(one),
            _person(one),
            ", ".join(other["external_image_id"] for other in one["other_photos"]),
        )
    console.print(table if answer["candidates"] else "No candidates.")
    facts, engine = answer["gallery"], answer["engine"]
    console.print(
        f"{facts['faces']} faces searched by {engine['name']} ({engine['model']}); similarity is "
        f"on the scale {engine['scale']}, not a probability. Search {answer['search_id']}.",
        style="dim",
        markup=False,
    )
    for warning in answer["probe"]["warnings"]:
        console.print(f"Note: {warning}", style="yellow", markup=False)
    if answer["withheld"]:
        console.print(f"{answer['withheld']} withheld: their records may not be shown.")


def _booking(candidate: dict[str, Any]) -> str:
    booking = candidate["booking"]
    return str(booking["booking_number"]) if booking else str(candidate["booking_status"])


def _person(candidate: dict[str, Any]) -> str:
    person = (candidate["booking"] or {}).get("person", {})
    names = [person.get("last_name"), person.get("first_name")]
    return ", ".join(name for name in names if name)

"""`candid search`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.cli.client import answered, photo_of, service
from app.cli.client import on_behalf_of as by
from app.cli.console import console, progress
from app.domain.policy_in_force import MOST_CANDIDATES
from app.domain.purpose import Purpose
from app.domain.search_fields import Authority


def search(  # noqa: PLR0913, PLR0917 - one parameter an option
    photo: Path,
    case: Annotated[str | None, typer.Option(help="A case or CAD incident number.")] = None,
    purpose: Annotated[Purpose | None, typer.Option(help="Why the search is made.")] = None,
    offense: Annotated[str | None, typer.Option(help="The offense, or its code.")] = None,
    authority: Annotated[Authority | None, typer.Option(help="On what the search rests.")] = None,
    authority_reference: Annotated[
        str | None, typer.Option("--authority-ref", help="The authority's number or section.")
    ] = None,
    narrative: Annotated[str | None, typer.Option(help="The facts on which it rests.")] = None,
    requested_by: Annotated[str | None, typer.Option(help="Who asked for the search.")] = None,
    on_behalf_of: Annotated[str | None, typer.Option(help="Who runs it, if not you.")] = None,
    candidates: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_CANDIDATES,
            help="At most so many people; else 5, or what the policy allows.",
        ),
    ] = None,
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
        "offense": offense,
        "authority": authority.value if authority else None,
        "authority_reference": authority_reference,
        "narrative": narrative,
        "requested_by": requested_by,
        "max_candidates": None if candidates is None else str(candidates),
        "face": None if face is None else str(face),
    }
    form = {name: value for name, value in fields.items() if value is not None}
    headers = by(on_behalf_of)
    sent = {"photo": photo_of(photo)}
    with service(url, key) as client, progress(f"Searching {photo.name}"):
        answer = answered(client.post("/search", data=form, files=sent, headers=headers))
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
    if answer["review_required"]:
        required = f"The policy profile {answer['policy']['profile']} requires a review."
        console.print(required, style="bold yellow", markup=False)
    for warning in answer["probe"]["warnings"]:
        console.print(f"Note: {warning}", style="yellow", markup=False)
    if answer["withheld"]:
        reasons = "their records may not be shown, or the policy wants them confirmed"
        console.print(f"{answer['withheld']} left out: {reasons}.")


def _booking(candidate: dict[str, Any]) -> str:
    booking = candidate["booking"]
    return str(booking["booking_number"]) if booking else str(candidate["booking_status"])


def _person(candidate: dict[str, Any]) -> str:
    person = (candidate["booking"] or {}).get("person", {})
    names = [person.get("last_name"), person.get("first_name")]
    return ", ".join(name for name in names if name)

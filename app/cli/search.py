"""`candid search`."""

from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from app.cli.client import answered, photo_of, service
from app.cli.client import on_behalf_of as by
from app.cli.console import console, progress
from app.cli.tables import add_ids
from app.domain.high_confidence import SearchMode
from app.domain.policy_in_force import MOST_CANDIDATES
from app.domain.purpose import Purpose
from app.domain.search_fields import Authority
from app.domain.selectivity import MEANING

_SCORED = 11  # the longest word above a score
_ID_IN_ONE_LINE = 36  # of a UUID; it leaves the booking enough at 80 columns
_OTHERS = (
    f"Others expected: other people at this score or above, {MEANING}; in brackets the upper bound "
    "for the worst measured group."
)
_NOT_CALIBRATED = "Others expected: not calibrated; see candid calibrate --gallery."


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
    mode: Annotated[
        SearchMode, typer.Option(help="high_confidence is refused where nothing allows it.")
    ] = SearchMode.INVESTIGATION,
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
        "mode": mode.value,
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
    candidates = answer["candidates"]
    calibrated = any(one["expected_false_positives"] for one in candidates)
    console.print(_table(candidates, calibrated=calibrated) if candidates else "No candidates.")
    if candidates:
        told = _OTHERS if calibrated else _NOT_CALIBRATED
        console.print(told, style="dim", markup=False, highlight=False)
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


def _table(candidates: list[dict[str, Any]], *, calibrated: bool) -> Table:
    table = Table(show_lines=True)
    table.add_column("rank", no_wrap=True)
    scored = "similarity, others expected" if calibrated else "similarity"
    table.add_column(scored, max_width=_SCORED, overflow="fold")
    ids = [_ids(one) for one in candidates]
    add_ids(table, "id, other photos", chain.from_iterable(ids), _ID_IN_ONE_LINE)
    table.add_column("booking, person", overflow="fold")
    for one, known in zip(candidates, ids, strict=True):
        score = f"{one['similarity']:.1f}"
        if calibrated:
            score += f"\n{_others(one['expected_false_positives'])}"
        booked = "\n".join(filter(None, (_booking(one), _person(one))))
        table.add_row(str(one["rank"]), score, escape("\n".join(known)), escape(booked))
    return table


def _ids(candidate: dict[str, Any]) -> list[str]:
    others = (other["external_image_id"] for other in candidate["other_photos"])
    return [candidate["external_image_id"], *others]


def _others(expected: dict[str, Any] | None) -> str:
    if expected is None:
        return "not calibrated"
    number, worst = expected["expected"], expected["worst_group"]
    told = f"fewer than {expected['high']:.3g}" if number is None else f"{number:.3g}"
    return f"{told} ({worst['high']:.3g})" if worst else told


def _booking(candidate: dict[str, Any]) -> str:
    booking = candidate["booking"]
    return str(booking["booking_number"]) if booking else str(candidate["booking_status"])


def _person(candidate: dict[str, Any]) -> str:
    person = (candidate["booking"] or {}).get("person", {})
    names = [person.get("last_name"), person.get("first_name")]
    return ", ".join(name for name in names if name)

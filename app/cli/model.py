"""`candid model`: which face model the running service answers with, and the change of it."""

from typing import Annotated, Any

import typer

from app.cli.client import answered, service
from app.cli.console import console, progress

model = typer.Typer(help="Which face model searches are answered with: status, switch, give up.")

_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@model.command()
def status(*, json: _Json = False, url: str | None = None, key: str | None = None) -> None:
    """Say which model is served, and how far a change to another is."""
    with service(url, key) as client:
        _show(answered(client.get("/model")), json=json)


@model.command()
def switch(
    accept_loss: Annotated[
        int, typer.Option(min=0, help="So many faces at most may be found no more afterwards.")
    ] = 0,
    *,
    json: _Json = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Answer every search with the next model from this moment on."""
    asked = {"accept_loss": accept_loss}
    with service(url, key) as client, progress("Reading what came last, and switching"):
        answer = answered(client.post("/model/switch", json=asked))
    _show(answer, json=json)


@model.command()
def give_up(*, json: _Json = False, url: str | None = None, key: str | None = None) -> None:
    """Change to no other model after all: what was made for it is deleted."""
    with service(url, key) as client:
        _show(answered(client.post("/model/give-up")), json=json)


def _show(answer: dict[str, Any], *, json: bool) -> None:
    if json:
        console.print_json(data=answer)
        return
    lines = [f"Served: {answer['served']} ({answer['faces']} faces)."]
    if answer["next"]:
        lines.append(f"Next:   {answer['next']} ({answer['faces_of_next']} faces).")
        lines.append(
            f"{answer['missing']} faces have none of the next model yet."
            if answer["missing"]
            else "The next model is complete: `candid model switch` serves with it."
        )
    if answer["forgetting"]:
        lines.append(f"Being deleted: the faces of {', '.join(answer['forgetting'])}.")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

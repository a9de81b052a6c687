"""`candid policy`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from app.api.schemas.policy import PolicyOut
from app.cli.client import answered, service
from app.cli.console import CommandError, console, tell
from app.domain.policy_in_force import Policy
from app.wiring.policy import own_profile, shipped_profile, text_of_shipped

policy = typer.Typer(help="The rules under which searches are made.", no_args_is_help=True)


@policy.command()
def check(file: Path) -> None:
    """Check a profile of your own, as the service does when it starts."""
    profile = own_profile(file)
    shown = PolicyOut.of(Policy(profile, authentication=True))
    served = [one.purpose for one in shown.purposes if one.allowed]
    enforced = sum(rule.enforced for rule in shown.rules)
    tell(
        f"{file} can be used: profile {shown.profile}, version {shown.version}, {len(shown.rules)} "
        f"rules, of which {enforced} are enforced. Searches are served for "
        f"{', '.join(served) or 'no purpose'}. {shown.counsel_review}"
    )


@policy.command()
def show(
    name: Annotated[
        str | None,
        typer.Argument(help="A profile that is shipped; else the one of the running service."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As GET /policy answers.")] = False,
    as_yaml: Annotated[
        bool, typer.Option("--yaml", help="The file of a profile that is shipped, to begin with.")
    ] = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Show a profile: what each purpose needs, and every rule with its source."""
    if as_yaml:
        if name is None:
            raise CommandError("name a profile that is shipped: candid policy show NAME --yaml")
        sys.stdout.write(text_of_shipped(name).decode())
        return
    if name is None:
        with service(url, key) as client:
            shown = answered(client.get("/policy"))
    else:
        in_force = Policy(shipped_profile(name), authentication=True)
        shown = PolicyOut.of(in_force).model_dump(mode="json")
    if as_json:
        console.print_json(data=shown)
    else:
        _print(shown)


def _print(shown: dict[str, Any]) -> None:
    console.print(f"{shown['profile']}, version {shown['version']}: {shown['title']}", markup=False)
    told = shown["counsel_review"]
    reviewed = f"Reviewed by counsel: {told}" if shown["reviewed_by_counsel"] else told
    console.print(reviewed, style="bold yellow", markup=False)
    console.print(_purposes(shown["purposes"]))
    console.print(_rules(shown["rules"]))


def _purposes(purposes: list[dict[str, Any]]) -> Table:
    table = Table()
    for title in ("purpose", "served", "needs", "at most", "reviewers"):
        table.add_column(title, overflow="fold")
    for one in purposes:
        needed = [field["field"] for field in one["fields"] if field["required"]]
        needed += ["training"] if one["training_rule"] else []
        served = "yes" if one["allowed"] else f"no: rule {one['refused_by']}"
        most, reviewers = str(one["max_candidates"]), str(one["reviewers"])
        table.add_row(one["purpose"], served, ", ".join(needed), most, reviewers)
    return table


def _rules(rules: list[dict[str, Any]]) -> Table:
    table = Table()
    for title in ("rule", "says", "source", "certainty", "enforced"):
        table.add_column(title, overflow="fold")
    for one in rules:
        says = f"{one['text']} ({one['note']})" if one["note"] else one["text"]
        enforced = "yes" if one["enforced"] else "no"
        table.add_row(one["id"], says, one["source"], one["certainty"], enforced)
    return table

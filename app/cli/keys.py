"""`candid keys`: opens the records itself, beside a running service or without one."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer

from app.cli.console import CommandError, console, tell
from app.cli.key_options import expiry_of, networks_of, one_line
from app.cli.key_texts import as_json, place_of, shown_key, shown_table
from app.cli.who import command_line
from app.domain.access import MOST_CALLS_A_MINUTE, ApiKey, Grant, Scope
from app.domain.purpose import Purpose
from app.services.manage_keys import ManageKeys
from app.settings import Settings
from app.wiring.records import opened_records

keys = typer.Typer(help="Who may ask, and what: give out keys, list them, take them back.")

_USUAL = (Scope.SEARCH, Scope.INDEX)
_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@keys.command()
def create(  # noqa: PLR0913 - one parameter an option
    name: Annotated[str, typer.Argument(callback=one_line, help="Who or what will use it.")],
    *,
    scope: Annotated[
        list[Scope] | None, typer.Option(help="Repeat for several; else search and index.")
    ] = None,
    purpose: Annotated[
        Purpose | None, typer.Option(help="Of searches that name none themselves.")
    ] = None,
    case_number: Annotated[
        str | None, typer.Option(callback=one_line, help="Of searches that name none themselves.")
    ] = None,
    expires_in: Annotated[
        int | None, typer.Option(min=1, max=36500, metavar="DAYS", help="Works so many days.")
    ] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The last day on which it works."),
    ] = None,
    calls_a_minute: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_CALLS_A_MINUTE, metavar="CALLS", help="At most so many."),
    ] = None,
    network: Annotated[
        list[str] | None,
        typer.Option(help="Used from this address or network only; repeat for several."),
    ] = None,
    trained_until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="The last day on which its holder's training counts.",
        ),
    ] = None,
    aws: Annotated[bool, typer.Option("--aws", help="A pair that signs as AWS's do.")] = False,
    json: _Json = False,
) -> None:
    """Give out a key. It is shown only now."""
    settings = Settings.read()
    until = expiry_of(settings.time_zone, expires_in, expires)
    grant = Grant(
        scopes=frozenset(scope or _USUAL),
        expires_at=until,
        purpose=purpose,
        case_number=case_number,
        calls_a_minute=calls_a_minute,
        networks=networks_of(network or ()),
        trained_until=trained_until and trained_until.date(),
    )
    secret, key = asyncio.run(_create(settings, name, grant, aws=aws))
    tell(f"Made in {place_of(settings)}; services of others do not know it.")
    _show(key, secret, json=json)


@keys.command()
def rotate(
    prefix: Annotated[str, typer.Argument(help="As `candid keys list` shows it.")],
    overlap: Annotated[
        int, typer.Option(min=0, max=720, metavar="HOURS", help="So long the old one works too.")
    ] = 0,
    *,
    json: _Json = False,
) -> None:
    """Replace a key by one for the same, with a new secret. It is shown only now."""
    overlapping = timedelta(hours=overlap)
    secret, key = asyncio.run(_rotate(Settings.read(), prefix, overlapping))
    _show(key, secret, json=json)


@keys.command(name="list")
def list_keys(*, json: _Json = False) -> None:
    """List the keys, never their secrets."""
    settings = Settings.read()
    known = asyncio.run(_list(settings))
    if not known:
        tell(f"Looked in {place_of(settings)}.")
    if json:
        console.print_json(data=[as_json(key) for key in known])
    else:
        console.print(shown_table(known) if known else "No key was given out yet.")


@keys.command()
def revoke(
    prefix: Annotated[str, typer.Argument(help="As `candid keys list` shows it.")],
    *,
    json: _Json = False,
) -> None:
    """Take a key back: from now on no call with it is served."""
    key = asyncio.run(_revoke(Settings.read(), prefix))
    if key is None:
        raise CommandError(f"No key has the prefix {prefix}; `candid keys list` shows them.")
    if json:
        console.print_json(data=as_json(key))
    else:
        tell(f"Revoked: {key.name} ({key.prefix}).")


def _show(key: ApiKey, secret: str, *, json: bool) -> None:
    if json:
        console.print_json(data=as_json(key, secret))
    else:
        console.print(shown_key(key, secret), markup=False, highlight=False, soft_wrap=True)


async def _create(settings: Settings, name: str, grant: Grant, *, aws: bool) -> tuple[str, ApiKey]:
    async with opened_records(settings) as records:
        manage = ManageKeys(records)
        if aws:
            made = await manage.create_access_key(name, grant, command_line())
            return made.secret, made.key
        return await manage.create(name, grant, command_line())


async def _rotate(settings: Settings, prefix: str, overlap: timedelta) -> tuple[str, ApiKey]:
    async with opened_records(settings) as records:
        return await ManageKeys(records).rotate(prefix, overlap, command_line())


async def _list(settings: Settings) -> Sequence[ApiKey]:
    async with opened_records(settings) as records:
        return await ManageKeys(records).all()


async def _revoke(settings: Settings, prefix: str) -> ApiKey | None:
    async with opened_records(settings) as records:
        return await ManageKeys(records).revoke(prefix, command_line())

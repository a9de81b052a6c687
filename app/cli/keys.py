"""`candid keys`: opens the records itself, beside a running service or without one."""

import asyncio
import getpass
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import uuid4

import typer

from app.cli.console import CommandError, console, tell
from app.cli.key_options import expiry_of, one_line
from app.cli.key_texts import as_json, shown_key, shown_table
from app.domain.access import ApiKey, Grant, Scope
from app.domain.audit import Actor
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
    *,
    aws: Annotated[bool, typer.Option("--aws", help="A pair that signs as AWS's do.")] = False,
    json: _Json = False,
) -> None:
    """Give out a key. It is shown only now."""
    settings = Settings.read()
    until = expiry_of(settings.time_zone, expires_in, expires)
    grant = Grant(frozenset(scope or _USUAL), until, purpose, case_number)
    secret, key = asyncio.run(_create(settings, name, grant, aws=aws))
    if json:
        console.print_json(data=as_json(key, secret))
    else:
        console.print(shown_key(key, secret), markup=False, highlight=False, soft_wrap=True)


@keys.command(name="list")
def list_keys(*, json: _Json = False) -> None:
    """List the keys, never their secrets."""
    known = asyncio.run(_list(Settings.read()))
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


async def _create(settings: Settings, name: str, grant: Grant, *, aws: bool) -> tuple[str, ApiKey]:
    async with opened_records(settings) as records:
        manage = ManageKeys(records)
        if aws:
            made = await manage.create_access_key(name, grant, _actor())
            return made.secret, made.key
        return await manage.create(name, grant, _actor())


async def _list(settings: Settings) -> Sequence[ApiKey]:
    async with opened_records(settings) as records:
        return await ManageKeys(records).all()


async def _revoke(settings: Settings, prefix: str) -> ApiKey | None:
    async with opened_records(settings) as records:
        return await ManageKeys(records).revoke(prefix, _actor())


def _actor() -> Actor:
    return Actor(f"command line ({_user()})", None, str(uuid4()))


def _user() -> str:
    """Name who runs this as the system knows them; the environment may say anything."""
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd  # noqa: PLC0415 - POSIX alone

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"

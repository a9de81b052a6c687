"""`candid people`: opens the records itself, beside a running service or without one."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from app.cli.console import console, tell
from app.cli.who import command_line
from app.domain.sign_in import BlockedPerson, is_subject
from app.services.block_people import BlockPeople
from app.settings import Settings
from app.wiring.records import opened_records

people = typer.Typer(help="People who sign in: keep somebody out at once, or let them in again.")

_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


def _subject(text: str) -> str:
    if not is_subject(text):
        raise typer.BadParameter("write the subject (`sub`) of their tokens, as the audit shows it")
    return text


Subject = Annotated[str, typer.Argument(callback=_subject, help="The `sub` of their tokens.")]


@people.command()
def block(subject: Subject, *, json: _Json = False) -> None:
    """Keep a person out: from now on no token of theirs is accepted."""
    _show(asyncio.run(_block(Settings.read(), subject)), "Blocked", json=json)


@people.command()
def unblock(subject: Subject, *, json: _Json = False) -> None:
    """Let a person in again."""
    _show(asyncio.run(_unblock(Settings.read(), subject)), "Let in again", json=json)


@people.command(name="list")
def list_blocked(*, json: _Json = False) -> None:
    """List who is kept out."""
    blocked = asyncio.run(_all(Settings.read()))
    if json:
        console.print_json(data=[_as_json(one) for one in blocked])
    else:
        console.print(_table(blocked) if blocked else "Nobody is blocked.")


def _show(person: BlockedPerson, said: str, *, json: bool) -> None:
    if json:
        console.print_json(data=_as_json(person))
    else:
        tell(f"{said}: {person.subject} of {person.issuer}.")


def _as_json(person: BlockedPerson) -> dict[str, str]:
    return {
        "issuer": person.issuer,
        "subject": person.subject,
        "blocked_at": person.blocked_at.isoformat(),
        "blocked_by": person.blocked_by,
    }


def _table(blocked: Sequence[BlockedPerson]) -> Table:
    table = Table()
    for title in ("subject", "issuer", "blocked (UTC)", "by"):
        table.add_column(title, overflow="fold")
    for one in blocked:
        table.add_row(one.subject, one.issuer, f"{one.blocked_at:%Y-%m-%d %H:%M}", one.blocked_by)
    return table


async def _block(settings: Settings, subject: str) -> BlockedPerson:
    async with opened_records(settings) as records:
        return await BlockPeople(records, settings.auth.issuer).block(subject, command_line())


async def _unblock(settings: Settings, subject: str) -> BlockedPerson:
    async with opened_records(settings) as records:
        return await BlockPeople(records, settings.auth.issuer).unblock(subject, command_line())


async def _all(settings: Settings) -> Sequence[BlockedPerson]:
    async with opened_records(settings) as records:
        return await BlockPeople(records, settings.auth.issuer).all(command_line())

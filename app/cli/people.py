"""`candid people`: opens the records itself, beside a running service or without one."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from app.cli.console import console, tell
from app.cli.tables import about_table
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
        rows = [(one.subject, _about(one)) for one in blocked]
        table = about_table("subject", "of whom, since when and by whom", rows)
        console.print(table if blocked else "Nobody is blocked.")


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


def _about(person: BlockedPerson) -> Iterator[str]:
    yield f"of {person.issuer}"
    yield f"blocked {person.blocked_at:%Y-%m-%d %H:%M} UTC by {person.blocked_by}"


async def _block(settings: Settings, subject: str) -> BlockedPerson:
    async with opened_records(settings) as records:
        return await BlockPeople(records, settings.auth.issuer).block(subject, command_line())


async def _unblock(settings: Settings, subject: str) -> BlockedPerson:
    async with opened_records(settings) as records:
        return await BlockPeople(records, settings.auth.issuer).unblock(subject, command_line())


async def _all(settings: Settings) -> Sequence[BlockedPerson]:
    async with opened_records(settings) as records:
        return await BlockPeople(records, settings.auth.issuer).all(command_line())

"""`candid encryption`: opens the store of the data keys itself, beside a running service too."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

import typer

from app.cli.console import console, tell, told
from app.cli.seal_in_the_clear import seal
from app.cli.who import command_line
from app.ports.key_wrapping import WrappingStatus
from app.services.manage_encryption import Rewrapped
from app.settings import Settings
from app.wiring.encryption import libraries, opened_adoption, opened_encryption

encryption = typer.Typer(
    help="The keys of photos and templates: what wraps them, and how it is changed.",
    no_args_is_help=True,
)

encryption.command()(seal)

_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@encryption.command()
def status(*, json: _Json = False) -> None:
    """Tell where the keys are, how many, what wraps them, and what encrypts; never a key."""
    found = asyncio.run(_status(Settings.read()))
    if json:
        console.print_json(data=_as_json(found))
    else:
        for line in _shown(found):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


@encryption.command()
def rotate(*, json: _Json = False) -> None:
    """Make a new wrapping key and wrap every data key by it; no photo is encrypted anew.

    Services go on meanwhile. If it is killed, `candid encryption rewrap` finishes it.
    """
    _told(asyncio.run(_changed(Settings.read(), is_rotation=True)), json=json)


@encryption.command()
def rewrap(*, json: _Json = False) -> None:
    """Wrap by the key-encryption key of the settings what the previous one has wrapped.

    And finish a rotation that was killed.
    """
    _told(asyncio.run(_changed(Settings.read(), is_rotation=False)), json=json)


@encryption.command()
def adopt(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let the data keys of the settings be those of this database, which never used them.

    For a database that was truly begun anew, or a key store that was lost for good. With a wrong
    database or key store nobody is found, and `candid verify --repair` could destroy keys.
    """
    settings = Settings.read()
    if not yes:
        typer.confirm("Are these the database and the data keys that belong together?", abort=True)
    asyncio.run(_adopted(settings))
    tell("The data keys are those of this database from now on.")


async def _adopted(settings: Settings) -> None:
    async with opened_adoption(settings) as adopt_keys:
        await adopt_keys(command_line())


async def _status(settings: Settings) -> WrappingStatus:
    async with opened_encryption(settings, changes=False) as manage:
        return await manage.status(command_line())


async def _changed(settings: Settings, *, is_rotation: bool) -> Rewrapped:
    async with opened_encryption(settings, changes=True) as manage:
        with told.status("Wrapping data keys") as shown:
            work = manage.rotate if is_rotation else manage.rewrap
            return await work(command_line(), lambda done: shown.update(f"{done} data keys"))


def _told(came_to: Rewrapped, *, json: bool) -> None:
    if json:
        console.print_json(data=asdict(came_to))
        return
    tell(
        f"Every data key is wrapped by wrapping key {came_to.newest}; {came_to.data_keys} were "
        f"wrapped anew, and {came_to.wrapping_keys} wrapping keys by the key-encryption key."
    )
    if came_to.retired:
        numbers = ", ".join(str(number) for number in came_to.retired)
        tell(f"Wrapping keys that wrap nothing any more were removed: {numbers}.")


def _as_json(found: WrappingStatus) -> Mapping[str, object]:
    generations = [{**asdict(one), "made_at": one.made_at.isoformat()} for one in found.generations]
    encrypting = {where: asdict(library) for where, library in libraries().items()}
    return {**asdict(found), "generations": generations, "libraries": encrypting}


def _shown(found: WrappingStatus) -> list[str]:
    counted = ", ".join(f"{number} of kind {kind}" for kind, number in found.kinds.items())
    lines = [
        f"Data keys: {found.where} ({counted or 'none yet'})",
        f"Key-encryption key: {found.encryption_key}",
    ]
    for one in found.generations:
        wrapped_by = "" if one.wrapped_by == found.encryption_key else f", under {one.wrapped_by}"
        lines.append(
            f"Wrapping key {one.generation}, made {one.made_at:%Y-%m-%d %H:%M} UTC: wraps "
            f"{one.keys} data keys{wrapped_by}"
        )
    if any(one.wrapped_by != found.encryption_key for one in found.generations):
        lines.append("`candid encryption rewrap` completes the change of the key-encryption key.")
    if any(one.keys for one in found.generations[:-1]):
        lines.append("`candid encryption rewrap` completes the rotation.")
    words = {True: "FIPS provider in use", False: "no FIPS provider", None: "FIPS unknown"}
    lines += [
        f"Encrypts {at.replace('_', ' ')}: {one.name}, {words[one.fips]}"
        for at, one in libraries().items()
    ]
    return lines

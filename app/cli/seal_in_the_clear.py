"""`candid encryption seal`: sealing what an earlier version left in the clear."""

import asyncio
from collections.abc import Callable

from app.cli.console import CommandError, console, told
from app.cli.who import command_line
from app.logs import configure_logs
from app.services.seal_in_the_clear import Sealed
from app.settings import Settings
from app.wiring.sealing import opened_sealing

_SHOWN = 20


def seal() -> None:
    """Seal photos and templates that an earlier version left in the clear.

    Runs beside the service, which goes on serving; stopped and started again, it goes on. At its
    end searches wait some seconds while a table is written anew.
    """
    settings = Settings.read()
    is_chosen = "log_level" in settings.model_fields_set
    configure_logs(settings.log_level if is_chosen else "warning")
    with told.status("Opening") as status:
        sealed = asyncio.run(_sealed(settings, lambda now: status.update(_words(now))))
    console.print(_words(sealed), highlight=False, soft_wrap=True)
    if sealed.refused:
        names = ", ".join(sealed.refused[:_SHOWN])
        raise CommandError(
            f"{len(sealed.refused)} stored photos are not what their names say, and stay as they "
            f"are: {names}. `candid verify --content --repair` fetches them again or says what to "
            "do; then run this command again."
        )


async def _sealed(settings: Settings, hears: Callable[[Sealed], None]) -> Sealed:
    async with opened_sealing(settings) as seal_all:
        return await seal_all(command_line(), hears)


def _words(sealed: Sealed) -> str:
    return (
        f"Sealed: {sealed.templates:,} templates, and {sealed.photos:,} photos of "
        f"{sealed.looked_at:,} looked at."
    )

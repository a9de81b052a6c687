"""`candid worker`."""

import asyncio
from functools import partial

from app.cli.console import tell
from app.cli.serve import run
from app.cli.stop import Stop
from app.logs import configure_logs
from app.settings import Settings
from app.wiring import hide_memory
from app.wiring.imports import worker_handlers
from app.wiring.worker import running_worker


def worker() -> None:
    """Help with imports until Ctrl-C or SIGTERM, beside the service; answers no calls."""
    settings = Settings.read()
    configure_logs(settings.log_level)
    hide_memory()
    run(_worked(settings))


async def _worked(settings: Settings) -> None:
    collection = settings.engine.collection_id
    with Stop():
        async with running_worker(settings, partial(worker_handlers, is_helper=True)):
            tell(f"Candid's worker is ready: it helps with imports into {collection}.")
            try:
                await asyncio.Event().wait()
            finally:
                tell("Candid's worker ends; what it had in hand goes back.")

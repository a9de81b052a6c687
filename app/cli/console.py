"""What every command has in common: the console, progress, and errors in one line."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.domain.errors import CandidError
from app.settings import SettingsError

console = Console()
told = Console(stderr=True, highlight=False)


class CommandError(Exception):
    """A command cannot go on; the text says what to do."""


@contextmanager
def reported_errors() -> Generator[None]:
    """Turn expected errors into one line on standard error and exit code 2."""
    try:
        yield
    except (CandidError, CommandError, SettingsError) as error:
        told.print(f"candid: {error}", style="red", markup=False, soft_wrap=True)
        sys.exit(2)
    except httpx.ConnectError as error:
        told.print(f"candid: {_unreached(error)}", style="red", markup=False, soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _unreached(error: httpx.ConnectError) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return (
            f"the certificate at {error.request.url} is not trusted or names another host: name "
            "its CA by CANDID_CLIENT__CA_FILE, and its host by --url or CANDID_CLIENT__URL."
        )
    return (
        f"nothing answers at {error.request.url}; start it with `candid serve`, or name another "
        "address with --url or CANDID_CLIENT__URL."
    )


@contextmanager
def progress(text: str) -> Generator[None]:
    """Show that something longer than a moment goes on."""
    with told.status(text):
        yield


def tell(text: str) -> None:
    """Say a step on standard error, so that standard output stays clean."""
    told.print(text, markup=False, soft_wrap=True)


@contextmanager
def photo_progress(text: str, photos: int) -> Generator[Callable[[], None]]:
    """Show how many photos are done; what is yielded is called for each."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=told, transient=True) as shown:
        task = shown.add_task(text, total=photos)
        yield lambda: shown.advance(task)

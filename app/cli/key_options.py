"""What `candid keys create` is told: names and dates, as they are kept."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from app.cli.console import CommandError
from app.domain import access
from app.domain.networks import Network, network_of


def one_line(text: str | None) -> str | None:
    """Return the text trimmed; BadParameter unless it is a short line that can be printed."""
    try:
        return None if text is None else access.one_line(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def networks_of(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks; CommandError names the first text that is none."""
    try:
        return tuple(network_of(text) for text in texts)
    except ValueError as error:
        raise CommandError(f"--network: {error}.") from error


def expiry_of(zone: str, days: int | None, last: datetime | None) -> datetime | None:
    """Return when a key stops working, in UTC: after so many days, or as its last day ends.

    Raises CommandError.
    """
    if days is not None and last is not None:
        raise CommandError("--expires-in and --expires contradict each other; give one of them.")
    now = datetime.now(UTC).replace(microsecond=0)
    if days is not None:
        return now + timedelta(days=days)
    if last is None:
        return None
    try:
        ends = (last + timedelta(days=1)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError as error:
        raise CommandError("--expires lies too far ahead.") from error
    if ends <= now:
        raise CommandError(f"--expires {last.date()} is over already.")
    return ends

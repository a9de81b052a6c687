"""What `candid keys create` is told: names and dates, as they are kept."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from app.cli.console import CommandError

_LONGEST = 100


def one_line(text: str | None) -> str | None:
    """Return the text trimmed; BadParameter unless it is a short line that can be printed."""
    if text is None:
        return None
    trimmed = text.strip()
    if not trimmed or len(trimmed) > _LONGEST or not trimmed.isprintable():
        raise typer.BadParameter(f"write 1 to {_LONGEST} printable characters on one line")
    return trimmed


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

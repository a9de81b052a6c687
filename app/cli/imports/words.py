"""Numbers, times and imports in words."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.api.schemas.imports import ImportOut, ReasonOut
from app.cli.imports.reasons import MEANINGS
from app.domain.imports import ImportMode, ImportState, SourceKind

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_EXACT = 600  # seconds, below which the seconds count
_SLOW = 1.0  # a second: below it people count by the minute

_SOURCES = {
    SourceKind.JMS: "the jail management system",
    SourceKind.FOLDER: "the folder",
    SourceKind.MANIFEST: "the manifest",
    SourceKind.S3: "S3",
    SourceKind.ZIP: "the ZIP file",
    SourceKind.RECORDS: "the photos on record here",
}
_MODES = {
    ImportMode.MISSING: "photos that are not on record yet",
    ImportMode.CHANGED: "photos that are not on record yet, or changed since",
    ImportMode.FORCE: "all photos, those on record too",
}


def number(count: int) -> str:
    """Write a count: 12,345."""
    return f"{count:,}"


def counted(count: int, one: str, many: str) -> str:
    """Write how many: `1 photo`, `2 photos`."""
    return f"{number(count)} {one if count == 1 else many}"


def speed(rate: float) -> str:
    """Write photos a second, or a minute where they are slow."""
    return f"{rate:,.1f} a second" if rate >= _SLOW else f"{rate * _MINUTE:.1f} a minute"


def about(seconds: float) -> str:
    """Write how long something takes, as exactly as anybody can know it."""
    tens = round(seconds / 10) * 10
    if tens < _MINUTE:
        return f"about {tens} s" if tens else "a few seconds"
    if tens < _EXACT:
        return f"about {tens // _MINUTE} min {tens % _MINUTE} s"
    if seconds < _HOUR:
        return f"about {round(seconds / _MINUTE)} min"
    minutes = round(seconds / _MINUTE)
    if seconds < _DAY:
        return f"about {minutes // 60} h {minutes % 60} min"
    hours = round(seconds / _HOUR)
    return f"about {counted(hours // 24, 'day', 'days')} {hours % 24} h"


def lasted(seconds: float) -> str:
    """Write how long something took, to the second."""
    whole = round(seconds)
    hours, minutes, rest = whole // _HOUR, whole % _HOUR // _MINUTE, whole % _MINUTE
    parts = [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if hours or minutes else []
    return " ".join([*parts, f"{rest} s"])


def moment(at: datetime) -> str:
    """Write a time in UTC, as it is filed."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def clock(at: datetime) -> str:
    """Write a time of day as this machine's clock shows it, with the date where it is another."""
    here, today = at.astimezone(), datetime.now().astimezone()
    return f"{here:%H:%M}" if here.date() == today.date() else f"{here:%Y-%m-%d %H:%M}"


def source_of(known: ImportOut) -> str:
    """Name where the photos are."""
    place = " ".join(filter(None, (_SOURCES[known.source.kind], known.source.location)))
    pattern = known.source.pattern
    return f"{place}, files named {pattern}" if pattern else place


def asked_of(known: ImportOut) -> str:
    """Name which photos are taken."""
    parts = [_MODES[known.mode]]
    if known.since:
        parts.append(f"new or changed since {moment(known.since)}")
    if known.limit:
        parts.append(f"at most {number(known.limit)}")
    return ", ".join(parts)


def state_of(known: ImportOut) -> str:
    """Name the state; a dry run says that it is one."""
    paused_itself = known.state is ImportState.PAUSED and known.trouble
    state = "paused by trouble" if paused_itself else known.state.value
    return f"{state} (dry run)" if known.dry_run else state


def reasons_in(reasons: Sequence[ReasonOut], most: int) -> str:
    """Name the commonest reasons: `no face 20, several faces 10, others 4`."""
    told = [f"{MEANINGS[one.reason].short} {number(one.count)}" for one in reasons[:most]]
    others = sum(one.count for one in reasons[most:])
    return ", ".join([*told, f"others {number(others)}"] if others else told)

"""Dates and times from the forms that jails write: ISO 8601, NCIC, and the American ones.

Slashed and dashed dates are month first; `17/05/1980` is refused rather than turned round, for
then `05/06/1980` could mean either.
"""

import re
from datetime import UTC, date, datetime, tzinfo

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DATES = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})[-/](?P<month>\d\d?)[-/](?P<day>\d\d?)",
        r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)",  # NCIC
        r"(?P<month>\d\d)(?P<day>\d\d)(?P<year>(?:19|20)\d\d)",
        r"(?P<month>\d\d?)[-/](?P<day>\d\d?)[-/](?P<year>\d{4}|\d\d)",
        r"(?P<day>\d\d?)[- ](?P<month>[a-z]{3,9})[-, ]+(?P<year>\d{4}|\d\d)",  # Oracle: 17-MAY-80
        r"(?P<month>[a-z]{3,9})\.? (?P<day>\d\d?),? (?P<year>\d{4})",
    )
]
_MOMENT = re.compile(
    r"(?P<date>.+?)[t, ]+(?P<hour>\d\d?)[:.]?(?P<minute>\d\d)"
    r"(?:[:.]?(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r" ?(?P<half>am|pm)? ?(?P<offset>z|utc|gmt|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(\d{8})(\d{4}|\d{6})", re.ASCII)
_NOON = 12
_ISO_SHORTEST = len("2026-05-17T14:30")


def date_of(text: str, latest_year: int) -> date | None:
    """Read a date; None when it is none.

    A year of two digits is the last one with these digits that is not after `latest_year`.
    """
    lowered = text.lower()
    for pattern in _DATES:
        if match := pattern.fullmatch(lowered):
            return _checked_date(match, latest_year)
    return None


def moment_of(text: str, zone: tzinfo, latest_year: int) -> datetime | None:
    """Read a time as UTC; None when it is none.

    A time without an offset is in `zone` (the first of the two where clocks go back), a date
    alone is its midnight there.
    """
    try:
        moment = _moment(text, zone, latest_year)
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _moment(text: str, zone: tzinfo, latest_year: int) -> datetime | None:
    if len(text) >= _ISO_SHORTEST and text[4] == "-":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # not quite ISO 8601: the slower way may still read it
    if match := _COMPACT.fullmatch(text):
        text = f"{match[1]} {match[2]}"
    if day := date_of(text, latest_year):
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    parts = _MOMENT.fullmatch(text.lower())
    day = date_of(parts["date"], latest_year) if parts else None
    return _joined(day, parts, zone) if day and parts else None


def _joined(day: date, parts: re.Match[str], zone: tzinfo) -> datetime:
    hour = int(parts["hour"])
    if parts["half"]:
        if not 1 <= hour <= _NOON:
            raise ValueError
        hour = hour % _NOON + (_NOON if parts["half"] == "pm" else 0)
    second, fraction = int(parts["second"] or 0), (parts["fraction"] or "")[:6]
    return datetime(  # the offset is parsed by the standard library
        day.year,
        day.month,
        day.day,
        hour,
        int(parts["minute"]),
        second,
        int(fraction.ljust(6, "0") or 0),
        tzinfo=_offset(parts["offset"]) or zone,
    )


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in {"z", "utc", "gmt"}:
        return UTC
    return datetime.strptime(text, "%z").tzinfo


def _checked_date(match: re.Match[str], latest_year: int) -> date | None:
    month = int(match["month"]) if match["month"].isdigit() else _month(match["month"])
    year = int(match["year"])
    if len(match["year"]) == len("80"):
        year = latest_year - (latest_year - year) % 100
    try:
        return date(year, month, int(match["day"]))
    except ValueError:
        return None


def _month(name: str) -> int:
    """Return the month whose name begins so, or 0."""
    known = [number for number, month in enumerate(_MONTHS, 1) if month.startswith(name)]
    return known[0] if known else 0

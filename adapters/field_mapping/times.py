"""Times and dates in the forms that a mapping file names, brought into ISO 8601."""

import math
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final

EPOCHS: Final = {"epoch_seconds": 1.0, "epoch_milliseconds": 1000.0}
"""How many of each make a second."""

_SAMPLE: Final = datetime(2026, 11, 29, 13, 14, 15, tzinfo=UTC)
_OF_TIME: Final = ("%H", "%I", "%c", "%X", "%s")
_DIGITS: Final = 20


def is_time_form(form: str) -> bool:
    """Say whether a mapping may name this form: an epoch, or a format of strptime with a day."""
    if form in EPOCHS:
        return True
    try:
        read = datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007 - only tried
    except ValueError:
        return False
    return "%" in form and (read.year, read.month, read.day) == (2026, 11, 29)


def iso_of(text: str, form: str, zone: tzinfo, *, is_date: bool) -> str | None:
    """Return a time of this form as ISO 8601, a date where one is wanted; None when it is none.

    What names no zone stays without one, for `zone` is applied to it later. A date that is given
    as an epoch is its midnight, at UTC or in `zone`.
    """
    try:
        if form in EPOCHS:
            return _of_epoch(text, EPOCHS[form], zone, is_date=is_date)
        return _of_format(text, form, is_date=is_date)
    except (ValueError, OverflowError, OSError):
        return None


def _of_epoch(text: str, in_a_second: float, zone: tzinfo, *, is_date: bool) -> str | None:
    seconds = float(text) / in_a_second if len(text) <= _DIGITS else math.nan
    if not math.isfinite(seconds):
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    if not is_date:
        return moment.isoformat()
    there = moment.astimezone(zone)
    return (there if there.time() == time.min else moment).date().isoformat()


def _of_format(text: str, form: str, *, is_date: bool) -> str:
    moment = datetime.strptime(text, form)  # noqa: DTZ007 - its zone follows, or is in it
    if "%y" in form and moment.year > date.today().year + 1:  # noqa: DTZ011 - a day is nothing here
        moment = moment.replace(year=moment.year - 100)
    has_time = any(part in form for part in _OF_TIME)
    return moment.isoformat() if has_time and not is_date else moment.date().isoformat()


def written_as(moment: datetime, form: str) -> str:
    """Return a moment in UTC as a form says it: `iso`, an epoch, or a format of strftime."""
    utc = moment.astimezone(UTC)
    if form in EPOCHS:
        return str(int(utc.timestamp() * EPOCHS[form]))
    if form == "iso":
        return utc.isoformat(timespec="seconds").replace("+00:00", "Z")
    return utc.strftime(form)

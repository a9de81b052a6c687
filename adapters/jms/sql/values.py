"""Values as a driver gives them, made into what the columns of a booking are read from."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Final

from adapters.jms.sql.dialects import Kind

LONGEST_TEXT: Final = 2001
"""Characters that are asked for of a column: one more than a field may have, so that it shows."""

LONGEST_LIST: Final = 200_000
"""Characters of a column that is a list, such as the charges of one booking."""

_DAY: Final = len("1980-05-17")


def plain(value: object, kind: Kind) -> object:
    """Return a value as JSON would have it; what is no text stays bytes, which no field is."""
    if value is None or isinstance(value, str | bool | int | Mapping | list):
        return value
    match value:
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return _number(value)
        case date():
            return _moment(value, kind).isoformat()
        case bytes() | bytearray() | memoryview():
            return _text(bytes(value))
        case _:
            return str(value)


def day_of(value: object, zone: tzinfo) -> object:
    """Return the day of a moment: many systems keep a date of birth as a midnight."""
    if not isinstance(value, str) or len(value) <= _DAY or value[4:5] != "-":
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    there = moment.astimezone(zone) if moment.tzinfo and moment.time() != time.min else moment
    return there.date().isoformat()


def _moment(value: date, kind: Kind) -> date:
    """Return a moment with its zone, where the kind of the column says which it is."""
    if isinstance(value, datetime) and kind is Kind.UTC and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def _number(value: Decimal) -> object:
    if not value.is_finite():
        return str(value)
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")


def _text(value: bytes) -> object:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value

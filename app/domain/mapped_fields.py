"""What came of each field of one record of a JMS, for whoever sets up its mapping."""

from dataclasses import dataclass
from typing import Final

AN_EXTRA: Final = "is no column that is known: an extra"
DROPPED: Final = "is no column that is known: it is dropped"
LEFT_OUT: Final = "says nothing, or what is never taken in: it is left out"
NOTHING_TO_MEND: Final = frozenset({AN_EXTRA, LEFT_OUT})
"""What is told of a further column, and of a value that does not come into the booking."""


@dataclass(frozen=True, slots=True)
class MappedField:
    """One field; only `value` and what a problem is about come from the record."""

    column: str
    expression: str  # in the adapter's own language; "" where it reads the column by its name
    found: str  # what kind of value the expression gave: "text", "nothing", "list of 2", ...
    value: object = None  # what goes on to the booking; None: nothing does
    problem: str | None = None  # why nothing does, or what is wrong with it; never the value

"""Words for kinds of values, which say nothing of the values themselves."""

from collections.abc import Mapping, Sequence
from typing import Final

NOTHING: Final = "nothing"
EMPTY: Final = "empty"
"""Of a field that is there and says nothing."""

_WORDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (bool, "yes or no"),
    (str, "text"),
    ((int, float), "number"),
    (bytes, "bytes"),
    (Mapping, "object"),
)


def kind_of_value(found: object) -> str:
    """Return what kind of value this is, as people say it."""
    if found is None or found == "":
        return NOTHING
    for kind, word in _WORDS:
        if isinstance(found, kind):
            return word
    return f"list of {len(found)}" if isinstance(found, Sequence) else type(found).__name__

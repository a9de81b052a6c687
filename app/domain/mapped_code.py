"""A JMS's own code, with what its mapping file says that it means."""

from typing import Self


class MappedCode(str):
    """Reads as what the code means here; `raw` is what the JMS wrote.

    A code that the mapping does not name has no meaning: it reads as it was written, and
    `is_known` is False, so that nobody takes another system's code for one of ours.
    """

    __slots__ = ("is_known", "raw")

    raw: str
    is_known: bool

    def __new__(cls, raw: str, meant: str | None) -> Self:
        """Make it of what the JMS wrote, and of what that means; None: nothing here."""
        code = super().__new__(cls, raw if meant is None else meant)
        code.raw = raw
        code.is_known = meant is not None
        return code

"""The clear records port: what an earlier program left unsealed, in the records of all collections.

Every method raises RecordsUnavailableError when the database cannot be used.
"""

from enum import StrEnum
from typing import Protocol


class InTheClear(StrEnum):
    """What may lie somewhere unsealed."""

    PHOTOS = "photos"
    TEMPLATES = "templates"


class ClearRecords(Protocol):
    """Knows what there may be in the clear, and seals the templates."""

    async def left(self) -> frozenset[InTheClear]:
        """Return what an earlier program may have left; nothing where no such program ever ran."""
        ...

    async def templates(self) -> int:
        """Return how many templates are in the clear."""
        ...

    async def seal_templates(self, most: int) -> int:
        """Seal up to so many templates; return how many, none also while others are at them.

        Also raises DataKeysUnavailableError and DataKeysMisconfiguredError.
        """
        ...

    async def rewrite(self) -> None:
        """Write the table of the faces anew, without what lay between its rows.

        Searches wait for it: some seconds for 300,000 faces. Raises RecordsUnavailableError also
        where the role does not own the table.
        """
        ...

    async def done(self, what: InTheClear) -> None:
        """Say that nothing of this kind is left."""
        ...

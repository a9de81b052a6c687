"""The records of which booking numbers must not be told."""

from collections.abc import Sequence
from typing import Protocol


class BookingNumberRecords(Protocol):
    """Numbers of stays in custody; every method raises RecordsUnavailableError."""

    async def hidden(self, numbers: Sequence[str]) -> frozenset[str]:
        """Return those of which a photo is hidden, in any collection.

        Also those of which no photo may be shown, and one was hidden when it was removed or got
        another number, or an event hides the number. Of others the JMS answers for itself.
        """
        ...

    async def hide(self, external_image_ids: Sequence[str]) -> None:
        """Hide the numbers that photos have on record, from when they are removed on."""
        ...

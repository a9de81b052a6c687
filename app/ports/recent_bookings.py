"""What the JMS said a moment ago, kept in the memory of this process."""

from collections.abc import Collection
from typing import Protocol


class RecentBookings(Protocol):
    """Lets what the JMS says now take the place of what it said."""

    def forget(self, external_image_ids: Collection[str]) -> None:
        """Keep no answer about these that was asked for before now; the next one is asked anew."""
        ...

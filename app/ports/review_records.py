"""Reviews in the records: part of the unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.review import Review, ReviewEntry, ReviewState


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Which reviews are wanted; without a state all that are not closed."""

    state: ReviewState | None = None
    case_number: str | None = None
    after: str | None = None  # the id of a search
    limit: int = 20


class ReviewRecords(Protocol):
    """Reviews by search, kept encrypted; entries are added, never changed, and go with it."""

    async def get(self, search_id: str) -> Review | None:
        """Return a search's review with all its entries."""
        ...

    async def get_locked(self, search_id: str) -> Review | None:
        """Return it and keep other units that ask so from it until this one ends."""
        ...

    async def open(self, review: Review, state: ReviewState) -> None:
        """Keep a review, which has no entries yet; one that is there stays as it is."""
        ...

    async def append(
        self, search_id: str, entry: ReviewEntry, state: ReviewState, closed_at: datetime | None
    ) -> None:
        """Add an entry, and keep what the review comes to with it."""
        ...

    async def forget(self, search_id: str) -> None:
        """Destroy a review with all its entries; one that there is none of is no error."""
        ...

    async def page(self, wanted: ReviewPage) -> Sequence[Review]:
        """Return reviews in the order in which they were opened; an unknown `after` has none."""
        ...

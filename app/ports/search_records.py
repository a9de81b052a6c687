"""The records of past searches, and of first answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.collection import UserAnswer, UserFacesAnswer
from app.domain.record import (
    IndexAnswer,
)
from app.domain.review import ReviewEntry
from app.domain.search import SearchAnswer


@dataclass(frozen=True, slots=True)
class PastSearch:
    """A search by its id and time: what it answered may not be readable any more."""

    search_id: str
    searched_at: datetime


class SearchRecords(Protocol):
    """Searches as they were answered, kept encrypted."""

    async def add(self, answer: SearchAnswer) -> None:
        """Keep an answer."""
        ...

    async def get(self, search_id: str) -> SearchAnswer | None:
        """Return an answer as it was given."""
        ...

    async def page(
        self, case_number: str | None, after: str | None, limit: int
    ) -> Sequence[SearchAnswer]:
        """Return answers, newest first, after the search with id `after`."""
        ...

    async def older(
        self, before: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[PastSearch]:
        """Return searches from before a time, oldest first, after one with this time and id."""
        ...

    async def collections(self) -> Sequence[str]:
        """Return every collection of which searches are kept."""
        ...

    async def count(self, case_number: str) -> int:
        """Count the searches of a case."""
        ...

    async def forget(self, search_id: str) -> bool:
        """Destroy an answer; False when there is none, or another unit is about it."""
        ...


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first answer to a request that carried an Idempotency-Key."""

    request_sha256: str
    answer: SearchAnswer | IndexAnswer | UserAnswer | UserFacesAnswer | ReviewEntry


class AnswerRecords(Protocol):
    """First answers by caller and Idempotency-Key, kept encrypted for a day."""

    async def get(self, caller: str, idempotency_key: str) -> StoredAnswer | None:
        """Return the first answer."""
        ...

    async def get_locked(self, caller: str, idempotency_key: str) -> StoredAnswer | None:
        """Return the first answer and keep other units that ask so from it until this one ends."""
        ...

    async def add(self, caller: str, idempotency_key: str, stored: StoredAnswer) -> bool:
        """Keep the first answer; False when another unit was first (waits for it to end)."""
        ...

    async def naming(self, external_image_ids: Sequence[str]) -> int:
        """Count the answers in which one of these photos may be named."""
        ...

    async def forget_naming(self, external_image_ids: Sequence[str]) -> None:
        """Delete the answers in which one of these photos may be named."""
        ...

"""The gallery feed port: how an in-memory gallery keeps in step with the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class GalleryChanges:
    """What changed in the current faces of one model, in the order of commit, packed.

    A face is in at most one of `face_ids` and `removed` of a page; one whose data key is gone
    counts as removed. Face ids are the 16 bytes of their UUIDs; templates are equally long and lie
    in the order of `face_ids`.
    """

    last: int  # give it as `after` in the next call
    face_ids: bytes
    templates: bytes
    removed: bytes
    more: bool  # whether another page was already there
    serving: str | None = None  # the model that the collection is served with at this moment


class GalleryFeed(Protocol):
    """Tells the current templates of one collection, and each change to them."""

    async def changes(self, model: str, after: int, limit: int) -> GalleryChanges:
        """Return up to `limit` changes after change number `after` (0: from nothing).

        Complete: a change of a transaction that commits later never has a smaller number.
        Raises RecordsUnavailableError, DataKeysUnavailableError and DataKeysMisconfiguredError.
        """
        ...


@dataclass(frozen=True, slots=True)
class UserMembers:
    """The current faces of each user of a collection who has any."""

    version: int  # give it as `known` in the next call
    face_ids: Mapping[str, Sequence[str]]  # by user id


class UserFeed(Protocol):
    """Tells which faces each user of one collection has."""

    async def members(self, known: int) -> UserMembers | None:
        """Return all users with their faces; None when nothing changed since version `known`.

        Versions start at 1. Raises RecordsUnavailableError.
        """
        ...

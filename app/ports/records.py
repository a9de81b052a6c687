"""The records port: everything durable except photo bytes, one transaction a unit of work.

Every method raises RecordsUnavailableError when the database cannot be used.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.access import AccessKey, ApiKey
from app.domain.audit import AuditEntry
from app.domain.collection import CollectionFace, UserAnswer, UserFacesAnswer
from app.domain.record import CurrentFace, IndexAnswer, Intent, PhotoRecord, Standing
from app.domain.search import SearchAnswer
from app.ports.collection_records import CollectionRecords, UserRecords


class PhotoRecords(Protocol):
    """Photos of one collection, unique by external_image_id, and their current faces."""

    async def get(self, external_image_id: str) -> PhotoRecord | None:
        """Return the record, tombstones included."""
        ...

    async def get_locked(self, external_image_id: str) -> PhotoRecord | None:
        """Return the record and keep other units that ask so from this id until this one ends."""
        ...

    async def all_locked(self, external_image_ids: Sequence[str]) -> Sequence[PhotoRecord]:
        """Return the records there are of these ids, each as `get_locked` does."""
        ...

    async def put(self, record: PhotoRecord, templates: Mapping[str, bytes]) -> None:
        """Write the record over an older one; its faces replace the older ones in this commit.

        `templates` has those faces' templates by face id, where the engine gives them. Faces no
        longer current lose their template at once. The changed faces get their change numbers
        under the commit lock, as the last thing before the commit.
        """
        ...

    async def page(self, after: str | None, limit: int) -> Sequence[PhotoRecord]:
        """Return records in the order of their ids (bytewise), tombstones left out."""
        ...

    async def of_people(self, person_ids: Sequence[str]) -> Sequence[PhotoRecord]:
        """Return the indexed photos of these persons."""
        ...

    async def forget(self, external_image_ids: Sequence[str]) -> None:
        """Delete records, tombstones too; their faces are not touched."""
        ...


class FaceRecords(Protocol):
    """Which faces count; every match is held against this."""

    async def current(self, face_ids: Sequence[str]) -> Mapping[str, CurrentFace]:
        """Return those that are current."""
        ...

    async def count(self) -> int:
        """Return how many are current."""
        ...

    async def add(self, faces: Sequence[CollectionFace], templates: Mapping[str, bytes]) -> None:
        """Make faces current beside those there are; one that is current already is replaced.

        Whose a face is stays as it was: only `UserRecords.associate` says so. `templates` and
        change numbers are as in `PhotoRecords.put`.
        """
        ...

    async def remove(self, face_ids: Sequence[str]) -> None:
        """Let faces count no more, and no longer for a user; unknown ones are no error."""
        ...

    async def of(self, face_ids: Sequence[str]) -> Mapping[str, CollectionFace]:
        """Return those that are current, whole."""
        ...

    async def of_photos(self, external_image_ids: Sequence[str]) -> Sequence[CollectionFace]:
        """Return the current faces under these ids, in the order of their ids."""
        ...

    async def page(
        self, after: str | None, limit: int, user_id: str | None = None
    ) -> Sequence[CollectionFace]:
        """Return current faces, all or a user's, in the order of their ids."""
        ...

    async def other_models(self, model: str) -> Sequence[str]:
        """Return the models besides this one that current faces are of."""
        ...


class Standings(Protocol):
    """The last known person and record status of each photo."""

    async def of(self, external_image_ids: Sequence[str]) -> Mapping[str, Standing]:
        """Return the standing of each photo that is indexed or skipped (removed ones missing)."""
        ...

    async def remember(self, standings: Mapping[str, Standing]) -> None:
        """Keep what the JMS just said; unknown ids are no error, an older `as_of` never wins."""
        ...


class PhotoKeys(Protocol):
    """Which stored photos are in use."""

    async def in_use(self, photo_keys: Sequence[str], besides: str) -> frozenset[str]:
        """Return those that a record names, or an open enrolment other than intent `besides`.

        In whichever collection: they share the photo store.
        """
        ...


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


class AuditRecords(Protocol):
    """The append-only audit."""

    async def append(self, entry: AuditEntry) -> None:
        """Write an entry."""
        ...

    async def page(self, after: int, limit: int) -> Sequence[tuple[int, AuditEntry]]:
        """Return entries with their numbers, oldest first, after number `after`."""
        ...


class IntentRecords(Protocol):
    """What was about to be done outside the database."""

    async def open(self, intent: Intent) -> None:
        """Write an intent."""
        ...

    async def close(self, intent_ids: Sequence[str]) -> None:
        """Forget intents that are settled; unknown ones are no error."""
        ...

    async def due(self, enrol_before: datetime, limit: int) -> Sequence[Intent]:
        """Return the enrolments opened before a time and every other intent, for this unit alone.

        Other units skip what this one holds (SKIP LOCKED) until it ends.
        """
        ...

    async def of(self, external_image_id: str) -> Sequence[Intent]:
        """Return the open intents of one photo, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first answer to a request that carried an Idempotency-Key."""

    request_sha256: str
    answer: SearchAnswer | IndexAnswer | UserAnswer | UserFacesAnswer


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


class KeyRecords(Protocol):
    """Keys of the whole service, whichever collection the unit is about."""

    async def find(self, prefix: str) -> ApiKey | None:
        """Return the key with this prefix; that of an access key is its id."""
        ...

    async def find_access_key(self, access_key_id: str) -> AccessKey | None:
        """Return the access key with its secret; None also for a key of another kind."""
        ...

    async def all(self) -> Sequence[ApiKey]:
        """Return every key of every kind, oldest first."""
        ...

    async def add(self, key: ApiKey) -> None:
        """Keep a key that is sent with each request."""
        ...

    async def add_access_key(self, access_key: AccessKey) -> None:
        """Keep an access key, its secret encrypted."""
        ...

    async def revoke(self, prefix: str, at: datetime) -> ApiKey | None:
        """Revoke a key and return it; None when there is none, or it was revoked before."""
        ...

    async def add_first(self, key: ApiKey) -> bool:
        """Keep a key if there is none at all; False when there is one."""
        ...


class Unit(Protocol):
    """One transaction: all of it is committed on a clean exit, none of it otherwise."""

    @property
    def photos(self) -> PhotoRecords:
        """Photos and their faces."""
        ...

    @property
    def faces(self) -> FaceRecords:
        """Which faces count."""
        ...

    @property
    def collections(self) -> CollectionRecords:
        """Which collections there are."""
        ...

    @property
    def users(self) -> UserRecords:
        """People of several faces."""
        ...

    @property
    def standings(self) -> Standings:
        """What the JMS last said."""
        ...

    @property
    def photo_keys(self) -> PhotoKeys:
        """Which stored photos are in use."""
        ...

    @property
    def searches(self) -> SearchRecords:
        """Searches as answered."""
        ...

    @property
    def audit(self) -> AuditRecords:
        """Who did what."""
        ...

    @property
    def intents(self) -> IntentRecords:
        """What was about to be done outside."""
        ...

    @property
    def answers(self) -> AnswerRecords:
        """First answers to repeated requests."""
        ...

    @property
    def keys(self) -> KeyRecords:
        """API keys."""
        ...


class Records(Protocol):
    """Opens units of work on the records of one collection."""

    def unit(self) -> AbstractAsyncContextManager[Unit]:
        """Open a transaction; leave the block cleanly to commit it."""
        ...

    def view(self) -> AbstractAsyncContextManager[Unit]:
        """Look without a transaction: each read sees what is committed, nothing is written."""
        ...

    async def ping(self) -> None:
        """Return when the database can be read and written."""
        ...


class RecordsOfCollections(Protocol):
    """The records of each collection, on one database."""

    def of(self, collection_id: str) -> Records:
        """Return the records of one collection, whether there is one of that id or not."""
        ...

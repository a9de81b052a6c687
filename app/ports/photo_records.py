"""The records of photos, their faces, and what the JMS last said of them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.domain.collection import CollectionFace
from app.domain.record import (
    CurrentFace,
    FaceRecord,
    PhotoRecord,
    Standing,
)


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

        `templates` has those faces' templates by face id, where the engine gives them; they are
        sealed before they enter the database, so that the commit also raises
        DataKeysUnavailableError and DataKeysMisconfiguredError. Faces no longer current lose their
        template at once, those of the next model too. The changed faces get their change numbers
        under the commit lock, as the last thing before the commit, which raises ModelSwitchedError
        for faces of another model than the collection's.
        """
        ...

    async def put_beside(
        self,
        record: PhotoRecord,
        model: str,
        faces: Sequence[FaceRecord],
        templates: Mapping[str, bytes],
    ) -> bool:
        """Keep a photo's faces of the next model beside those served, in place of older ones.

        `templates` are as in `put`. False when the photo is no longer indexed with the record's
        bytes. The commit raises ModelSwitchedError when the collection does not change to this
        model.
        """
        ...

    async def lacking(self, after: str | None, limit: int) -> Sequence[str]:
        """Return the ids of indexed and kept photos without faces of the next model, in order."""
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
    """Which faces count; every match is held against this.

    Those of another model than the one that the collection is served with never do.
    """

    async def current(self, face_ids: Sequence[str]) -> Mapping[str, CurrentFace]:
        """Return those that are current."""
        ...

    async def kept(self, face_ids: Sequence[str]) -> frozenset[str]:
        """Return those that are kept, of whichever model: what the engine may not forget."""
        ...

    async def keep_out(self) -> None:
        """Let no other unit put templates until this one ends; waits for those under way."""
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

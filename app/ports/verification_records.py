"""The part of the records that verifying reads: in pages, each as of one moment, locking nothing.

Every method raises RecordsUnavailableError when the database cannot be used.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.record import Intent
from app.domain.verification import CheckedFace, CheckedPhoto, Models


class VerificationRecords(Protocol):
    """Looks at the records of one collection."""

    async def photos(
        self, after: str | None, limit: int, *, with_faces: bool
    ) -> Sequence[CheckedPhoto]:
        """Return records in the order of their ids (bytewise), tombstones left out.

        Without faces they are as if there were none, and come three times as fast.
        """
        ...

    async def photos_of(self, external_image_ids: Sequence[str]) -> Mapping[str, CheckedPhoto]:
        """Return the records there are of these ids, tombstones included."""
        ...

    async def faces(self, after: str | None, limit: int) -> Sequence[CheckedFace]:
        """Return current faces in the order of their ids, without image id and box."""
        ...

    async def faces_of(self, face_ids: Sequence[str]) -> Mapping[str, CheckedFace]:
        """Return those that are current, as `faces` does."""
        ...

    async def unreadable(self, face_ids: Sequence[str]) -> frozenset[str]:
        """Return those whose sealed template does not open; raises what data keys raise, too."""
        ...

    async def kept(self, faces: Sequence[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Return which faces, by collection and id, are current; of any collection."""
        ...

    async def named(self, photo_keys: Sequence[str]) -> frozenset[str]:
        """Return the stored photos that a record or an open intent names, in any collection."""
        ...

    async def kept_probes(self, search_ids: Sequence[str]) -> frozenset[str]:
        """Return the searches whose probes are kept, in any collection."""
        ...

    async def reasons(self, external_image_ids: Sequence[str]) -> Mapping[str, str]:
        """Return why imports did not index these photos, by what the newest said of each.

        `waiting` for those that an open import has yet to take; one that an import said to be
        indexed has no reason.
        """
        ...

    async def under_way(self, external_image_ids: Sequence[str]) -> frozenset[str]:
        """Return the ids that open intents are about.

        The empty id stands for all photos whose faces are being enrolled under no id.
        """
        ...

    async def intents_before(
        self, opened_before: datetime, after: str | None, limit: int
    ) -> Sequence[Intent]:
        """Return the intents opened before a time, in the order of their ids."""
        ...

    async def importing(self) -> str | None:
        """Return the id of the import that is open."""
        ...

    async def models(self) -> Models:
        """Return which model's faces count."""
        ...

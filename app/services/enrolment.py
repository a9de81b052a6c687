"""An enrolment under way: its intent, and what is left of it when its call fails."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Self
from uuid import uuid4

from app.domain.collection import CollectionFace
from app.domain.errors import (
    FaceIndexError,
    FaceRefusedError,
    NoFaceError,
    PhotoTooCostlyError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    SeveralFacesError,
    UnsupportedPhotoError,
)
from app.domain.photo import photo_key
from app.domain.record import Intent, IntentKind, PhotoRecord
from app.ports.records import Records
from app.services.recorded import utc_now
from app.services.sweep_intents import SweepIntents, say_failure

_NOTHING_ENROLLED = (
    *(NoFaceError, SeveralFacesError, FaceIndexError, FaceRefusedError),
    *(PhotoUnreadableError, UnsupportedPhotoError, PhotoTooLargeError, PhotoTooCostlyError),
)
"""After these the engine's port promises that nothing was enrolled."""


@dataclass(slots=True)
class Enrolment:
    """The open intent of one index call, and what the call did outside the database so far."""

    intent: Intent
    asked: bool = False  # an engine that holds faces was asked to hold one more
    face_ids: tuple[str, ...] = ()  # what it answered
    stored: bool = False  # the photo may be in the store
    submitted: str | None = None  # how what the engine got differs from the photo

    @classmethod
    def begin(cls, external_image_id: str, sha256: str, *, of_faces: bool = False) -> Self:
        """Make the intent; whoever calls writes it.

        With `of_faces` the photo will not be kept: its key is then one that no photo is kept under.
        """
        key = photo_key(external_image_id, sha256)
        key = f"faces/{key}" if of_faces else key
        intent_id, kind = str(uuid4()), IntentKind.ENROL
        return cls(Intent(intent_id, kind, external_image_id, key, (), utc_now()))

    def replacing(self, before: PhotoRecord, held: Iterable[CollectionFace]) -> Intent:
        """Return the discard of what this call replaced, or enrolled in vain.

        `held` are the faces that were current under the photo's id, which other images may have
        added. The sweeper spares of it what counts.
        """
        recorded = {face.face_id for face in before.faces}
        faces = recorded | {face.face_id for face in held} | set(self.face_ids)
        return self._discard(before.photo_key, tuple(sorted(faces)))

    @asynccontextmanager
    async def settled_on_failure(
        self, records: Records, sweep: SweepIntents
    ) -> AsyncGenerator[None]:
        """Leave no intent open for its grace when the block fails or is cancelled.

        The error goes on as it is, though the settling itself fails: the intent is still open.
        """
        try:
            yield
        except (Exception, asyncio.CancelledError) as error:
            settling = asyncio.create_task(self._settle(records, self._left_by(error)))
            if await asyncio.shield(settling):
                sweep.soon()
            raise

    async def _settle(self, records: Records, left: Intent | None) -> bool:
        """Replace the intent by what is left to do; say whether that is due at once."""
        try:
            async with records.unit() as unit:
                await unit.intents.close([self.intent.intent_id])
                if left:
                    await unit.intents.open(left)
        except Exception as error:  # noqa: BLE001 - it must not hide why the call failed
            say_failure("enrolment_left_to_sweeper", error, intent_id=self.intent.intent_id)
            return False
        return left is not None and left.kind is IntentKind.DISCARD

    def _left_by(self, error: BaseException) -> Intent | None:
        """Return what the sweeper has to undo.

        A call whose answer was lost may be carried out yet, so a face that is in doubt is looked
        for after the grace of an enrolment; that one has no photo and keeps nobody's from going.
        """
        if self.stored or self.face_ids:
            return self._discard(self.intent.photo_key, self.face_ids)
        if self.asked and not isinstance(error, _NOTHING_ENROLLED):
            return replace(self.intent, intent_id=str(uuid4()), photo_key=None)
        return None

    def _discard(self, key: str | None, face_ids: tuple[str, ...]) -> Intent:
        external_image_id = self.intent.external_image_id
        kind = IntentKind.DISCARD
        return Intent(str(uuid4()), kind, external_image_id, key, face_ids, utc_now())

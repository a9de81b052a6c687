"""Use case: undo outside the database what no record counts on any more."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from app.domain.errors import CandidError
from app.domain.record import Intent, IntentKind
from app.ports.face_engine import FaceEngine
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, Unit
from app.services.recorded import utc_now

log = structlog.get_logger(__name__)

GRACE = timedelta(minutes=10)
"""An enrolment still open after this belongs to a process that died: no request lasts as long."""

PERIOD = 30.0
"""Seconds between two looks when nobody calls for one."""

_BATCH = 100


@dataclass(frozen=True, slots=True)
class SweepIntents:
    """Settle due intents: delete photos and discard faces that the records do not count."""

    engine: FaceEngine
    records: Records
    store: PhotoStore
    called: asyncio.Event = field(default_factory=asyncio.Event)
    period: float = PERIOD

    def soon(self) -> None:
        """Call the sweeper; it comes in a moment."""
        self.called.set()

    async def forever(self) -> None:
        """Sweep when called and now and then; an error is logged and tried again."""
        while True:
            try:
                await self()
            except CandidError as error:
                log.warning("sweep_failed", code=error.code, detail=str(error))
            try:
                async with asyncio.timeout(self.period):
                    await self.called.wait()
            except TimeoutError:
                continue
            self.called.clear()

    async def __call__(self) -> int:
        """Settle everything that is due and return how many intents it was."""
        settled = 0
        while count := await self._settle_batch():
            settled += count
        return settled

    async def _settle_batch(self) -> int:
        async with self.records.unit() as unit:
            due = await unit.intents.due(utc_now() - GRACE, _BATCH)
            for intent in sorted(due, key=lambda intent: intent.external_image_id):
                await unit.photos.get_locked(intent.external_image_id)
                await self._delete_photo(unit, intent)
            await self._discard_faces(unit, due)
            await unit.intents.close([intent.intent_id for intent in due])
        return len(due)

    async def _delete_photo(self, unit: Unit, intent: Intent) -> None:
        key = intent.photo_key
        if key and not await unit.photo_keys.in_use([key], intent.intent_id):
            await self.store.delete(key)

    async def _discard_faces(self, unit: Unit, due: Sequence[Intent]) -> None:
        faces = {face_id for intent in due for face_id in intent.face_ids}
        unknown = {i.external_image_id for i in due if i.kind is IntentKind.ENROL}
        if unknown:
            faces |= await self._held_for(unknown)
        if stale := faces - (await unit.faces.current(sorted(faces))).keys():
            await self.engine.discard(sorted(stale))

    async def _held_for(self, external_image_ids: set[str]) -> set[str]:
        """Look up faces that a dead process may have enrolled without learning their ids."""
        if not (await self.engine.describe()).holds_faces:
            return set()
        held: set[str] = set()
        page = await self.engine.faces(None)
        while True:
            held |= {f.face_id for f in page.items if f.external_image_id in external_image_ids}
            if page.next is None:
                return held
            page = await self.engine.faces(page.next)

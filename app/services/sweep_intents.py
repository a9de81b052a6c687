"""Use case: undo outside the database what no record counts on any more."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from app.domain.errors import CandidError, RecordsUnavailableError
from app.domain.record import Intent, IntentKind
from app.ports.face_engine import FaceEngine
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, Unit
from app.services.faces_of_intents import FacesOfIntents
from app.services.recorded import utc_now
from app.services.unite_person import unite_person

log = structlog.get_logger(__name__)

GRACE = timedelta(minutes=10)
"""An enrolment still open after this belongs to a process that died: no request lasts as long."""

PERIOD = 30.0
"""Seconds between two looks when nobody calls for one."""

_BATCH = 100

_AT_ONCE = 3
"""Settled at the same time: each holds a connection to the records while it waits for the engine
and the photo store, and searches need connections too."""


@dataclass(frozen=True, slots=True)
class SweepIntents:
    """Settle due intents: delete photos and discard faces that the records do not count.

    Each intent has a unit of its own, so that one that cannot be settled stops no other.
    """

    engine: FaceEngine
    records: Records
    store: PhotoStore
    called: asyncio.Event = field(default_factory=asyncio.Event)
    period: float = PERIOD
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def soon(self) -> None:
        """Call the sweeper; it comes in a moment."""
        self.called.set()

    async def forever(self) -> None:
        """Sweep when called and now and then, until cancelled."""
        await sweep_forever(self, self.called, self.period)

    async def __call__(self) -> int:
        """Settle everything that is due and return how many intents it was.

        What fails is logged and stays open; raises only RecordsUnavailableError.
        """
        settled, left = 0, set[str]()
        while due := await self._due(left):
            faces = FacesOfIntents(self.engine, due)
            for intent in due:
                if await self._is_settled(intent, faces):
                    settled += 1
                else:
                    left.add(intent.intent_id)
        return settled

    async def photo(self, external_image_id: str) -> bool:
        """Settle what is due of one photo; False when some of it is left for later.

        Raises RecordsUnavailableError.
        """
        async with self.records.view() as view:
            known = await view.intents.of(external_image_id)
        due = [one for one in known if one.kind is not IntentKind.ENROL or not _is_young(one)]
        faces = FacesOfIntents(self.engine, due)
        return all([await self._is_settled(intent, faces) for intent in due])

    async def _due(self, left: Collection[str]) -> Sequence[Intent]:
        """Return due intents that were not tried yet; those left are among the oldest."""
        async with self.records.view() as view:
            due = await view.intents.due(utc_now() - GRACE, _BATCH + len(left))
        return [intent for intent in due if intent.intent_id not in left]

    async def _is_settled(self, intent: Intent, faces: FacesOfIntents) -> bool:
        try:
            if intent.kind is IntentKind.UNITE:
                return await unite_person(self.engine, self.records, intent)
            return await self._settle(intent, await faces.of(intent))
        except RecordsUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - the others must not wait for this one
            say_failure("intent_not_settled", error, intent_id=intent.intent_id)
            return False

    async def _settle(self, intent: Intent, face_ids: set[str]) -> bool:
        """Undo what is not counted; False while another call may be enrolling the same faces.

        An engine may know the same photo under the same id by the same face, so the faces of a
        photo that is being enrolled are left alone.
        """
        async with self.at_once, self.records.unit() as unit:
            await unit.photos.get_locked(intent.external_image_id)
            known = await unit.intents.of(intent.external_image_id)
            if intent.intent_id not in {one.intent_id for one in known}:
                return True  # by another sweeper, meanwhile
            await self._delete_photo(unit, intent)
            if face_ids and any(_is_under_way(one) for one in known):
                return False
            await self._discard(unit, face_ids)
            await unit.intents.close([intent.intent_id])
        return True

    async def _delete_photo(self, unit: Unit, intent: Intent) -> None:
        key = intent.photo_key
        if key and not await unit.photo_keys.in_use([key], intent.intent_id):
            await self.store.delete(key)

    async def _discard(self, unit: Unit, face_ids: set[str]) -> None:
        if stale := face_ids - await unit.faces.kept(sorted(face_ids)):
            await self.engine.discard(sorted(stale))


async def sweep_forever(
    sweep: Callable[[], Awaitable[object]], called: asyncio.Event, period: float
) -> None:
    """Sweep when called and every `period` seconds; what fails is logged and tried again."""
    while True:
        try:
            await sweep()
        except Exception as error:  # noqa: BLE001 - without a sweeper nothing is ever deleted
            say_failure("sweep_failed", error)
        try:
            async with asyncio.timeout(period):
                await called.wait()
        except TimeoutError:
            continue
        called.clear()


def say_failure(event: str, error: Exception, **ids: str) -> None:
    """Log what failed: the code of an error of ours, the whole of any other."""
    if isinstance(error, CandidError):
        log.warning(event, code=error.code, detail=str(error), **ids)
    else:
        log.error(event, exc_info=error, **ids)


def _is_young(intent: Intent) -> bool:
    return intent.opened_at >= utc_now() - GRACE


def _is_under_way(intent: Intent) -> bool:
    """Say whether a call works on this; one that gave up its photo waits only for its grace."""
    return intent.kind is IntentKind.ENROL and intent.photo_key is not None and _is_young(intent)

"""Use case: a photo has another id in the JMS now."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import structlog

from app.domain.audit import Actor
from app.domain.errors import NotIndexedError, PreservationHoldError, TombstonedError
from app.domain.jms_events import JmsEvent
from app.domain.record import IndexStatus, PhotoRecord
from app.domain.removal import RemovalReason, RemovalRequest, RemovalSubject
from app.ports.photo_store import PhotoStore
from app.ports.records import Records
from app.ports.withheld_records import Hiding
from app.services.forgetting.remove_photos import RemovePhotos
from app.services.index_call import IndexRequest
from app.services.index_photo import IndexPhoto
from app.services.recorded import utc_now
from app.services.withholding.remove_withheld import JMS

log = structlog.get_logger(__name__)


class Renumbering(StrEnum):
    """What came of it."""

    DONE = "done"
    KEPT = "kept"  # under its old id, for good: it must not be shown there
    LATER = "later"  # nothing is on record under the new id yet


@dataclass(frozen=True, slots=True)
class RenumberPhoto:
    """Indexes the same photo under its new id, and then removes it under the old one.

    No engine renames a face, and past searches name the old id: so it is a removal, with a receipt.
    """

    records: Records
    store: PhotoStore
    index: IndexPhoto
    remove: RemovePhotos
    confirm_after: timedelta  # as of what an event hides

    async def __call__(self, event: JmsEvent) -> Renumbering:
        """Do it once, however often it is asked.

        What is held, was removed under its new id, or is another photo there, stays as it is.
        Raises what engine, store and records raise.
        """
        [old], new = event.about.external_image_ids, event.about.to
        if new is None or old == new:
            return Renumbering.DONE
        async with self.records.view() as view:
            record, other = await view.photos.get(old), await view.photos.get(new)
        if await self._is_hidden_too(new, old, event):
            return Renumbering.DONE
        if record is None or record.status is IndexStatus.REMOVED:
            return Renumbering.DONE
        if other is not None and other.sha256 != record.sha256:  # none once it is removed
            log.warning("photo_keeps_number", code="another_photo", event_id=event.event_id)
            return Renumbering.KEPT
        outcome = await self._moved(event, record, new)
        await self._is_hidden_too(new, old, event)  # what hid the old one meanwhile went with it
        return outcome

    async def _moved(self, event: JmsEvent, record: PhotoRecord, new: str) -> Renumbering:
        actor = Actor(JMS, None, f"event-{event.event_id}")
        old, told = record.external_image_id, f"JMS event {event.event_id}: renumbered as {new}"
        subject, reason = RemovalSubject.EXTERNAL_IMAGE_ID, RemovalReason.OTHER
        try:
            if not await self._is_under(new, record, actor):
                log.warning("photo_keeps_number", code="no_photo", event_id=event.event_id)
                return Renumbering.LATER
            await self.remove(RemovalRequest(subject, old, reason, told), actor, again=False)
        except NotIndexedError:
            return Renumbering.DONE
        except (PreservationHoldError, TombstonedError) as error:
            log.warning("photo_keeps_number", code=error.code, event_id=event.event_id)
            return Renumbering.KEPT
        return Renumbering.DONE

    async def _is_under(self, new: str, record: PhotoRecord, actor: Actor) -> bool:
        """Index the photo under its new id, where there is one; say whether it is on record."""
        photo = await self.store.get(record.photo_key) if record.photo_key else None
        if photo is not None:
            await self.index(IndexRequest(photo, new, record.view), actor)
        async with self.records.view() as view:
            known = await view.photos.get(new)
        return known is not None and known.status is not IndexStatus.REMOVED

    async def _is_hidden_too(self, new: str, old: str, event: JmsEvent) -> bool:
        """Hide the new id as the old one is, or was when it went; say whether it is hidden.

        A photo that is hidden under the old id goes as it would have gone.
        """
        async with self.records.unit() as unit:
            status = (await unit.withheld.of([old])).get(old) or await unit.withheld.removed_as(old)
            if status is not None:
                now = utc_now()
                why = Hiding(status, event.event_id, now, now + self.confirm_after)
                await unit.withheld.hide([new], why)
        return status is not None

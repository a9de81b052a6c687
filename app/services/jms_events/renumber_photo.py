"""Use case: a photo has another id in the JMS now."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from app.domain.audit import Actor
from app.domain.errors import NotIndexedError, PreservationHoldError, TombstonedError
from app.domain.jms_events import JmsEvent
from app.domain.record import IndexStatus
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

    async def __call__(self, event: JmsEvent) -> None:
        """Do it once, however often it is asked.

        What is held, or removed under its new id, stays as it is. Raises what engine, store and
        records raise.
        """
        [old], new = event.about.external_image_ids, event.about.to
        if new is None or old == new:
            return
        actor = Actor(JMS, None, f"event-{event.event_id}")
        async with self.records.view() as view:
            record = await view.photos.get(old)
            withheld = (await view.withheld.of([old])).get(old)
        if record is None or record.status is IndexStatus.REMOVED:
            return
        if withheld is not None:
            now = utc_now()
            await self._hide(new, Hiding(withheld, event.event_id, now, now + self.confirm_after))
            return
        photo = await self.store.get(record.photo_key) if record.photo_key else None
        try:
            if photo is not None:
                await self.index(IndexRequest(photo, new, record.view), actor)
            told = f"JMS event {event.event_id}: renumbered as {new}"
            subject, reason = RemovalSubject.EXTERNAL_IMAGE_ID, RemovalReason.OTHER
            await self.remove(RemovalRequest(subject, old, reason, told), actor, again=False)
        except (PreservationHoldError, TombstonedError, NotIndexedError) as error:
            log.warning("photo_keeps_number", code=error.code, event_id=event.event_id)

    async def _hide(self, new: str, why: Hiding) -> None:
        """Hide the new id too: the photo under the old one goes as it would have gone."""
        async with self.records.unit() as unit:
            await unit.withheld.hide([new], why)

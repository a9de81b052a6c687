"""Use case: look at a booking photo."""

from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.booking import RecordStatus
from app.domain.errors import NotIndexedError, RecordWithheldError
from app.domain.photo import checked_external_image_id
from app.ports.darkroom import Darkroom
from app.ports.photo_store import PhotoStore, PhotoStream, whole
from app.ports.records import Records
from app.services.recorded import refusals_recorded, utc_now

_LOST = (
    "The photo on record under this external_image_id is lost: it is not in the photo store, or "
    "its data key is gone. `candid verify` lists such photos."
)


@dataclass(frozen=True, slots=True)
class ViewPhoto:
    """Fetch a stored photo, or a thumbnail of it; the look is recorded before it is answered."""

    records: Records
    store: PhotoStore
    darkroom: Darkroom

    async def __call__(
        self, external_image_id: str, width: int | None, actor: Actor
    ) -> PhotoStream:
        """Return the photo as it was sent, or an upright JPEG at most `width` pixels wide.

        Raises NotIndexedError, RecordWithheldError and what store and darkroom raise.
        """
        checked_external_image_id(external_image_id)

        def entry(outcome: str) -> AuditEntry:
            action = AuditAction.VIEW_PHOTO
            return AuditEntry(
                utc_now(), action, actor, outcome, external_image_id=external_image_id
            )

        async with refusals_recorded(self.records, entry):
            key = await self._key(external_image_id)
            shown = await (self._original(key) if width is None else self._thumbnail(key, width))
            try:
                async with self.records.unit() as unit:
                    await unit.audit.append(entry("answered"))
            except BaseException:
                await shown.rest.aclose()
                raise
            return shown

    async def _key(self, external_image_id: str) -> str:
        async with self.records.view() as unit:
            record = await unit.photos.get(external_image_id)
        if record is None or record.photo_key is None:
            raise NotIndexedError
        if record.standing.status is not RecordStatus.ACTIVE:
            raise RecordWithheldError
        return record.photo_key

    async def _original(self, key: str) -> PhotoStream:
        photo = await self.store.stream(key)
        if photo is None:
            raise NotIndexedError(_LOST)
        return photo

    async def _thumbnail(self, key: str, width: int) -> PhotoStream:
        photo = await self.store.get(key)
        if photo is None:
            raise NotIndexedError(_LOST)
        return whole(await self.darkroom.thumbnail(photo, width))

"""Use case: a reviewer looks at a picture of a search, which says what it is not for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.blinding import PROBE, Blinding
from app.domain.booking import RecordStatus
from app.domain.errors import PictureNotFoundError
from app.domain.policy_in_force import Policy
from app.ports.darkroom import Darkroom
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, Unit
from app.services.recorded import refusals_recorded, utc_now
from app.services.reviews.known import Known, known
from app.services.reviews.view import is_shown, photos_of

ProbeOf = Callable[[str], Awaitable[bytes | None]]
"""Returns the probe of a search, where it is kept."""


@dataclass(frozen=True, slots=True)
class ViewPicture:
    """Show the probe, or a candidate's photo as it is on record now, between warning bands."""

    records: Records
    policy: Policy
    blinding: Blinding
    store: PhotoStore
    darkroom: Darkroom
    probe_of: ProbeOf

    async def __call__(self, search_id: str, picture: str, width: int, actor: Actor) -> bytes:
        """Return a JPEG; the look is recorded before it is answered.

        Raises SearchNotFoundError, PictureNotFoundError and what store and darkroom raise.
        """
        meant: str | None = None

        def entry(outcome: str) -> AuditEntry:
            return AuditEntry(
                utc_now(),
                AuditAction.VIEW_PICTURE,
                actor,
                outcome,
                external_image_id=meant,
                search_id=search_id[:100],
            )

        async with refusals_recorded(self.records, entry):
            async with self.records.view() as unit:
                found = await known(unit, self.policy, search_id)
            if picture == PROBE:
                photo = await self.probe_of(search_id)
            else:
                meant = self._meant(found, picture)
                photo = await self._photo(meant)
            if photo is None:
                raise PictureNotFoundError
            shown = await self.darkroom.stamped(photo, width, caption_of(found.answer.search_id))
            async with self.records.unit() as unit:
                if meant is not None and await _photo_key(unit, meant) is None:
                    raise PictureNotFoundError  # sealed while it was stamped
                await unit.audit.append(entry("answered"))
        return shown

    def _meant(self, found: Known, picture: str) -> str:
        if not is_shown(found.review):
            raise PictureNotFoundError
        search_id = found.answer.search_id
        for candidate in found.answer.candidates:
            for one in () if candidate.redacted else photos_of(candidate):
                if self.blinding.picture_id(search_id, one) == picture:
                    return one
        raise PictureNotFoundError

    async def _photo(self, external_image_id: str) -> bytes | None:
        async with self.records.view() as unit:
            photo_key = await _photo_key(unit, external_image_id)
        return None if photo_key is None else await self.store.get(photo_key)


async def _photo_key(unit: Unit, external_image_id: str) -> str | None:
    record = await unit.photos.get(external_image_id)
    if record is None or record.standing.status is not RecordStatus.ACTIVE:
        return None
    return record.photo_key


def caption_of(search_id: str) -> str:
    """Return what stands below a picture: which search it belongs to, and when it was shown."""
    return f"Search {search_id}\n{utc_now():%Y-%m-%d %H:%M}Z"

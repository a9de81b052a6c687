"""Use case: forget a photo and its faces, and keep it forgotten."""

from dataclasses import dataclass

from app.domain.audit import Actor
from app.domain.removal import RemovalReason, RemovalRequest, RemovalSubject
from app.services.forgetting.remove_photos import RemovePhotos


@dataclass(frozen=True, slots=True)
class RemovePhoto:
    """A removal of one photo, for no reason that is told; it has its receipt like any other."""

    remove: RemovePhotos

    async def __call__(self, external_image_id: str, actor: Actor) -> None:
        """Leave only a tombstone.

        NotIndexedError when there is nothing to remove, PreservationHoldError when it is held.
        """
        subject, reason = RemovalSubject.EXTERNAL_IMAGE_ID, RemovalReason.OTHER
        request = RemovalRequest(subject, external_image_id, reason)
        await self.remove(request, actor, again=False)

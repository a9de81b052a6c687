"""Use case: the faces of a photo; nothing is searched and nothing kept."""

from dataclasses import dataclass, replace
from functools import partial

from app.domain.audit import AuditAction
from app.domain.face import Detected
from app.domain.photo import sha256_of
from app.services.collections.call import CollectionCall, Image
from app.services.collections.galleries import Galleries
from app.services.recorded import refusals_recorded

_ACTION = AuditAction.DETECT


@dataclass(frozen=True, slots=True)
class DetectFaces:
    """Look at a photo that may lie in the photo store."""

    galleries: Galleries

    async def __call__(self, image: Image, call: CollectionCall) -> Detected:
        """Return the faces, largest first; raises ObjectNotReadableError and what engines raise."""
        own = self.galleries.own
        records, entry = self.galleries.records.of(own), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry):
            photo = await self.galleries.photo(image)
            detected = await (await self.galleries.collections.engine(own)).detect(photo)
            async with records.unit() as unit:
                await unit.audit.append(replace(entry(), photo_sha256=sha256_of(photo)))
        return detected

"""Use case: which faces does a collection hold?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.collection import CollectionFace
from app.domain.errors import CollectionNotFoundError, UserNotFoundError
from app.services.collections.answers import ListedFaces
from app.services.collections.call import CollectionCall
from app.services.collections.galleries import Galleries
from app.services.recorded import refusals_recorded

_ACTION = AuditAction.LIST_FACES


@dataclass(frozen=True, slots=True)
class ListFaces:
    """List faces as the records have them."""

    galleries: Galleries

    async def __call__(
        self,
        collection_id: str,
        after: str | None,
        limit: int,
        user_id: str | None,
        face_ids: Sequence[str] | None,
        call: CollectionCall,
    ) -> ListedFaces:
        """Return faces in the order of their ids: all, a user's, or those of some ids there are.

        Raises CollectionNotFoundError and UserNotFoundError.
        """
        records, entry = self.galleries.records.of(collection_id), partial(call.entry, _ACTION)
        async with refusals_recorded(records, entry), records.unit() as unit:
            collection = await unit.collections.get(collection_id)
            if collection is None:
                raise CollectionNotFoundError
            if user_id is not None and await unit.users.get(user_id) is None:
                raise UserNotFoundError
            if face_ids is None:
                faces = await unit.faces.page(after, limit, user_id)
            else:
                wanted = sorted(one for one in set(face_ids) if one > (after or ""))
                found = await unit.faces.of(wanted)
                named = (found[one] for one in wanted if one in found)
                faces = [one for one in named if user_id in {None, one.user_id}][:limit]
            await unit.audit.append(entry())
        return ListedFaces([_shown(face) for face in faces], collection.model)


def _shown(face: CollectionFace) -> CollectionFace:
    """Leave out whose face it is where the record may not be shown; its id is left, to delete."""
    if face.standing.status is RecordStatus.ACTIVE:
        return face
    return replace(face, external_image_id=face.image_id, is_named=False, user_id=None)

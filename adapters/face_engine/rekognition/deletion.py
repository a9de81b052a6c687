"""Faces deleted from a collection, those that count for a user included."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from adapters.face_engine.rekognition.collection import MOST_FACES, FaceCollection
from adapters.face_engine.rekognition.errors import translated
from adapters.face_engine.rekognition.uniting import FEWEST, is_person
from app.domain.errors import EngineUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_aiobotocore_rekognition.type_defs import UnsuccessfulFaceDeletionTypeDef

    from adapters.face_engine.rekognition.service import Rekognition
    from adapters.face_engine.rekognition.users import RekognitionFaceUsers


async def delete_faces(
    service: Rekognition, collection_id: str, users: RekognitionFaceUsers, face_ids: Sequence[str]
) -> None:
    """Delete faces, taken from their users first where need be; unknown ones are no error.

    A person's user goes with all but one of the faces.

    Raises EngineUnavailableError where some stay, because they were given to a user meanwhile.
    """
    kept = await _deleted(service, collection_id, face_ids)
    if not kept:
        return
    for user_id, associated in _by_user(kept).items():
        await users.disassociate(user_id, associated)
        if is_person(user_id):
            await _forget_if_done(FaceCollection(service, collection_id), users, user_id)
    if await _deleted(service, collection_id, [one["FaceId"] for one in kept]):
        raise EngineUnavailableError(
            f"Rekognition keeps faces of the collection {collection_id} that were to be deleted: "
            "they count for users. Try again."
        )


async def _forget_if_done(
    collection: FaceCollection, users: RekognitionFaceUsers, user_id: str
) -> None:
    """Delete a person's user when too few photos are left: its id tells whose they were."""
    left = await collection.held(None, user_id, FEWEST)
    if len(left.items) < FEWEST:
        await users.delete(user_id)


async def _deleted(
    service: Rekognition, collection_id: str, face_ids: Sequence[str]
) -> list[UnsuccessfulFaceDeletionTypeDef]:
    """Return what was kept, though it is there."""
    kept: list[UnsuccessfulFaceDeletionTypeDef] = []
    for start in range(0, len(face_ids), MOST_FACES):
        unsuccessful = await _batch(service, collection_id, face_ids[start : start + MOST_FACES])
        kept += [one for one in unsuccessful if set(one.get("Reasons", [])) != {"FACE_NOT_FOUND"}]
    return kept


async def _batch(
    service: Rekognition, collection_id: str, face_ids: Sequence[str]
) -> list[UnsuccessfulFaceDeletionTypeDef]:
    client = service.client
    with translated("DeleteFaces", collection_id):
        answer = await service.made(
            "DeleteFaces",
            lambda: client.delete_faces(CollectionId=collection_id, FaceIds=face_ids),
        )
        return answer.get("UnsuccessfulFaceDeletions", [])


def _by_user(kept: Sequence[UnsuccessfulFaceDeletionTypeDef]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in kept:
        if "UserId" in one:  # ASSOCIATED_TO_AN_EXISTING_USER
            found[one["UserId"]].append(one["FaceId"])
    return found

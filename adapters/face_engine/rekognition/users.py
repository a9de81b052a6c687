"""The users of one collection of Amazon Rekognition: people who are searched by several faces."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from typing_extensions import override

from adapters.face_engine.rekognition.answers import (
    face_of,
    is_face_id,
    refused_association_of,
    user_match_of,
)
from adapters.face_engine.rekognition.errors import RefusedError, translated
from app.domain.errors import EngineMisconfiguredError, EngineUnavailableError, FaceNotHeldError
from app.domain.face import Face, PhotoSize, largest_first
from app.ports.face_collections import AssociatedFaces, FaceUsers, UserMatch, UserMatches

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence

    from types_aiobotocore_rekognition.type_defs import (
        AssociateFacesResponseTypeDef,
        ImageTypeDef,
        SearchUsersByImageResponseTypeDef,
        SearchUsersRequestTypeDef,
    )

    from adapters.face_engine.rekognition.photos import Submission
    from adapters.face_engine.rekognition.service import Rekognition
    from app.domain.collection import RefusedAssociation

Answer = TypeVar("Answer")

MOST_USERS = 500
"""In one search: Amazon Rekognition's API model."""

MOST_FACES_A_CALL = 100
"""That one call may associate or take away: Amazon Rekognition's API model."""

_ATTEMPTS = 6
_FIRST_PAUSE_SECONDS = 0.2
"""Doubled before each further attempt at a user that is being changed."""

_CONFLICT = "ConflictException"
_UNKNOWN = "ResourceNotFoundException"
_FAULTY = "InvalidParameterException"


class RekognitionFaceUsers(FaceUsers):
    """Calls Rekognition; a user that is being changed is asked for again after a pause."""

    def __init__(self, service: Rekognition, collection_id: str) -> None:
        self._service = service
        self._id = collection_id

    @override
    async def create(self, user_id: str) -> None:
        client = self._service.client
        with suppress(RefusedError):  # it exists
            await self._made(
                "CreateUser",
                lambda: client.create_user(CollectionId=self._id, UserId=user_id),
                {_CONFLICT},
            )

    @override
    async def delete(self, user_id: str) -> None:
        client = self._service.client
        with suppress(RefusedError):  # it is gone, or the collection is
            await self._settled(
                "DeleteUser",
                lambda: client.delete_user(CollectionId=self._id, UserId=user_id),
                {_UNKNOWN},
            )

    @override
    async def associate(
        self, user_id: str, face_ids: Sequence[str], floor: float
    ) -> AssociatedFaces:
        refused: list[RefusedAssociation] = []
        for batch in _batches(face_ids):
            answer = await self._associated(user_id, batch, floor)
            with translated("AssociateFaces", self._id):
                unsuccessful = answer.get("UnsuccessfulFaceAssociations", [])
                refused += [refused_association_of(one) for one in unsuccessful]
        unlike = {one.face_id for one in refused}  # AWS is silent on those that were its already
        done = (face_id for face_id in face_ids if face_id not in unlike)
        return AssociatedFaces(tuple(done), tuple(refused))

    async def _associated(
        self, user_id: str, batch: Sequence[str], floor: float
    ) -> AssociateFacesResponseTypeDef:
        client = self._service.client
        return await self._settled(
            "AssociateFaces",
            lambda: client.associate_faces(
                CollectionId=self._id, UserId=user_id, FaceIds=batch, UserMatchThreshold=floor
            ),
        )

    @override
    async def disassociate(self, user_id: str, face_ids: Sequence[str]) -> None:
        for batch in _batches(face_ids):
            with suppress(RefusedError):  # a user that is gone has no faces
                await self._disassociated(user_id, batch)

    async def _disassociated(self, user_id: str, batch: Sequence[str]) -> None:
        client = self._service.client
        await self._settled(
            "DisassociateFaces",
            lambda: client.disassociate_faces(CollectionId=self._id, UserId=user_id, FaceIds=batch),
            {_UNKNOWN},
        )

    @override
    async def search(self, probe: bytes, *, most: int, floor: float) -> UserMatches:
        submission = await self._service.photos.submission(probe)
        if submission.is_too_small:
            return UserMatches(submission.size, (), ())
        answer = await self._searched(submission, most, floor)
        with translated("SearchUsersByImage", self._id):
            faces = _faces(answer, submission.size)
            users = tuple(user_match_of(match) for match in answer.get("UserMatches", []))
        return UserMatches(submission.size, faces, users)

    async def similarities(
        self, submission: Submission, most: int, floor: float
    ) -> dict[str, float]:
        """Return the users who resemble the largest face of a photo."""
        answer = await self._searched(submission, most, floor)
        with translated("SearchUsersByImage", self._id):
            matches = [user_match_of(match) for match in answer.get("UserMatches", [])]
        return {match.user_id: match.similarity for match in matches}

    @override
    async def search_face(self, face_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        if not is_face_id(face_id):
            raise FaceNotHeldError
        try:
            return await self._found({"CollectionId": self._id, "FaceId": face_id}, most, floor)
        except RefusedError as error:
            if error.code == _FAULTY and "not found" not in str(error):
                raise EngineMisconfiguredError(
                    f"Rekognition refuses SearchUsers: {error}"
                ) from error
            raise FaceNotHeldError from error

    @override
    async def search_user(self, user_id: str, *, most: int, floor: float) -> Sequence[UserMatch]:
        wanted: SearchUsersRequestTypeDef = {"CollectionId": self._id, "UserId": user_id}
        try:
            found = await self._found(wanted, most + 1, floor)  # it may be among them
        except RefusedError as error:
            if error.code == _FAULTY:  # it has no face
                return []
            raise EngineMisconfiguredError(f"Rekognition has no user {user_id}.") from error
        return [match for match in found if match.user_id != user_id][:most]

    async def _searched(
        self, submission: Submission, most: int, floor: float
    ) -> SearchUsersByImageResponseTypeDef:
        client = self._service.client

        async def search(image: ImageTypeDef) -> SearchUsersByImageResponseTypeDef:
            return await client.search_users_by_image(
                CollectionId=self._id,
                Image=image,
                MaxUsers=min(most, MOST_USERS),
                UserMatchThreshold=floor,
            )

        answer, _ = await self._service.shown("SearchUsersByImage", self._id, submission, search)
        return answer

    async def _found(
        self,
        wanted: SearchUsersRequestTypeDef,
        most: int,
        floor: float,
    ) -> list[UserMatch]:
        client = self._service.client
        wanted["MaxUsers"] = min(most, MOST_USERS)
        wanted["UserMatchThreshold"] = floor
        answer = await self._made(
            "SearchUsers", lambda: client.search_users(**wanted), {_FAULTY, _UNKNOWN}
        )
        with translated("SearchUsers", self._id):
            return [user_match_of(match) for match in answer.get("UserMatches", [])]

    async def _made(
        self,
        operation: str,
        call: Callable[[], Awaitable[Answer]],
        expected: Collection[str] = (),
    ) -> Answer:
        with translated(operation, self._id, expected):
            return await self._service.made(operation, call)

    async def _settled(
        self,
        operation: str,
        call: Callable[[], Awaitable[Answer]],
        expected: Collection[str] = (),
    ) -> Answer:
        """Make a call that a user may be in no state for, again while it is."""
        pause = _FIRST_PAUSE_SECONDS
        for _ in range(_ATTEMPTS):
            try:
                return await self._made(operation, call, {*expected, _CONFLICT})
            except RefusedError as error:
                if error.code != _CONFLICT:
                    raise
            await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - no secret
            pause *= 2
        raise EngineUnavailableError


def _batches(face_ids: Sequence[str]) -> list[Sequence[str]]:
    starts = range(0, len(face_ids), MOST_FACES_A_CALL)
    return [face_ids[start : start + MOST_FACES_A_CALL] for start in starts]


def _faces(answer: SearchUsersByImageResponseTypeDef, size: PhotoSize) -> tuple[Face, ...]:
    """Return the face searched, and then the others; none where none was searched."""
    if "FaceDetail" not in answer.get("SearchedFace", {}):
        return ()
    others = [face_of(one["FaceDetails"], size) for one in answer.get("UnsearchedFaces", [])]
    return (face_of(answer["SearchedFace"]["FaceDetail"], size), *largest_first(others))

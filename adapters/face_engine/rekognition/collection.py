"""The faces of one collection of Amazon Rekognition: its calls, with the core's errors."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from adapters.face_engine.rekognition.answers import (
    OwnMatch,
    face_of,
    is_face_id,
    match_of,
    model_name,
)
from adapters.face_engine.rekognition.errors import RefusedError, translated
from app.domain.errors import EngineMisconfiguredError, FaceNotHeldError
from app.domain.face import Detected, largest_first
from app.ports.face_engine import HeldFace, HeldFaces

if TYPE_CHECKING:
    from types_aiobotocore_rekognition.literals import QualityFilterType
    from types_aiobotocore_rekognition.type_defs import (
        ImageTypeDef,
        IndexFacesRequestTypeDef,
        IndexFacesResponseTypeDef,
        ListFacesRequestTypeDef,
        SearchFacesByImageResponseTypeDef,
    )

    from adapters.face_engine.rekognition.photos import Submission
    from adapters.face_engine.rekognition.service import Rekognition

MOST_FACES = 4096
"""In one listing, deletion or search: Amazon Rekognition's API model."""

MOST_INDEXED = 100
"""Faces of one photo that are indexed: IndexFaces in the API model."""

_SECONDS = 60.0
"""How long the collection's size and model are remembered: asking costs a call a search."""

_PAUSES = (0.2, 0.5, 1.0)
"""Before a face that is said to be unknown is asked for again: a fresh one may not be seen yet."""

_UNKNOWN_FACE = "not found"


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    """What Rekognition last said of the collection."""

    model: str
    faces: int
    as_of: datetime
    told: float  # time.monotonic()


class FaceCollection:
    """Calls Rekognition; every method raises EngineUnavailableError or EngineMisconfiguredError."""

    def __init__(self, service: Rekognition, collection_id: str) -> None:
        self._service = service
        self._id = collection_id
        self._facts: CollectionFacts | None = None

    @property
    def collection_id(self) -> str:
        """The collection's name there."""
        return self._id

    async def create_if_missing(self) -> None:
        """Make the collection; one that is there already is left as it is."""
        client = self._service.client
        with suppress(RefusedError):
            await self._described({"ResourceNotFoundException"})
            return  # many roles may use the collection that is there and create none
        with (
            suppress(RefusedError),  # another process was first
            translated("CreateCollection", self._id, {"ResourceAlreadyExistsException"}),
        ):
            await self._service.made(
                "CreateCollection", lambda: client.create_collection(CollectionId=self._id)
            )

    async def delete(self) -> None:
        """Delete the collection with its faces; an unknown one is no error."""
        client = self._service.client
        with (
            suppress(RefusedError),
            translated("DeleteCollection", self._id, {"ResourceNotFoundException"}),
        ):
            await self._service.made(
                "DeleteCollection", lambda: client.delete_collection(CollectionId=self._id)
            )

    async def facts(self) -> CollectionFacts:
        """Return the collection's model and size, at most a minute old."""
        if self._facts and time.monotonic() - self._facts.told < _SECONDS:
            return self._facts
        return await self.facts_now()

    async def facts_now(self) -> CollectionFacts:
        """Ask Rekognition for the collection's model and size."""
        return await self._described(set())

    async def _described(self, expected: set[str]) -> CollectionFacts:
        client = self._service.client
        with translated("DescribeCollection", self._id, expected):
            answer = await self._service.made(
                "DescribeCollection", lambda: client.describe_collection(CollectionId=self._id)
            )
            facts = CollectionFacts(
                model=model_name(answer["FaceModelVersion"]),
                faces=answer["FaceCount"],
                as_of=datetime.now(UTC),
                told=time.monotonic(),
            )
        self._facts = facts
        return facts

    async def detect(self, submission: Submission) -> Detected:
        """Return the faces of the photo, at most 100; raises PhotoUnreadableError too."""
        if submission.is_too_small:
            return Detected(submission.size, ())
        client = self._service.client
        answer, _ = await self._service.shown(
            "DetectFaces",
            self._id,
            submission,
            lambda image: client.detect_faces(Image=image),
        )
        with translated("DetectFaces", self._id):
            faces = [face_of(detail, submission.size) for detail in answer["FaceDetails"]]
        return Detected(submission.size, largest_first(faces))

    async def index(
        self,
        submission: Submission,
        external_image_id: str | None,
        most: int,
        quality_filter: QualityFilterType,
    ) -> tuple[IndexFacesResponseTypeDef, str | None]:
        """Enrol the `most` largest faces that Rekognition sees, those that are good enough."""
        client = self._service.client

        async def index(image: ImageTypeDef) -> IndexFacesResponseTypeDef:
            request: IndexFacesRequestTypeDef = {
                "CollectionId": self._id,
                "Image": image,
                "MaxFaces": min(most, MOST_INDEXED),
                "QualityFilter": quality_filter,
                "DetectionAttributes": self._service.detection_attributes,
            }
            if external_image_id is not None:
                request["ExternalImageId"] = external_image_id
            return await client.index_faces(**request)

        return await self._service.shown("IndexFaces", self._id, submission, index)

    async def matches(self, submission: Submission, floor: float, most: int) -> list[OwnMatch]:
        """Return up to `most` matches of the largest face, strongest first; raises NoFaceError."""
        client = self._service.client

        async def search(image: ImageTypeDef) -> SearchFacesByImageResponseTypeDef:
            return await client.search_faces_by_image(
                CollectionId=self._id, Image=image, MaxFaces=most, FaceMatchThreshold=floor
            )

        answer, _ = await self._service.shown("SearchFacesByImage", self._id, submission, search)
        with translated("SearchFacesByImage", self._id):
            return [match_of(match) for match in answer["FaceMatches"]]

    async def matches_of(self, face_id: str, floor: float, most: int) -> list[OwnMatch]:
        """Return up to `most` matches of an enrolled face; raises FaceNotHeldError."""
        if not is_face_id(face_id):
            raise FaceNotHeldError
        for seconds in _PAUSES:
            try:
                return await self._matches_of(face_id, floor, most)
            except FaceNotHeldError:
                await asyncio.sleep(seconds)
        return await self._matches_of(face_id, floor, most)

    async def _matches_of(self, face_id: str, floor: float, most: int) -> list[OwnMatch]:
        client = self._service.client
        try:
            with translated("SearchFaces", self._id, {"InvalidParameterException"}):
                answer = await self._service.made(
                    "SearchFaces",
                    lambda: client.search_faces(
                        CollectionId=self._id,
                        FaceId=face_id,
                        MaxFaces=most,
                        FaceMatchThreshold=floor,
                    ),
                )
                return [match_of(match) for match in answer["FaceMatches"]]
        except RefusedError as error:
            if _UNKNOWN_FACE in str(error):
                raise FaceNotHeldError from error
            raise EngineMisconfiguredError(f"Rekognition refuses SearchFaces: {error}") from error

    async def held(
        self, after: str | None, user_id: str | None = None, most: int = MOST_FACES
    ) -> HeldFaces:
        """Return a page of the faces in the collection, or of a user's."""
        client = self._service.client
        request: ListFacesRequestTypeDef = {"CollectionId": self._id, "MaxResults": most}
        if after is not None:
            request["NextToken"] = after
        if user_id is not None:
            request["UserId"] = user_id
        with translated("ListFaces", self._id):
            page = await self._service.made("ListFaces", lambda: client.list_faces(**request))
            items = tuple(
                HeldFace(face["FaceId"], face.get("ExternalImageId", "")) for face in page["Faces"]
            )
        return HeldFaces(items, page.get("NextToken") or None)

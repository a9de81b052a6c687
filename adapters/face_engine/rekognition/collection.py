"""One face collection of Amazon Rekognition: its calls, with the core's errors."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.face_engine.rekognition.answers import face_of, match_of
from adapters.face_engine.rekognition.errors import error_code, translated
from app.domain.errors import EngineMisconfiguredError
from app.domain.face import Detected, largest_first
from app.ports.face_engine import HeldFace, HeldFaces, Match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_aiobotocore_rekognition import RekognitionClient
    from types_aiobotocore_rekognition.type_defs import IndexFacesResponseTypeDef

    from adapters.face_engine.rekognition.submission import Submission

MOST_FACES = 4096
"""In one listing, deletion or search: Amazon Rekognition's API model."""

_SECONDS = 60.0
"""How long the collection's size and model are remembered: asking costs a call a search."""


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    """What Rekognition last said of the collection."""

    model: str
    faces: int
    as_of: datetime
    told: float  # time.monotonic()


class FaceCollection:
    """Calls Rekognition; every method raises EngineUnavailableError or EngineMisconfiguredError."""

    def __init__(self, client: RekognitionClient, collection_id: str) -> None:
        self._client = client
        self._id = collection_id
        self._facts: CollectionFacts | None = None

    async def create_if_missing(self) -> None:
        """Make the collection; one that is there already is left as it is."""
        with translated("DescribeCollection", self._id):
            try:
                await self._client.describe_collection(CollectionId=self._id)
            except ClientError as error:
                if error_code(error) != "ResourceNotFoundException":
                    raise
            else:
                return  # many roles may use the collection that is there and create none
        with translated("CreateCollection", self._id):
            try:
                await self._client.create_collection(CollectionId=self._id)
            except ClientError as error:
                if error_code(error) != "ResourceAlreadyExistsException":
                    raise

    async def facts(self) -> CollectionFacts:
        """Return the collection's model and size, at most a minute old."""
        if self._facts and time.monotonic() - self._facts.told < _SECONDS:
            return self._facts
        return await self.facts_now()

    async def facts_now(self) -> CollectionFacts:
        """Ask Rekognition for the collection's model and size."""
        with translated("DescribeCollection", self._id):
            answer = await self._client.describe_collection(CollectionId=self._id)
            self._facts = CollectionFacts(
                model=model_name(answer["FaceModelVersion"]),
                faces=answer["FaceCount"],
                as_of=datetime.now(UTC),
                told=time.monotonic(),
            )
        return self._facts

    async def detect(self, submission: Submission) -> Detected:
        """Return the faces of the photo, at most 100; raises PhotoUnreadableError too."""
        if submission.is_too_small:
            return Detected(submission.size, ())
        with translated("DetectFaces", self._id):
            answer = await self._client.detect_faces(Image={"Bytes": submission.content})
            faces = [face_of(detail, submission.size) for detail in answer["FaceDetails"]]
        return Detected(submission.size, largest_first(faces))

    async def index(self, image: bytes, external_image_id: str) -> IndexFacesResponseTypeDef:
        """Enrol the largest face that Rekognition sees, if it is good enough."""
        with translated("IndexFaces", self._id):
            return await self._client.index_faces(
                CollectionId=self._id,
                Image={"Bytes": image},
                ExternalImageId=external_image_id,
                MaxFaces=1,
                QualityFilter="AUTO",
            )

    async def matches(self, image: bytes, floor: float, most: int) -> list[Match]:
        """Return up to `most` matches of the largest face, strongest first; raises NoFaceError."""
        with translated("SearchFacesByImage", self._id):
            answer = await self._client.search_faces_by_image(
                CollectionId=self._id,
                Image={"Bytes": image},
                MaxFaces=most,
                FaceMatchThreshold=floor,
            )
            return [match_of(match) for match in answer["FaceMatches"]]

    async def discard(self, face_ids: Sequence[str]) -> None:
        """Delete faces; unknown ones are no error."""
        reasons: set[str] = set()
        for start in range(0, len(face_ids), MOST_FACES):
            with translated("DeleteFaces", self._id):
                answer = await self._client.delete_faces(
                    CollectionId=self._id, FaceIds=face_ids[start : start + MOST_FACES]
                )
            for failed in answer.get("UnsuccessfulFaceDeletions", []):
                reasons.update(failed.get("Reasons", []))
        if reasons - {"FACE_NOT_FOUND"}:
            raise EngineMisconfiguredError(
                f"Rekognition keeps faces of the collection {self._id} that were to be deleted: "
                f"{', '.join(sorted(reasons))}. Faces associated with a user cannot be deleted."
            )

    async def held(self, after: str | None) -> HeldFaces:
        """Return a page of the faces in the collection."""
        with translated("ListFaces", self._id):
            if after is None:
                page = await self._client.list_faces(CollectionId=self._id, MaxResults=MOST_FACES)
            else:
                page = await self._client.list_faces(
                    CollectionId=self._id, MaxResults=MOST_FACES, NextToken=after
                )
            items = tuple(
                HeldFace(face["FaceId"], face.get("ExternalImageId", "")) for face in page["Faces"]
            )
        return HeldFaces(items, page.get("NextToken") or None)


def model_name(version: str) -> str:
    """Return the name of a face model, which is also that of its scale."""
    return f"rekognition-{version}"

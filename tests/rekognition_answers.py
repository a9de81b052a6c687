"""What the stub of Amazon Rekognition answers: face collections in memory."""

import hashlib
import io
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from PIL import Image, UnidentifiedImageError

from tests.rekognition_model import Fields

FACE_MODEL = "7.0"


@dataclass(frozen=True)
class SeenFace:
    """A face in an image; with `reasons` it is not good enough to be indexed."""

    box: tuple[float, float, float, float]  # left, top, width, height, in ratios
    identity: object
    reasons: tuple[str, ...] = ()

    def detail(self) -> Fields:
        left, top, width, height = self.box
        places = {"eyeLeft": (0.3, 0.4), "eyeRight": (0.7, 0.4), "nose": (0.5, 0.6)}
        places |= {"mouthLeft": (0.35, 0.8), "mouthRight": (0.65, 0.8)}
        return {
            "BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height},
            "Confidence": 99.9,
            "Landmarks": [
                {"Type": name, "X": left + x * width, "Y": top + y * height}
                for name, (x, y) in places.items()
            ],
            "Pose": {"Roll": 0.0, "Yaw": 0.0, "Pitch": 0.0},
            "Quality": {"Brightness": 80.0, "Sharpness": 90.0},
        }


class Recogniser(Protocol):
    """Sees faces in images and says how alike two of them are."""

    def faces(self, image: bytes) -> list[SeenFace]: ...

    def similarity(self, one: object, other: object) -> float: ...


@dataclass(frozen=True)
class Refusal(Exception):  # noqa: N818 -- it is an answer
    """An error as Rekognition answers it."""

    name: str
    message: str
    status: int = 400


@dataclass
class Held:
    """A face in a collection."""

    face: Fields
    identity: object


@dataclass
class Collections:
    """The face collections of one account."""

    recogniser: Recogniser
    page: int = 4096
    held: dict[str, dict[str, Held]] = field(default_factory=dict)

    def answer(self, operation: str, fields: Fields) -> Fields:
        answers = {
            "CreateCollection": self._create,
            "DescribeCollection": self._describe,
            "DetectFaces": self._detect,
            "IndexFaces": self._index,
            "SearchFacesByImage": self._search,
            "DeleteFaces": self._delete,
            "ListFaces": self._list,
        }
        return answers[operation](fields)

    def _collection(self, fields: Fields) -> dict[str, Held]:
        if fields["CollectionId"] not in self.held:
            raise Refusal("ResourceNotFoundException", "The collection id does not exist.")
        return self.held[fields["CollectionId"]]

    def _create(self, fields: Fields) -> Fields:
        if fields["CollectionId"] in self.held:
            raise Refusal("ResourceAlreadyExistsException", "The collection id already exists.")
        self.held[fields["CollectionId"]] = {}
        return {"StatusCode": 200, "FaceModelVersion": FACE_MODEL}

    def _describe(self, fields: Fields) -> Fields:
        count = len(self._collection(fields))
        created = datetime(2026, 1, 1, tzinfo=UTC)
        return {
            "FaceCount": count,
            "FaceModelVersion": FACE_MODEL,
            "CreationTimestamp": created,
        }

    def _detect(self, fields: Fields) -> Fields:
        return {"FaceDetails": [face.detail() for face in self._seen(fields)]}

    def _index(self, fields: Fields) -> Fields:
        collection, seen = self._collection(fields), self._seen(fields)
        kept = [face for face in seen if not face.reasons][: fields.get("MaxFaces", 100)]
        return {
            "FaceRecords": [self._record(collection, fields, face) for face in kept],
            "UnindexedFaces": [
                {
                    "Reasons": list(face.reasons) or ["EXCEEDS_MAX_FACES"],
                    "FaceDetail": face.detail(),
                }
                for face in seen
                if face not in kept
            ],
            "FaceModelVersion": FACE_MODEL,
        }

    def _record(self, collection: dict[str, Held], fields: Fields, seen: SeenFace) -> Fields:
        image = hashlib.sha256(fields["Image"]["Bytes"]).hexdigest()
        name = f"{fields['CollectionId']}/{fields.get('ExternalImageId')}/{image}/{seen.box}"
        detail = seen.detail()
        face = {
            "FaceId": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
            "ImageId": str(uuid.uuid5(uuid.NAMESPACE_OID, image)),
            "BoundingBox": detail["BoundingBox"],
            "Confidence": detail["Confidence"],
            "IndexFacesModelVersion": FACE_MODEL,
        }
        if "ExternalImageId" in fields:
            face["ExternalImageId"] = fields["ExternalImageId"]
        collection[str(face["FaceId"])] = Held(face, seen.identity)
        return {"Face": face, "FaceDetail": detail}

    def _search(self, fields: Fields) -> Fields:
        collection, seen = self._collection(fields), self._seen(fields)
        if not seen:
            message = "There are no faces in the image. Should be at least 1."
            raise Refusal("InvalidParameterException", message)
        probe = seen[0]
        ranked = sorted(
            (
                (self.recogniser.similarity(probe.identity, one.identity), one.face)
                for one in collection.values()
            ),
            key=lambda pair: -pair[0],
        )
        threshold = fields.get("FaceMatchThreshold", 80)
        matches = [
            {"Similarity": similarity, "Face": face}
            for similarity, face in ranked
            if similarity >= threshold
        ]
        return {
            "SearchedFaceBoundingBox": probe.detail()["BoundingBox"],
            "SearchedFaceConfidence": 99.9,
            "FaceMatches": matches[: fields.get("MaxFaces", 80)],
            "FaceModelVersion": FACE_MODEL,
        }

    def _delete(self, fields: Fields) -> Fields:
        collection = self._collection(fields)
        known = [one for one in fields["FaceIds"] if collection.pop(one, None)]
        unknown = [
            {"FaceId": one, "Reasons": ["FACE_NOT_FOUND"]}
            for one in set(fields["FaceIds"]).difference(known)
        ]
        answer: Fields = {"DeletedFaces": known} if known else {}
        return answer | {"UnsuccessfulFaceDeletions": unknown}

    def _list(self, fields: Fields) -> Fields:
        faces = [held.face for _, held in sorted(self._collection(fields).items())]
        start = int(fields.get("NextToken", "0"))
        end = start + min(self.page, fields.get("MaxResults", self.page))
        answer: Fields = {"Faces": faces[start:end], "FaceModelVersion": FACE_MODEL}
        return answer | ({"NextToken": str(end)} if end < len(faces) else {})

    def _seen(self, fields: Fields) -> list[SeenFace]:
        image = fields["Image"]["Bytes"]
        try:
            with Image.open(io.BytesIO(image), formats=("JPEG", "PNG")) as opened:
                opened.load()
        except (UnidentifiedImageError, OSError) as error:
            raise Refusal("InvalidImageFormatException", "Invalid image format.") from error
        if min(opened.size) < 80:
            raise Refusal("InvalidParameterException", "Request has invalid parameters")
        faces = self.recogniser.faces(image)
        return sorted(faces, key=lambda face: -face.box[2] * face.box[3])

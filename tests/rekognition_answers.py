"""What the stub of Amazon Rekognition answers: face collections in memory."""

import hashlib
import io
import uuid
from collections.abc import Callable
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

    @property
    def user_id(self) -> str | None:
        return self.face.get("UserId")


def no_object(bucket: str, name: str) -> bytes | None:
    """Hold nothing in S3."""
    del bucket, name
    return None


@dataclass
class Collections:
    """The face collections of one account."""

    recogniser: Recogniser
    page: int = 4096
    model: str = FACE_MODEL
    objects: Callable[[str, str], bytes | None] = no_object
    unmatched_below: float = 0.0  # faces compared that are less alike come as unmatched
    held: dict[str, dict[str, Held]] = field(default_factory=dict)

    def answer(self, operation: str, fields: Fields) -> Fields:
        answers = {
            "CreateCollection": self._create,
            "DeleteCollection": self._forget,
            "DescribeCollection": self._describe,
            "DetectFaces": self._detect,
            "CompareFaces": self._compare,
            "IndexFaces": self._index,
            "SearchFaces": self._search_face,
            "SearchFacesByImage": self._search,
            "DeleteFaces": self._delete,
            "ListCollections": self._names,
            "ListFaces": self._list,
        }
        return answers[operation](fields)

    def collection(self, fields: Fields) -> dict[str, Held]:
        if fields["CollectionId"] not in self.held:
            raise Refusal("ResourceNotFoundException", "The collection id does not exist.")
        return self.held[fields["CollectionId"]]

    def _create(self, fields: Fields) -> Fields:
        if fields["CollectionId"] in self.held:
            raise Refusal("ResourceAlreadyExistsException", "The collection id already exists.")
        self.held[fields["CollectionId"]] = {}
        return {"StatusCode": 200, "FaceModelVersion": self.model}

    def _forget(self, fields: Fields) -> Fields:
        self.collection(fields)
        del self.held[fields["CollectionId"]]
        return {"StatusCode": 200}

    def _describe(self, fields: Fields) -> Fields:
        count = len(self.collection(fields))
        created = datetime(2026, 1, 1, tzinfo=UTC)
        return {
            "FaceCount": count,
            "FaceModelVersion": self.model,
            "CreationTimestamp": created,
        }

    def _names(self, fields: Fields) -> Fields:
        names = sorted(self.held)
        start = int(fields.get("NextToken", 0))
        end = start + self.page
        more = {"NextToken": str(end)} if end < len(names) else {}
        return {"CollectionIds": names[start:end], **more}

    def _detect(self, fields: Fields) -> Fields:
        return {"FaceDetails": [face.detail() for face in self.seen(fields["Image"])]}

    def _index(self, fields: Fields) -> Fields:
        collection, seen = self.collection(fields), self.seen(fields["Image"])
        unfiltered = fields.get("QualityFilter", "AUTO") == "NONE"
        good = [face for face in seen if unfiltered or not face.reasons]
        kept = good[: fields.get("MaxFaces", 100)]
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
            "FaceModelVersion": self.model,
        }

    def _record(self, collection: dict[str, Held], fields: Fields, seen: SeenFace) -> Fields:
        image = hashlib.sha256(self._content(fields["Image"])).hexdigest()
        name = f"{fields['CollectionId']}/{fields.get('ExternalImageId')}/{image}/{seen.box}"
        detail = seen.detail()
        face = {
            "FaceId": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
            "ImageId": str(uuid.uuid5(uuid.NAMESPACE_OID, image)),
            "BoundingBox": detail["BoundingBox"],
            "Confidence": detail["Confidence"],
            "IndexFacesModelVersion": self.model,
        }
        if "ExternalImageId" in fields:
            face["ExternalImageId"] = fields["ExternalImageId"]
        collection.setdefault(str(face["FaceId"]), Held(face, seen.identity))
        return {"Face": face, "FaceDetail": detail}

    def _search(self, fields: Fields) -> Fields:
        collection, seen = self.collection(fields), self.seen(fields["Image"])
        if not seen:
            message = "There are no faces in the image. Should be at least 1."
            raise Refusal("InvalidParameterException", message)
        return {
            "SearchedFaceBoundingBox": seen[0].detail()["BoundingBox"],
            "SearchedFaceConfidence": 99.9,
            "FaceMatches": self._matches(seen[0].identity, list(collection.values()), fields),
            "FaceModelVersion": self.model,
        }

    def _search_face(self, fields: Fields) -> Fields:
        collection = self.collection(fields)
        if (searched := collection.get(fields["FaceId"])) is None:
            raise Refusal("InvalidParameterException", "faceId was not found in the collection")
        others = [one for one in collection.values() if one is not searched]
        return {
            "SearchedFaceId": fields["FaceId"],
            "FaceMatches": self._matches(searched.identity, others, fields),
            "FaceModelVersion": self.model,
        }

    def _matches(self, identity: object, among: list[Held], fields: Fields) -> list[Fields]:
        found: list[Fields] = [
            {"Similarity": similarity, "Face": one.face}
            for one in among
            if (similarity := self.recogniser.similarity(identity, one.identity))
            >= fields.get("FaceMatchThreshold", 80)
        ]
        return sorted(found, key=lambda one: -one["Similarity"])[: fields.get("MaxFaces", 80)]

    def _compare(self, fields: Fields) -> Fields:
        source, target = self.seen(fields["SourceImage"]), self.seen(fields["TargetImage"])
        if not source or not target:
            raise Refusal("InvalidParameterException", "Request has invalid parameters")
        alike = [
            (self.recogniser.similarity(source[0].identity, one.identity), one) for one in target
        ]
        threshold = max(self.unmatched_below, fields.get("SimilarityThreshold", 80))
        searched = source[0].detail()
        return {
            "SourceImageFace": {key: searched[key] for key in ("BoundingBox", "Confidence")},
            "FaceMatches": [
                {"Similarity": similarity, "Face": one.detail()}
                for similarity, one in sorted(alike, key=lambda pair: -pair[0])
                if similarity >= threshold
            ],
            "UnmatchedFaces": [one.detail() for similarity, one in alike if similarity < threshold],
        }

    def _delete(self, fields: Fields) -> Fields:
        collection, known, failed = self.collection(fields), [], []
        for one in dict.fromkeys(fields["FaceIds"]):
            held = collection.get(one)
            if held is None:
                failed.append({"FaceId": one, "Reasons": ["FACE_NOT_FOUND"]})
            elif held.user_id is not None:
                reasons = ["ASSOCIATED_TO_AN_EXISTING_USER"]
                failed.append({"FaceId": one, "UserId": held.user_id, "Reasons": reasons})
            else:
                del collection[one]
                known.append(one)
        answer: Fields = {"DeletedFaces": known} if known else {}
        return answer | {"UnsuccessfulFaceDeletions": failed}

    def _list(self, fields: Fields) -> Fields:
        faces = [
            held.face
            for _, held in sorted(self.collection(fields).items())
            if fields.get("UserId", held.user_id) == held.user_id
        ]
        start = int(fields.get("NextToken", "0"))
        end = start + min(self.page, fields.get("MaxResults", self.page))
        answer: Fields = {"Faces": faces[start:end], "FaceModelVersion": self.model}
        return answer | ({"NextToken": str(end)} if end < len(faces) else {})

    def seen(self, image: Fields) -> list[SeenFace]:
        """Return the faces of an image, largest first."""
        content = self._content(image)
        try:
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
                opened.load()
        except (UnidentifiedImageError, OSError) as error:
            raise Refusal("InvalidImageFormatException", "Invalid image format.") from error
        if min(opened.size) < 80:
            raise Refusal("InvalidParameterException", "Request has invalid parameters")
        faces = self.recogniser.faces(content)
        return sorted(faces, key=lambda face: -face.box[2] * face.box[3])

    def _content(self, image: Fields) -> bytes:
        if "Bytes" in image:
            return bytes(image["Bytes"])
        named = image["S3Object"]
        content = self.objects(named["Bucket"], named["Name"])
        if content is None:
            message = "Unable to get object metadata from S3. Check key, region and permissions."
            raise Refusal("InvalidS3ObjectException", message)
        return content

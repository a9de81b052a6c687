"""A stand-in behind the simulated AWS: collections of made-up faces that cost no computing.

It looks at no image. A face id follows from the collection, the external image id and the bytes,
so that the same photo indexed again is the same face, as with Amazon Rekognition.
"""

import base64
import binascii
import hashlib
import json
import uuid
from collections import defaultdict
from typing import Any

from aiohttp import web

TARGET = "X-Amz-Target"
CONTENT_TYPE = "application/x-amz-json-1.1"
MODEL = "7.0"

_BOX = {"Width": 0.5, "Height": 0.5, "Left": 0.25, "Top": 0.25}
_POINTS = {
    "eyeLeft": (0.4, 0.4),
    "eyeRight": (0.6, 0.4),
    "nose": (0.5, 0.5),
    "mouthLeft": (0.42, 0.62),
    "mouthRight": (0.58, 0.62),
}
_DETAIL = {
    "BoundingBox": _BOX,
    "Confidence": 99.9,
    "Landmarks": [{"Type": name, "X": x, "Y": y} for name, (x, y) in _POINTS.items()],
    "Pose": {"Roll": 0.0, "Yaw": 0.0, "Pitch": 0.0},
    "Quality": {"Brightness": 80.0, "Sharpness": 90.0},
}


class LightRekognition:
    """Answers the operations that indexing and searching need."""

    def __init__(self) -> None:
        self._collections: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def app(self) -> web.Application:
        """Return the application to serve."""
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_post("/", self._answered)
        return app

    async def _answered(self, request: web.Request) -> web.Response:
        operation = operation_of(request)
        fields = json.loads(await request.read())
        answer = getattr(self, f"_{operation}", None)
        if answer is None:
            return answered({"__type": "UnknownOperationException"}, 400)
        return answered(answer(fields))

    def _CreateCollection(self, fields: dict[str, Any]) -> object:  # noqa: N802 - AWS's name
        self._collections[fields["CollectionId"]]
        return {"StatusCode": 200, "FaceModelVersion": MODEL}

    def _DescribeCollection(self, fields: dict[str, Any]) -> object:  # noqa: N802 - AWS's name
        faces = self._collections[fields["CollectionId"]]
        return {"FaceCount": len(faces), "FaceModelVersion": MODEL}

    def _IndexFaces(self, fields: dict[str, Any]) -> object:  # noqa: N802 - AWS's name
        face = _face(fields)
        self._collections[fields["CollectionId"]][face["FaceId"]] = face
        return {
            "FaceRecords": [{"Face": face, "FaceDetail": _DETAIL}],
            "FaceModelVersion": MODEL,
            "UnindexedFaces": [],
        }

    def _DetectFaces(self, _: dict[str, Any]) -> object:  # noqa: N802 - AWS's name
        return {"FaceDetails": [_DETAIL]}

    def _SearchFacesByImage(self, fields: dict[str, Any]) -> object:  # noqa: N802 - AWS's name
        faces = list(self._collections[fields["CollectionId"]].values())
        matches = [{"Face": face, "Similarity": 90.0} for face in faces[: fields["MaxFaces"]]]
        return {"FaceMatches": matches, "FaceModelVersion": MODEL, "SearchedFaceBoundingBox": _BOX}

    def _ListFaces(self, fields: dict[str, Any]) -> object:  # noqa: N802 - AWS's name
        faces = list(self._collections[fields["CollectionId"]].values())
        start, most = int(fields.get("NextToken", 0)), fields.get("MaxResults", 4096)
        page: dict[str, object] = {"Faces": faces[start : start + most], "FaceModelVersion": MODEL}
        if start + most < len(faces):
            page["NextToken"] = str(start + most)
        return page

    def _DeleteFaces(self, fields: dict[str, Any]) -> object:  # noqa: N802 - AWS's name
        faces = self._collections[fields["CollectionId"]]
        gone = [face_id for face_id in fields["FaceIds"] if faces.pop(face_id, None)]
        return {"DeletedFaces": gone, "UnsuccessfulFaceDeletions": []}


def operation_of(request: web.Request) -> str:
    """Return the operation's name as the header tells it."""
    return request.headers.get(TARGET, "").rpartition(".")[2]


def answered(body: object, status: int = 200) -> web.Response:
    """Return a JSON answer as AWS writes it."""
    headers = {"x-amzn-RequestId": str(uuid.uuid4())}
    content = json.dumps(body).encode()
    return web.Response(body=content, status=status, headers=headers, content_type=CONTENT_TYPE)


def _face(fields: dict[str, Any]) -> dict[str, Any]:
    try:
        image = base64.b64decode(fields["Image"].get("Bytes", ""))
    except binascii.Error:
        image = b""
    named = json.dumps([fields["CollectionId"], fields.get("ExternalImageId")]).encode()
    image_id = uuid.UUID(bytes=hashlib.sha256(image).digest()[:16])
    face_id = uuid.UUID(bytes=hashlib.sha256(named + image_id.bytes).digest()[:16])
    return {
        "FaceId": str(face_id),
        "ImageId": str(image_id),
        "ExternalImageId": fields.get("ExternalImageId", ""),
        "BoundingBox": _BOX,
        "Confidence": 99.9,
    }

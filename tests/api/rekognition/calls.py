"""A call of every operation, and what its use case is then asked."""

from typing import Any

from app.api.rekognition.answers import model_version
from app.services.collections.call import ObjectName
from tests.api.rekognition.applications import PHOTO, Json
from tests.api.rekognition.use_cases import MODEL, face_id

IMAGE = {"Bytes": PHOTO}
STORED = {"S3Object": {"Bucket": "bucket", "Name": "a/b c.jpg", "Version": "3"}}
JAIL = {"CollectionId": "jail"}
USER = JAIL | {"UserId": "U-1"}
FACES = [face_id(1), face_id(2)]
VERSION = model_version(MODEL)

CALLS: dict[str, tuple[Json, tuple[Any, ...]]] = {
    "CreateCollection": (JAIL | {"Tags": {"a": "b"}}, ("manage.create", "jail", {"a": "b"})),
    "DescribeCollection": ({"CollectionId": "old"}, ("manage.describe", "old")),
    "ListCollections": ({}, ("manage.page", None, 1001)),
    "DeleteCollection": ({"CollectionId": "old"}, ("manage.delete", "old")),
    "IndexFaces": (JAIL | {"Image": IMAGE}, ("index_faces", "jail", b"hello", None, 100, True)),
    "ListFaces": (JAIL, ("list_faces", "jail", None, 1001, None, None)),
    "DeleteFaces": (JAIL | {"FaceIds": FACES}, ("delete_faces", "jail", FACES)),
    "SearchFaces": (
        JAIL | {"FaceId": face_id(1)},
        ("search.by_face", "jail", face_id(1), None, None),
    ),
    "SearchFacesByImage": (
        JAIL | {"Image": STORED},
        ("search.by_image", "jail", ObjectName("bucket", "a/b c.jpg", "3"), None, None),
    ),
    "DetectFaces": ({"Image": IMAGE}, ("detect", b"hello")),
    "CompareFaces": (
        {"SourceImage": IMAGE, "TargetImage": STORED},
        ("compare", b"hello", ObjectName("bucket", "a/b c.jpg", "3"), 80.0),
    ),
    "CreateUser": (USER | {"ClientRequestToken": "t-1"}, ("users.create", "jail", "U-1", "t-1")),
    "DeleteUser": (USER, ("users.delete", "jail", "U-1", None)),
    "ListUsers": (JAIL, ("users.page", "jail", None, 501)),
    "AssociateFaces": (
        USER | {"FaceIds": FACES},
        ("users.associate", "jail", "U-1", FACES, 75.0, None),
    ),
    "DisassociateFaces": (
        USER | {"FaceIds": FACES},
        ("users.disassociate", "jail", "U-1", FACES, None),
    ),
    "SearchUsers": (USER, ("search_users.by_user", "jail", "U-1", None, None)),
    "SearchUsersByImage": (
        JAIL | {"Image": IMAGE},
        ("search_users.by_image", "jail", b"hello", None, None),
    ),
}


def call(operation: str) -> tuple[str, Json]:
    """Return a call's operation and fields."""
    return operation, CALLS[operation][0]

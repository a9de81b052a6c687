from datetime import UTC, datetime

import pytest

from adapters.face_engine.rekognition.answers import (
    compared_face_of,
    face_of,
    match_of,
    model_name,
    refused_association_of,
    user_match_of,
)
from app.domain.collection import AssociationRefusal
from app.domain.face import PhotoSize
from tests.rekognition_model import InvalidRequestError, RekognitionModel, examples

OPERATIONS = [
    "CompareFaces",
    "CreateCollection",
    "DeleteCollection",
    "DeleteFaces",
    "DetectFaces",
    "IndexFaces",
    "ListFaces",
    "SearchFaces",
    "SearchFacesByImage",
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_model_accepts_the_examples_of_aws(operation: str) -> None:
    for example in examples()[operation]:
        assert RekognitionModel().request(operation, example["input"]) == example["input"]
        assert RekognitionModel().answer(operation, example["output"]) == example["output"]


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("IndexFaces", {"CollectionId": "jail", "Image": {}, "ExternalImageId": "a b"}),
        ("IndexFaces", {"CollectionId": "jail"}),
        ("IndexFaces", {"CollectionId": "jail", "Image": {}, "QualityFilter": "SOME"}),
        ("IndexFaces", {"CollectionId": "jail", "Image": {"Bytes": "not base64!"}}),
        ("SearchFacesByImage", {"CollectionId": "jail", "Image": {}, "MaxFaces": 4097}),
        ("SearchFacesByImage", {"CollectionId": "jail", "Image": {}, "FaceMatchThreshold": 101}),
        ("DeleteFaces", {"CollectionId": "jail", "FaceIds": []}),
        ("DescribeCollection", {"CollectionId": "ja il"}),
        ("DescribeCollection", []),
        ("StealFaces", {}),
    ],
)
def test_what_the_model_does_not_allow_is_refused(operation: str, body: object) -> None:
    with pytest.raises(InvalidRequestError):
        RekognitionModel().request(operation, body)


def test_aws_own_answers_are_understood() -> None:
    size = PhotoSize(1000, 500)
    [indexing], [searching] = examples()["IndexFaces"], examples()["SearchFaces"]
    [comparing], [searching_photos] = examples()["CompareFaces"], examples()["SearchFacesByImage"]

    records = indexing["output"]["FaceRecords"]
    for record in records:
        assert face_of(record["FaceDetail"], size).quality.size > 0
    matches = [*searching["output"]["FaceMatches"], *searching_photos["output"]["FaceMatches"]]
    assert all(match_of(match).similarity > 90 for match in matches)
    compared = comparing["output"]
    faces = [compared["SourceImageFace"], *(one["Face"] for one in compared["FaceMatches"])]
    assert all(compared_face_of(face, size).quality.confidence > 90 for face in faces)
    assert model_name("7.0") == "rekognition-7.0"


def test_answers_about_users_are_understood() -> None:
    face_id = "11111111-2222-3333-4444-555555555555"

    match = user_match_of({"Similarity": 99.5, "User": {"UserId": "ann", "UserStatus": "ACTIVE"}})
    refused = refused_association_of(
        {"FaceId": face_id, "Confidence": 12.0, "Reasons": ["LOW_MATCH_CONFIDENCE"]}
    )
    unknown = refused_association_of({"FaceId": face_id, "Reasons": []})

    assert (match.user_id, match.similarity) == ("ann", 99.5)
    assert (refused.similarity, refused.user_id) == (12.0, None)
    assert unknown.reason is AssociationRefusal.LOW_MATCH_CONFIDENCE


@pytest.mark.parametrize(
    ("operation", "request_body", "answer"),
    [
        ("CreateUser", {"UserId": "a:b", "ClientRequestToken": "t"}, {}),
        ("SearchUsers", {"UserId": "a"}, {"UserMatches": []}),
        ("AssociateFaces", {"UserId": "a", "FaceIds": []}, None),
        ("SearchUsersByImage", {"Image": {}, "MaxUsers": 501}, None),
        ("DescribeCollection", {}, {"CreationTimestamp": datetime(2026, 1, 1, tzinfo=UTC)}),
    ],
)
def test_the_model_knows_the_limits_of_users(
    operation: str, request_body: dict[str, object], answer: dict[str, object] | None
) -> None:
    body = {"CollectionId": "jail", **request_body}
    if answer is None:
        with pytest.raises(InvalidRequestError):
            RekognitionModel().request(operation, body)
    else:
        assert RekognitionModel().request(operation, body) == body
        RekognitionModel().answer(operation, answer)

"""Calls reach the use cases with AWS's defaults, and the answers have AWS's shapes."""

from typing import Any

import httpx
import pytest

from app.api.rekognition.answers import model_version
from app.api.rekognition.model import SERVED
from app.domain.collection import Collection, User
from app.domain.errors import EngineUnavailableError, ServiceBusyError
from app.services.collections.call import ObjectName
from tests.api.rekognition.applications import (
    PHOTO,
    Ask,
    Json,
    Office,
    answer,
    refusal,
    target,
)
from tests.api.rekognition.use_cases import (
    CREATED,
    MODEL,
    FakeCollections,
    enrolled,
    face_id,
)
from tests.rekognition_model import RekognitionModel, examples

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
        ("search.by_face", "jail", face_id(1), 100, 80.0),
    ),
    "SearchFacesByImage": (
        JAIL | {"Image": STORED},
        ("search.by_image", "jail", ObjectName("bucket", "a/b c.jpg", "3"), 100, 80.0),
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
    "SearchUsers": (USER, ("search_users.by_user", "jail", "U-1", 100, 80.0)),
    "SearchUsersByImage": (
        JAIL | {"Image": IMAGE},
        ("search_users.by_image", "jail", b"hello", 100, 80.0),
    ),
}
NOT_ESTIMATED = {"OrientationCorrection"}


@pytest.fixture(autouse=True)
def filled(fake: FakeCollections) -> None:
    fake.collections["old"] = Collection("old", MODEL, CREATED)
    fake.faces = [enrolled(1), enrolled(2, is_named=False), enrolled(3, user_id="U-1")]
    fake.people = [User("U-1", 2), User("U-2", 0)]


@pytest.mark.parametrize("operation", SERVED)
async def test_a_call_reaches_its_use_case_with_awss_defaults(
    ask: Ask, fake: FakeCollections, operation: str
) -> None:
    fields, expected = CALLS[operation]

    response = await ask(operation, fields)

    RekognitionModel().check_answer(operation, answer(response))
    assert fake.asked() == expected
    assert fake.call.operation == operation


@pytest.mark.parametrize("operation", sorted(set(SERVED) & set(examples())))
async def test_an_answer_has_what_awss_example_of_it_has(
    ask: Ask, fake: FakeCollections, operation: str
) -> None:
    fields, _ = CALLS[operation]
    [example] = examples()[operation]

    given = answer(await ask(operation, fields))

    assert _members(example["output"]) - _members(given) <= NOT_ESTIMATED
    assert fake.calls


def _members(value: object, path: str = "") -> set[str]:
    """Name every member of an example, those of all items of a list together."""
    if isinstance(value, dict):
        inner = (_members(one, f"{path}.{name}".lstrip(".")) for name, one in value.items())
        return {path}.union(*inner) - {""}
    if isinstance(value, list):
        return {path}.union(*(_members(one, path) for one in value))
    return {path}


async def test_what_is_said_replaces_the_defaults(ask: Ask, fake: FakeCollections) -> None:
    said = {"MaxFaces": 7, "QualityFilter": "NONE", "ExternalImageId": "B-7"}
    await ask("IndexFaces", JAIL | {"Image": IMAGE} | said)
    assert fake.asked() == ("index_faces", "jail", b"hello", "B-7", 7, False)

    await ask("IndexFaces", JAIL | {"Image": IMAGE, "MaxFaces": 5000, "QualityFilter": "LOW"})
    assert fake.asked()[-2:] == (100, True)

    limits = {"MaxFaces": 3, "FaceMatchThreshold": 0}
    await ask("SearchFacesByImage", JAIL | {"Image": IMAGE} | limits)
    assert fake.asked()[-2:] == (3, 0.0)

    await ask("ListFaces", JAIL | {"UserId": "U-1", "FaceIds": FACES, "MaxResults": 9})
    assert fake.asked() == ("list_faces", "jail", None, 10, "U-1", FACES)

    await ask(
        "CompareFaces", {"SourceImage": IMAGE, "TargetImage": IMAGE, "SimilarityThreshold": 0.85}
    )
    assert fake.asked()[-1] == 0.85

    await ask("SearchUsers", JAIL | {"FaceId": face_id(1), "MaxUsers": 5, "UserMatchThreshold": 90})
    assert fake.asked() == ("search_users.by_face", "jail", face_id(1), 5, 90.0)


async def test_a_collection_is_named_in_the_region_that_its_client_means(
    client: httpx.AsyncClient,
) -> None:
    claim = "AWS4-HMAC-SHA256 Credential=a/20150830/eu-west-1/rekognition/aws4_request,"
    elsewhere = {"Authorization": f"{claim} SignedHeaders=host, Signature=0"}
    created = await client.post("/", json=JAIL, headers=target("CreateCollection"))
    sent = target("DescribeCollection") | elsewhere
    described = await client.post("/", json=JAIL, headers=sent)

    assert (
        answer(created)["CollectionArn"] == "aws:rekognition:us-east-1:000000000000:collection/jail"
    )
    facts = answer(described)
    assert facts["CollectionARN"] == "arn:aws:rekognition:eu-west-1:000000000000:collection/jail"
    assert facts["CreationTimestamp"] == 1772600767.891
    assert (facts["FaceCount"], facts["UserCount"], facts["FaceModelVersion"]) == (3, 1, VERSION)


async def test_faces_are_told_as_they_were_measured(ask: Ask) -> None:
    whole, bare = answer(await ask("DetectFaces", {"Image": IMAGE}))["FaceDetails"]

    assert whole == {
        "BoundingBox": {"Width": 0.4, "Height": 0.5, "Left": 0.3, "Top": 0.2},
        "Confidence": 99.5,
        "Pose": {"Roll": 0.2, "Yaw": -3.0, "Pitch": 1.5},
        "Quality": {"Brightness": 64.0, "Sharpness": 81.0},
        "Landmarks": [
            {"Type": "eyeLeft", "X": 0.4, "Y": 0.35},
            {"Type": "eyeRight", "X": 0.6, "Y": 0.35},
            {"Type": "nose", "X": 0.5, "Y": 0.5},
        ],
    }
    assert set(bare) == {"BoundingBox", "Confidence"}


async def test_only_a_name_that_was_given_is_told(ask: Ask) -> None:
    named, unnamed, owned = answer(await ask("ListFaces", JAIL))["Faces"]

    assert (named["ExternalImageId"], named["IndexFacesModelVersion"]) == ("B-1", VERSION)
    assert "ExternalImageId" not in unnamed
    assert "UserId" not in named
    assert owned["UserId"] == "U-1"


async def test_the_strongest_comes_first_and_none_is_above_100(ask: Ask) -> None:
    found = answer(await ask("SearchFacesByImage", JAIL | {"Image": IMAGE}))
    compared = answer(await ask("CompareFaces", {"SourceImage": IMAGE, "TargetImage": IMAGE}))

    assert [one["Similarity"] for one in found["FaceMatches"]] == [99.9877, 88.1235]
    assert found["SearchedFaceConfidence"] == 99.5
    assert [one["Similarity"] for one in compared["FaceMatches"]] == [100.0, 91.2346]


async def test_faces_that_were_not_taken_are_told_with_the_reason(ask: Ask) -> None:
    indexed = answer(await ask(*_call("IndexFaces")))
    deleted = answer(await ask(*_call("DeleteFaces")))
    joined = answer(await ask(*_call("AssociateFaces")))
    parted = answer(await ask(*_call("DisassociateFaces")))

    assert indexed["UnindexedFaces"][0]["Reasons"] == ["LOW_BRIGHTNESS"]
    assert deleted["UnsuccessfulFaceDeletions"] == [
        {"FaceId": face_id(2), "Reasons": ["FACE_NOT_FOUND"]},
        {"FaceId": face_id(9), "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"], "UserId": "U-1"},
    ]
    assert joined["UnsuccessfulFaceAssociations"] == [
        {"FaceId": face_id(2), "Reasons": ["LOW_MATCH_CONFIDENCE"], "Confidence": 61.2346}
    ]
    assert joined["UserStatus"] == "ACTIVE"
    assert parted["UnsuccessfulFaceDisassociations"] == [
        {"FaceId": face_id(2), "Reasons": ["ASSOCIATED_TO_A_DIFFERENT_USER"], "UserId": "U-2"}
    ]
    assert parted["UserStatus"] == "CREATED"


def _call(operation: str) -> tuple[str, Json]:
    return operation, CALLS[operation][0]


async def test_a_photo_without_a_face_finds_no_user_and_is_no_error(
    ask: Ask, fake: FakeCollections
) -> None:
    whole = answer(await ask(*_call("SearchUsersByImage")))
    fake.probe = ()
    empty = answer(await ask(*_call("SearchUsersByImage")))

    assert whole["SearchedFace"]["FaceDetail"]["Confidence"] == 99.5
    assert whole["UnsearchedFaces"][0]["Reasons"] == ["FACE_NOT_LARGEST"]
    assert empty == {"UserMatches": [], "UnsearchedFaces": [], "FaceModelVersion": VERSION}


@pytest.mark.parametrize(
    ("model", "version"),
    [("rekognition-7.0", "7.0"), ("rekognition-x", "1.2426770734"), (MODEL, VERSION)],
)
def test_a_model_is_a_version_number_to_clients(model: str, version: str) -> None:
    assert model_version(model) == version
    assert model_version(f"{model}x") != version


@pytest.mark.parametrize(
    ("operation", "member", "more"),
    [
        ("ListCollections", "CollectionIds", {}),
        ("ListFaces", "Faces", JAIL),
        ("ListUsers", "Users", JAIL),
    ],
)
async def test_lists_are_read_page_by_page(
    ask: Ask, fake: FakeCollections, operation: str, member: str, more: Json
) -> None:
    fake.collections["new"] = Collection("new", MODEL, CREATED)
    first = answer(await ask(operation, more | {"MaxResults": 1}))
    second = answer(await ask(operation, more | {"MaxResults": 5, "NextToken": first["NextToken"]}))
    whole = answer(await ask(operation, more))

    assert first[member] + second[member] == whole[member]
    assert "NextToken" not in second
    assert len(first[member]) == 1


async def test_a_token_of_another_list_is_refused(ask: Ask) -> None:
    token = answer(await ask("ListFaces", JAIL | {"MaxResults": 1}))["NextToken"]

    for operation, fields in (("ListUsers", JAIL), ("ListFaces", {"CollectionId": "old"})):
        response = await ask(operation, fields | {"NextToken": token})
        refusal(response, "InvalidPaginationTokenException")


async def test_a_busy_service_says_when_to_come_again(ask: Ask, fake: FakeCollections) -> None:
    fake.error = ServiceBusyError()

    response = await ask("ListCollections", {})

    refusal(response, "ProvisionedThroughputExceededException")
    assert response.headers["x-amz-retry-after"] == "2000"


@pytest.mark.parametrize(
    "error", [EngineUnavailableError("10.0.0.5"), ZeroDivisionError("10.0.0.5")]
)
async def test_what_is_wrong_here_is_an_internal_server_error(
    ask: Ask, fake: FakeCollections, error: Exception
) -> None:
    fake.error = error

    message = refusal(await ask("ListCollections", {}), "InternalServerError", 500)

    assert "10.0.0.5" not in message


@pytest.mark.parametrize("operation", ["DetectLabels", "StartFaceDetection", "TagResource"])
async def test_an_operation_that_is_not_served_says_which_are(ask: Ask, operation: str) -> None:
    message = refusal(await ask(operation, {}), "AccessDeniedException")

    assert all(name in message for name in SERVED)


@pytest.mark.parametrize(
    "sent",
    ["", "SearchFaces", "RekognitionService.", "RekognitionService.StealFaces", "S3.ListFaces"],
)
async def test_what_names_no_operation_is_unknown(client: httpx.AsyncClient, sent: str) -> None:
    response = await client.post("/", json={}, headers={"X-Amz-Target": sent})

    refusal(response, "UnknownOperationException")


async def test_only_post_is_served_here(client: httpx.AsyncClient) -> None:
    response = await client.get("/")

    assert response.status_code == 405
    assert response.headers["Content-Type"] == "application/problem+json"


async def test_calls_are_counted_by_operation(client: httpx.AsyncClient, ask: Ask) -> None:
    await ask("ListCollections", {})
    await ask("DetectLabels", {})

    metrics = (await client.get("/metrics")).text

    assert 'route="/ ListCollections",status="200"' in metrics
    assert 'route="/",status="400"' in metrics
    assert "DetectLabels" not in metrics


def test_every_operation_is_tried_here() -> None:
    assert set(CALLS) == set(SERVED)


async def test_no_answer_is_without_its_request_id(
    client: httpx.AsyncClient, office: Office
) -> None:
    sent = target("ListCollections") | {"X-Request-ID": "mine-1"}

    response = await client.post("/", json={}, headers=sent)

    assert response.headers["x-amzn-RequestId"] == response.headers["X-Request-ID"] == "mine-1"
    assert office.collections.call.actor.request_id == "mine-1"

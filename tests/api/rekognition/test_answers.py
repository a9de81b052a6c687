"""Answers say what was found and measured, in AWS's words, and nothing else."""

import httpx
import pytest

from app.api.rekognition.answers import model_version
from tests.api.rekognition.applications import Ask, answer, target
from tests.api.rekognition.calls import IMAGE, JAIL, VERSION, call
from tests.api.rekognition.use_cases import MODEL, FakeCollections, face_id

pytestmark = pytest.mark.usefixtures("filled")


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
    indexed = answer(await ask(*call("IndexFaces")))
    deleted = answer(await ask(*call("DeleteFaces")))
    joined = answer(await ask(*call("AssociateFaces")))
    parted = answer(await ask(*call("DisassociateFaces")))

    assert indexed["UnindexedFaces"][0]["Reasons"] == ["LOW_BRIGHTNESS"]
    assert deleted["UnsuccessfulFaceDeletions"] == [
        {"FaceId": face_id(2), "Reasons": ["FACE_NOT_FOUND"]},
        {"FaceId": face_id(9), "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"], "UserId": "U-1"},
    ]
    assert joined["UnsuccessfulFaceAssociations"] == [
        {"FaceId": face_id(2), "Reasons": ["LOW_MATCH_CONFIDENCE"], "Confidence": 61.2346},
        {"FaceId": face_id(3), "Reasons": ["FACE_NOT_FOUND"]},
    ]
    assert joined["UserStatus"] == "ACTIVE"
    assert parted["UnsuccessfulFaceDisassociations"] == [
        {"FaceId": face_id(2), "Reasons": ["ASSOCIATED_TO_A_DIFFERENT_USER"], "UserId": "U-2"}
    ]
    assert parted["UserStatus"] == "CREATED"


async def test_a_photo_without_a_face_finds_no_user_and_is_no_error(
    ask: Ask, fake: FakeCollections
) -> None:
    whole = answer(await ask(*call("SearchUsersByImage")))
    fake.probe = ()
    empty = answer(await ask(*call("SearchUsersByImage")))

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

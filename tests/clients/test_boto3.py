"""boto3, unmodified, pointed at the service by its endpoint setting."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.clients.conftest import Endpoint, Portraits

_ONCE = Config(retries={"total_max_attempts": 1})


def client_of(endpoint: Endpoint, secret: str | None = None) -> Any:  # noqa: ANN401 - made by boto3
    return boto3.client(
        "rekognition",
        endpoint_url=endpoint.url,
        region_name="us-east-1",
        aws_access_key_id=endpoint.access_key_id,
        aws_secret_access_key=secret or endpoint.secret_access_key,
        config=_ONCE,
    )


@pytest.fixture(scope="module")
def rekognition(endpoint: Endpoint) -> Any:  # noqa: ANN401 - made by boto3
    return client_of(endpoint)


@pytest.fixture(scope="module")
def indexed(rekognition: Any, portraits: Portraits) -> Iterator[dict[str, str]]:  # noqa: ANN401 - boto3 types no client
    """A collection of the portraits; gives each one's face id."""
    rekognition.create_collection(CollectionId="boto3")

    def index(name: str) -> str:
        answer = rekognition.index_faces(
            CollectionId="boto3",
            Image={"Bytes": portraits.booked[name].read_bytes()},
            ExternalImageId=name,
            MaxFaces=1,
        )
        [record] = answer["FaceRecords"]
        return str(record["Face"]["FaceId"])

    with ThreadPoolExecutor(2) as threads:
        face_ids = dict(zip(portraits.booked, threads.map(index, portraits.booked), strict=True))
    yield face_ids
    rekognition.delete_collection(CollectionId="boto3")


def test_the_collection_says_what_it_holds(rekognition: Any, indexed: dict[str, str]) -> None:  # noqa: ANN401 - boto3 types no client
    described = rekognition.describe_collection(CollectionId="boto3")
    listed = rekognition.get_paginator("list_collections").paginate().build_full_result()

    assert described["FaceCount"] == len(indexed)
    assert described["UserCount"] == 0
    assert "boto3" in listed["CollectionIds"]


def test_all_faces_are_listed_in_pages(rekognition: Any, indexed: dict[str, str]) -> None:  # noqa: ANN401 - boto3 types no client
    pages = list(
        rekognition.get_paginator("list_faces").paginate(
            CollectionId="boto3", PaginationConfig={"PageSize": 2}
        )
    )

    faces = [face for page in pages for face in page["Faces"]]
    assert {face["ExternalImageId"]: face["FaceId"] for face in faces} == indexed
    assert len(faces) == len(indexed)
    assert len(pages) >= len(indexed) // 2


def test_another_photo_of_a_person_finds_that_person_first(
    rekognition: Any,  # noqa: ANN401 - boto3 types no client
    indexed: dict[str, str],
    portraits: Portraits,
) -> None:
    assert indexed
    for name, probe in portraits.probes.items():
        answer = rekognition.search_faces_by_image(
            CollectionId="boto3", Image={"Bytes": probe.read_bytes()}, MaxFaces=5
        )

        first = answer["FaceMatches"][0]
        assert first["Face"]["ExternalImageId"] == name
        assert first["Similarity"] >= 80


def test_the_same_image_again_adds_nothing(
    rekognition: Any,  # noqa: ANN401 - boto3 types no client
    indexed: dict[str, str],
    portraits: Portraits,
) -> None:
    name, photo = next(iter(portraits.booked.items()))

    again = rekognition.index_faces(
        CollectionId="boto3", Image={"Bytes": photo.read_bytes()}, ExternalImageId=name
    )

    assert again["FaceRecords"][0]["Face"]["FaceId"] == indexed[name]
    assert rekognition.describe_collection(CollectionId="boto3")["FaceCount"] == len(indexed)


def test_an_enrolled_face_is_searched_without_itself(
    rekognition: Any,  # noqa: ANN401 - boto3 types no client
    indexed: dict[str, str],
) -> None:
    face_id = next(iter(indexed.values()))

    answer = rekognition.search_faces(
        CollectionId="boto3", FaceId=face_id, FaceMatchThreshold=0, MaxFaces=4096
    )

    assert answer["SearchedFaceId"] == face_id
    found = [match["Face"]["FaceId"] for match in answer["FaceMatches"]]
    assert sorted(found) == sorted(set(indexed.values()) - {face_id})


def test_a_user_of_two_photos_is_found(
    rekognition: Any,  # noqa: ANN401 - boto3 types no client
    indexed: dict[str, str],
    portraits: Portraits,
) -> None:
    name, probe = next(iter(portraits.probes.items()))
    rekognition.create_user(CollectionId="boto3", UserId="P-1")
    associated = rekognition.associate_faces(
        CollectionId="boto3", UserId="P-1", FaceIds=[indexed[name]]
    )

    found = rekognition.search_users_by_image(
        CollectionId="boto3", Image={"Bytes": probe.read_bytes()}
    )
    refused = rekognition.delete_faces(CollectionId="boto3", FaceIds=[indexed[name]])
    rekognition.disassociate_faces(CollectionId="boto3", UserId="P-1", FaceIds=[indexed[name]])
    rekognition.delete_user(CollectionId="boto3", UserId="P-1")

    assert associated["AssociatedFaces"] == [{"FaceId": indexed[name]}]
    assert found["UserMatches"][0]["User"] == {"UserId": "P-1", "UserStatus": "ACTIVE"}
    assert refused["UnsuccessfulFaceDeletions"][0]["Reasons"] == ["ASSOCIATED_TO_AN_EXISTING_USER"]
    assert rekognition.list_users(CollectionId="boto3")["Users"] == []


def test_faces_are_deleted(rekognition: Any, portraits: Portraits) -> None:  # noqa: ANN401 - boto3 types no client
    rekognition.create_collection(CollectionId="short-lived")
    photo = next(iter(portraits.booked.values())).read_bytes()
    answer = rekognition.index_faces(CollectionId="short-lived", Image={"Bytes": photo})
    face_id = answer["FaceRecords"][0]["Face"]["FaceId"]

    deleted = rekognition.delete_faces(CollectionId="short-lived", FaceIds=[face_id])

    assert deleted["DeletedFaces"] == [face_id]
    assert rekognition.list_faces(CollectionId="short-lived")["Faces"] == []
    rekognition.delete_collection(CollectionId="short-lived")


def test_two_photos_are_compared(rekognition: Any, portraits: Portraits) -> None:  # noqa: ANN401 - boto3 types no client
    name, probe = next(iter(portraits.probes.items()))

    same = rekognition.compare_faces(
        SourceImage={"Bytes": probe.read_bytes()},
        TargetImage={"Bytes": portraits.booked[name].read_bytes()},
    )

    assert len(same["FaceMatches"]) == 1
    assert same["UnmatchedFaces"] == []


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("create_collection", {"CollectionId": "no spaces"}, "InvalidParameterException"),
        ("create_collection", {"CollectionId": "boto3"}, "ResourceAlreadyExistsException"),
        ("describe_collection", {"CollectionId": "unknown"}, "ResourceNotFoundException"),
        ("delete_collection", {"CollectionId": "unknown"}, "ResourceNotFoundException"),
        ("delete_collection", {"CollectionId": "bookings"}, "AccessDeniedException"),
        ("list_faces", {"CollectionId": "boto3", "MaxResults": 5000}, "InvalidParameterException"),
        (
            "list_faces",
            {"CollectionId": "boto3", "NextToken": "made-up"},
            "InvalidPaginationTokenException",
        ),
        (
            "index_faces",
            {"CollectionId": "boto3", "Image": {"Bytes": b"no photo"}},
            "InvalidImageFormatException",
        ),
        (
            "index_faces",
            {"CollectionId": "boto3", "Image": {"Bytes": bytes(6 * 2**20)}},
            "ImageTooLargeException",
        ),
        (
            "index_faces",
            {"CollectionId": "boto3", "Image": {"Bytes": b"x"}, "ExternalImageId": "a/b"},
            "InvalidParameterException",
        ),
        (
            "index_faces",
            {"CollectionId": "boto3", "Image": {"S3Object": {"Bucket": "none", "Name": "none"}}},
            "InvalidS3ObjectException",
        ),
        (
            "search_faces",
            {"CollectionId": "boto3", "FaceId": "11111111-2222-4333-8444-555555555555"},
            "InvalidParameterException",
        ),
        (
            "search_faces_by_image",
            {"CollectionId": "boto3", "Image": {"Bytes": b"x"}, "FaceMatchThreshold": 101},
            "InvalidParameterException",
        ),
        ("delete_user", {"CollectionId": "boto3", "UserId": "nobody"}, "ResourceNotFoundException"),
    ],
)
def test_each_error_is_raised_as_aws_documents_it(
    rekognition: Any,  # noqa: ANN401 - boto3 types no client
    indexed: dict[str, str],
    operation: str,
    parameters: dict[str, Any],
    code: str,
) -> None:
    assert indexed

    with pytest.raises(getattr(rekognition.exceptions, code)) as raised:
        getattr(rekognition, operation)(**parameters)

    assert raised.value.response["Error"]["Code"] == code
    assert raised.value.response["Error"]["Message"]


def test_a_wrong_secret_is_refused(endpoint: Endpoint) -> None:
    with pytest.raises(ClientError) as raised:
        client_of(endpoint, "not-the-secret").list_collections()

    assert raised.value.response["Error"]["Code"] == "InvalidSignatureException"


def test_an_unknown_key_is_refused(endpoint: Endpoint) -> None:
    stranger = Endpoint(endpoint.url, "AKIAIOSFODNN7EXAMPLE", "anything")

    with pytest.raises(ClientError) as raised:
        client_of(stranger).list_collections()

    assert raised.value.response["Error"]["Code"] == "UnrecognizedClientException"

"""An unmodified AWS SDK on a socket: every documented error is raised as that exception."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.config import Config
from botocore.session import Session

from app.domain import errors
from app.domain.collection import Collection, User
from app.domain.purpose import Purpose
from tests.api.rekognition.applications import KEY_ID, KEY_SECRET, Office
from tests.api.rekognition.use_cases import CREATED, MODEL, enrolled, face_id
from tests.servers import served

Client = Any  # botocore makes its methods when it runs
NO_FACE = "There are no faces in the image. Should be at least 1."


@pytest.fixture(scope="module")
def office() -> Office:
    return Office()


@pytest.fixture(scope="module")
def url(office: Office) -> Iterator[str]:
    with served(office.application(keys=True), lifespan=True) as url:
        yield url


@pytest.fixture(scope="module")
def sdk(url: str) -> Iterator[Client]:
    client = _client(url)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def afresh(office: Office) -> None:
    office.begin_anew()
    office.collections.collections["jail"] = Collection("jail", MODEL, CREATED)


def _client(url: str, key: str = KEY_ID, secret: str = KEY_SECRET) -> Client:
    config = Config(retries={"mode": "standard", "total_max_attempts": 1})
    return Session().create_client(
        "rekognition",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=config,
    )


def test_a_collection_is_made_described_listed_and_deleted(sdk: Client) -> None:
    made = sdk.create_collection(CollectionId="new", Tags={"county": "Example"})
    described = sdk.describe_collection(CollectionId="new")
    listed = sdk.list_collections()
    deleted = sdk.delete_collection(CollectionId="new")

    assert made["StatusCode"] == deleted["StatusCode"] == 200
    assert described["CreationTimestamp"] == CREATED
    assert listed["CollectionIds"] == ["jail", "new"]
    assert len(listed["FaceModelVersions"]) == 2


def test_faces_are_indexed_and_searched(sdk: Client, office: Office) -> None:
    photo = bytes(range(256)) * 20_000

    indexed = sdk.index_faces(CollectionId="jail", Image={"Bytes": photo}, ExternalImageId="B-1")
    found = sdk.search_faces_by_image(CollectionId="jail", Image={"Bytes": photo})

    assert indexed["FaceRecords"][0]["Face"]["ExternalImageId"] == "B-1"
    assert found["FaceMatches"][0]["Face"]["FaceId"] == face_id(1)
    assert office.collections.asked()[2] == photo


def test_the_paginators_read_everything(sdk: Client, office: Office) -> None:
    office.collections.faces = [enrolled(number) for number in range(25)]
    office.collections.people = [User(f"U-{number:02}", 1) for number in range(7)]

    faces = sdk.get_paginator("list_faces").paginate(CollectionId="jail", MaxResults=4)
    people = sdk.get_paginator("list_users").paginate(CollectionId="jail", MaxResults=2)

    assert len({one["FaceId"] for page in faces for one in page["Faces"]}) == 25
    assert len([one["UserId"] for page in people for one in page["Users"]]) == 7


def test_users_are_made_and_found(sdk: Client, office: Office) -> None:
    user = {"CollectionId": "jail", "UserId": "U-1"}

    sdk.create_user(**user)
    token = office.collections.asked()[-1]
    joined = sdk.associate_faces(**user, FaceIds=[face_id(1), face_id(2)])
    found = sdk.search_users(**user)
    sdk.delete_user(**user)

    assert len(token) == 36  # the SDK's own ClientRequestToken
    assert joined["UserStatus"] == "ACTIVE"
    assert found["UserMatches"][0]["User"] == {"UserId": "U-1", "UserStatus": "ACTIVE"}


@pytest.mark.parametrize(
    ("error", "name", "text"),
    [
        (errors.CollectionExistsError(), "ResourceAlreadyExistsException", "jail already exists"),
        (errors.CollectionNotFoundError(), "ResourceNotFoundException", "jail does not exist"),
        (errors.NoFaceError(), "InvalidParameterException", NO_FACE),
        (errors.FaceNotHeldError(), "InvalidParameterException", "faceId was not found in the"),
        (errors.UnsupportedPhotoError(), "InvalidImageFormatException", "JPEG"),
        (errors.PhotoTooLargeError("Too large."), "ImageTooLargeException", "Too large."),
        (errors.UserExistsError(), "ConflictException", "already exists"),
        (errors.TooManyFacesOfUserError(), "ServiceQuotaExceededException", "100 faces"),
        (errors.IdempotencyKeyReusedError(), "IdempotentParameterMismatchException", "Token"),
        (errors.PurposeRequiredError("Why?"), "AccessDeniedException", "X-Candid-Purpose"),
        (errors.ServiceBusyError(), "ProvisionedThroughputExceededException", "busy"),
        (errors.RecordsUnavailableError(), "InternalServerError", "Try again"),
    ],
)
def test_an_error_is_raised_as_the_exception_that_aws_documents(
    sdk: Client, office: Office, error: Exception, name: str, text: str
) -> None:
    office.collections.error = error

    with pytest.raises(getattr(sdk.exceptions, name), match=text) as raised:
        sdk.search_faces_by_image(CollectionId="jail", Image={"Bytes": b"photo"})

    told = raised.value.response
    assert told["Error"]["Code"] == name
    assert len(told["ResponseMetadata"]["RequestId"]) == 32


@pytest.mark.parametrize(
    ("call", "fields", "name"),
    [
        ("describe_collection", {"CollectionId": "ja il"}, "InvalidParameterException"),
        ("describe_collection", {"CollectionId": "other"}, "ResourceNotFoundException"),
        ("list_faces", {"CollectionId": "jail", "MaxResults": 9999}, "InvalidParameterException"),
        ("list_collections", {"NextToken": "mine"}, "InvalidPaginationTokenException"),
        ("detect_labels", {"Image": {"Bytes": b"x"}}, "AccessDeniedException"),
        ("detect_faces", {"Image": {"Bytes": bytes(6_000_000)}}, "ImageTooLargeException"),
        ("detect_faces", {"Image": {"Bytes": bytes(20_000_000)}}, "ImageTooLargeException"),
        ("detect_faces", {"Image": {}}, "InvalidParameterException"),
    ],
)
def test_a_request_that_aws_would_refuse_is_refused(
    sdk: Client, call: str, fields: dict[str, object], name: str
) -> None:
    with pytest.raises(getattr(sdk.exceptions, name)):
        getattr(sdk, call)(**fields)


@pytest.mark.parametrize(
    ("key", "secret", "code"),
    [
        (KEY_ID, "another secret", "InvalidSignatureException"),
        ("AKIANOBODYKNOWSTHIS1", KEY_SECRET, "UnrecognizedClientException"),
    ],
)
def test_a_wrong_key_or_secret_is_told_even_after_megabytes(
    url: str, key: str, secret: str, code: str
) -> None:
    client = _client(url, key, secret)

    with pytest.raises(client.exceptions.ClientError) as raised:
        client.detect_faces(Image={"Bytes": bytes(5_000_000)})

    client.close()
    assert raised.value.response["Error"]["Code"] == code


def test_a_header_of_ours_can_be_added_to_an_sdks_calls(url: str, office: Office) -> None:
    client = _client(url)
    client.meta.events.register(
        "before-sign.rekognition.*",
        lambda request, **_: request.headers.add_header("X-Candid-Purpose", "missing_person"),
    )

    client.list_collections()

    client.close()
    assert office.collections.call.purpose is Purpose.MISSING_PERSON


def test_curl_signs_as_well(url: str, office: Office) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("there is no curl")
    office.caller = replace(office.caller, case_number="26-1")

    headers = (
        "X-Amz-Target: RekognitionService.ListCollections",
        "Content-Type: application/x-amz-json-1.1",
        "X-Candid-Purpose: training_test",
    )
    ended = subprocess.run(  # noqa: S603 -- curl, on our own server
        [
            *(curl, "--silent", "--aws-sigv4", "aws:amz:us-east-1:rekognition"),
            *("--user", f"{KEY_ID}:{KEY_SECRET}", "--data", "{}", url),
            *(part for header in headers for part in ("--header", header)),
        ],
        capture_output=True,
        check=True,
    )

    assert b'"CollectionIds":["jail"]' in ended.stdout

"""Requests are held against AWS's model: what no SDK checks is checked here."""

import base64
import json

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.api.rekognition.model import IMAGE_BYTES, SERVED, rekognition_model
from app.api.rekognition.operations import OPERATIONS
from tests.api.rekognition.applications import PHOTO, Ask, Json, answer, refusal, target
from tests.api.rekognition.use_cases import FakeCollections, face_id
from tests.rekognition_model import examples

INVALID = "InvalidParameterException"
IMAGE = {"Bytes": PHOTO}
FACE_ID = (
    "satisfy regular expression pattern: "
    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
SEARCH = {"CollectionId": "jail", "Image": IMAGE}


def test_what_is_read_is_what_is_served() -> None:
    assert set(SERVED) == set(OPERATIONS)
    assert rekognition_model() is rekognition_model()


@pytest.mark.parametrize("operation", sorted(set(SERVED) & set(examples())))
def test_awss_own_examples_are_accepted(operation: str) -> None:
    for example in examples()[operation]:
        body = json.dumps(example["input"]).encode()

        assert rekognition_model().request(operation, body) == example["input"]


@pytest.mark.parametrize(
    ("operation", "fields", "faults"),
    [
        (
            "IndexFaces",
            SEARCH | {"ExternalImageId": "train/jane doe.PNG"},
            {"'externalImageId'": r"satisfy regular expression pattern: [a-zA-Z0-9_.\-:]+"},
        ),
        ("DescribeCollection", {}, {"null at 'collectionId'": "not be null"}),
        (
            "SearchFacesByImage",
            SEARCH | {"MaxFaces": 0, "FaceMatchThreshold": 100.5},
            {
                "'maxFaces'": "have value greater than or equal to 1",
                "'faceMatchThreshold'": "have value less than or equal to 100",
            },
        ),
        (
            "SearchFacesByImage",
            SEARCH | {"QualityFilter": "SOME"},
            {"'qualityFilter'": "satisfy enum value set: [NONE, AUTO, LOW, MEDIUM, HIGH]"},
        ),
        (
            "DeleteUser",
            {"CollectionId": "jail", "UserId": "a" * 129},
            {"'userId'": "have length less than or equal to 128"},
        ),
        (
            "DeleteFaces",
            {"CollectionId": "jail", "FaceIds": ["A", "B", "A"]},
            {"'faceIds'": f"satisfy constraint: [Member must {FACE_ID}]"},
        ),
        (
            "DetectFaces",
            {"Image": {"S3Object": {"Bucket": "b", "Name": ""}}},
            {
                "'image.s3Object.bucket'": "have length greater than or equal to 3",
                "'image.s3Object.name'": "have length greater than or equal to 1",
            },
        ),
    ],
)
async def test_a_refusal_names_the_field_and_the_constraint_and_never_the_value(
    ask: Ask, operation: str, fields: Json, faults: dict[str, str]
) -> None:
    message = refusal(await ask(operation, fields), INVALID)

    count = "1 validation error" if len(faults) == 1 else f"{len(faults)} validation errors"
    told = (
        f"Value {place if ' ' in place else f'at {place}'} failed to satisfy constraint: "
        f"Member must {constraint}"
        for place, constraint in faults.items()
    )
    assert message == f"{count} detected: {'; '.join(told)}"


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("CreateCollection", {"CollectionId": ""}),
        ("CreateCollection", {"CollectionId": "a" * 256}),
        ("CreateCollection", {"CollectionId": "jail\n"}),
        ("CreateCollection", {"CollectionId": "jäil"}),
        ("CreateCollection", {"CollectionId": "jail", "Tags": {"aws:x": "1"}}),
        ("CreateCollection", {"CollectionId": "jail", "Tags": {"a\tb": "1"}}),
        ("CreateCollection", {"CollectionId": "jail", "Tags": {"a": "?"}}),
        ("CreateCollection", {"CollectionId": "jail", "Tags": {str(n): "" for n in range(201)}}),
        ("CreateUser", {"CollectionId": "jail", "UserId": "U 1"}),
        ("CreateUser", {"CollectionId": "jail", "UserId": "U-1", "ClientRequestToken": "a b"}),
        ("DeleteFaces", {"CollectionId": "jail", "FaceIds": []}),
        ("DeleteFaces", {"CollectionId": "jail", "FaceIds": [face_id(1)] * 4097}),
        ("AssociateFaces", {"CollectionId": "j", "UserId": "U", "FaceIds": [face_id(1)] * 101}),
        ("IndexFaces", SEARCH | {"MaxFaces": 0}),
        ("IndexFaces", SEARCH | {"DetectionAttributes": ["SHOE_SIZE"]}),
        ("ListFaces", {"CollectionId": "jail", "MaxResults": 4097}),
        ("ListUsers", {"CollectionId": "jail", "MaxResults": 501}),
        ("ListCollections", {"NextToken": "x" * 256}),
        ("SearchFaces", {"CollectionId": "jail", "FaceId": face_id(1).replace("a", "A") + "A"}),
        ("SearchFaces", {"CollectionId": "jail", "FaceId": face_id(1), "FaceMatchThreshold": -1}),
        ("SearchFacesByImage", SEARCH | {"MaxFaces": 4097}),
        ("SearchFacesByImage", {"CollectionId": "jail", "Image": {}}),
        ("SearchFacesByImage", {"CollectionId": "jail", "Image": {"Bytes": ""}}),
        ("DetectFaces", {"Image": {"S3Object": {}}}),
        ("DetectFaces", {"Image": {"S3Object": {"Bucket": "bucket"}}}),
        ("DetectFaces", {"Image": {"S3Object": {"Bucket": "bucket", "Name": "a\0b"}}}),
        ("DetectFaces", {"Image": IMAGE | {"S3Object": {"Bucket": "bucket", "Name": "a"}}}),
        ("CompareFaces", {"SourceImage": IMAGE, "TargetImage": {}}),
        ("SearchUsers", {"CollectionId": "jail"}),
        ("SearchUsers", {"CollectionId": "jail", "UserId": "U-1", "FaceId": face_id(1)}),
    ],
)
async def test_what_aws_does_not_allow_is_refused(
    ask: Ask, fake: FakeCollections, operation: str, fields: Json
) -> None:
    refusal(await ask(operation, fields), INVALID)

    assert fake.calls == []


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("CreateCollection", {"CollectionId": "J_a-1.x", "Tags": {"Área de León": "Ⅳ ½ a_b@c"}}),
        ("CreateCollection", {"CollectionId": "jail", "Tags": None, "Colour": ["red"]}),
        ("ListCollections", {"MaxResults": 0}),
        ("ListFaces", {"CollectionId": "jail", "MaxResults": 5.0}),
        ("SearchFacesByImage", SEARCH | {"MaxFaces": 4096, "FaceMatchThreshold": 0}),
        ("IndexFaces", SEARCH | {"MaxFaces": 10**300, "DetectionAttributes": ["ALL"]}),
    ],
)
async def test_what_aws_allows_is_served(ask: Ask, operation: str, fields: Json) -> None:
    answer(await ask(operation, fields))


async def test_an_image_of_exactly_5_mb_is_read_and_one_byte_more_is_not(
    ask: Ask, fake: FakeCollections
) -> None:
    whole = base64.b64encode(bytes(IMAGE_BYTES)).decode()
    more = base64.b64encode(bytes(IMAGE_BYTES + 1)).decode()

    answer(await ask("DetectFaces", {"Image": {"Bytes": whole}}))
    compared = await ask("CompareFaces", {"SourceImage": IMAGE, "TargetImage": {"Bytes": more}})

    assert fake.asked()[1] == bytes(IMAGE_BYTES)
    assert "5 MB" in refusal(compared, "ImageTooLargeException")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"{}"',
        b"\xff",
        b'{"CollectionId": NaN}',
        b'{"CollectionId": 5}',
        b'{"CollectionId": true}',
        b'{"CollectionId": "a", "MaxResults": "5"}',
        b'{"CollectionId": "a", "MaxResults": true}',
        b'{"CollectionId": "a", "MaxResults": 1.5}',
        b'{"CollectionId": "a", "MaxResults": 1e999}',
        b'{"CollectionId": "a", "FaceIds": [null]}',
        b'{"CollectionId": "a", "NextToken": "\\ud800"}',
        b'{"CollectionId": "a", "Colour": ' + b"[" * 100_000,
        b'{"CollectionId": "a", "MaxResults": ' + b"9" * 5000 + b"}",
    ],
)
async def test_what_is_not_json_of_the_right_types_is_a_serialization_exception(
    client: httpx.AsyncClient, body: bytes
) -> None:
    response = await client.post("/", content=body, headers=target("ListFaces"))

    refusal(response, "SerializationException")


@pytest.mark.parametrize("text", ["not base64!", "aGVsbG8", "ünïcode=", "aGVs\nbG8="])
async def test_bytes_that_are_not_base64_are_a_serialization_exception(ask: Ask, text: str) -> None:
    message = refusal(
        await ask("DetectFaces", {"Image": {"Bytes": text}}), "SerializationException"
    )

    assert "base64" in message
    assert text not in message


async def test_no_body_at_all_is_an_empty_request(client: httpx.AsyncClient) -> None:
    answer(await client.post("/", headers=target("ListCollections")))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
_NAMES = ("CollectionId", "Image", "Bytes", "S3Object", "FaceIds", "UserId", "MaxFaces", "Tags")
_FIELDS = st.dictionaries(
    st.sampled_from(_NAMES),
    _JSON
    | st.just("jail")
    | st.fixed_dictionaries({"Bytes": st.text(max_size=8) | st.just(PHOTO)}),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200
)
@given(operation=st.sampled_from(SERVED), body=_JSON | _FIELDS | st.binary(max_size=40))
async def test_nothing_that_is_sent_is_a_fault_of_ours(
    client: httpx.AsyncClient, operation: str, body: object
) -> None:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()

    response = await client.post("/", content=sent, headers=target(operation))

    assert response.status_code in {200, 400}
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert ("__type" in response.json()) == (response.status_code == 400)

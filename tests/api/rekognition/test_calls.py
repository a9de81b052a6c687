"""Calls reach the use cases with AWS's defaults, and the answers have AWS's shapes."""

import httpx
import pytest

from app.api.rekognition.model import SERVED
from app.api.rekognition.tokens import Place
from app.domain.collection import Collection
from app.domain.errors import EngineUnavailableError, ServiceBusyError
from tests.api.rekognition.applications import Ask, Json, Office, answer, refusal, target
from tests.api.rekognition.calls import CALLS, FACES, IMAGE, JAIL
from tests.api.rekognition.use_cases import CREATED, MODEL, FakeCollections, face_id
from tests.rekognition_model import RekognitionModel, examples

pytestmark = pytest.mark.usefixtures("filled")

NOT_ESTIMATED = {"OrientationCorrection"}


def test_every_operation_is_tried_here() -> None:
    assert set(CALLS) == set(SERVED)


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


async def test_a_forged_token_that_names_no_face_is_refused(ask: Ask) -> None:
    forged = Place("ListFaces", JAIL["CollectionId"]).token("no-face-id")

    response = await ask("ListFaces", JAIL | {"NextToken": forged})

    assert response.json()["__type"] == "InvalidPaginationTokenException"


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


async def test_what_is_neither_a_call_nor_the_page_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.put("/")

    assert response.status_code == 405
    assert response.headers["Content-Type"] == "application/problem+json"


async def test_calls_are_counted_by_operation(client: httpx.AsyncClient, ask: Ask) -> None:
    await ask("ListCollections", {})
    await ask("DetectLabels", {})

    metrics = (await client.get("/metrics")).text

    assert 'route="/ ListCollections",status="200"' in metrics
    assert 'route="/",status="400"' in metrics
    assert "DetectLabels" not in metrics


async def test_no_answer_is_without_its_request_id(
    client: httpx.AsyncClient, office: Office
) -> None:
    sent = target("ListCollections") | {"X-Request-ID": "mine-1"}

    response = await client.post("/", json={}, headers=sent)

    assert response.headers["x-amzn-RequestId"] == response.headers["X-Request-ID"] == "mine-1"
    assert office.collections.call.actor.request_id == "mine-1"

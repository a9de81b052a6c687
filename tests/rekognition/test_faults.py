import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    InvalidRegionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ReadTimeoutError,
    TokenRetrievalError,
)

from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from adapters.face_engine.rekognition.errors import translated
from app.domain.errors import (
    CandidError,
    EngineMisconfiguredError,
    EngineUnavailableError,
    PhotoTooLargeError,
    PhotoUnreadableError,
)
from tests.rekognition.colours import RED, picture
from tests.rekognition_answers import Refusal
from tests.rekognition_stub import RESET, RekognitionStub

PHOTO = picture((RED, (100, 100, 300, 300)))
THROTTLED = Refusal("ThrottlingException", "Slow down")
EXCEEDED = Refusal("ProvisionedThroughputExceededException", "Provisioned Rate exceeded")
BROKEN = Refusal("InternalServerError", "", 500)
BAD_GATEWAY = Refusal("", "", 502)


@pytest.mark.parametrize("fault", [THROTTLED, EXCEEDED, BROKEN, BAD_GATEWAY, RESET])
async def test_what_may_pass_is_tried_once_more_and_then_said_to_be_unavailable(
    engine: RekognitionFaceEngine, stub: RekognitionStub, fault: Refusal | str
) -> None:
    stub.faults = [fault]
    assert (await engine.detect(PHOTO)).faces

    stub.faults = [fault, fault]
    with pytest.raises(EngineUnavailableError):
        await engine.detect(PHOTO)


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("AccessDeniedException", EngineMisconfiguredError, "rekognition:IndexFaces"),
        ("AccessDeniedException", EngineMisconfiguredError, "the collection jail"),
        ("UnrecognizedClientException", EngineMisconfiguredError, "credentials are missing"),
        ("ExpiredTokenException", EngineMisconfiguredError, "expired"),
        ("ServiceQuotaExceededException", EngineMisconfiguredError, "quota"),
        ("InvalidParameterException", EngineMisconfiguredError, "InvalidParameterException"),
        ("SomethingNew", EngineMisconfiguredError, "SomethingNew"),
        ("ImageTooLargeException", PhotoTooLargeError, "too large"),
        ("InvalidImageFormatException", PhotoUnreadableError, "damaged"),
    ],
)
async def test_what_will_not_pass_says_what_to_change(
    engine: RekognitionFaceEngine,
    stub: RekognitionStub,
    name: str,
    error: type[CandidError],
    words: str,
) -> None:
    stub.faults = [Refusal(name, "arn:aws:iam::1234:user/x is not allowed")]

    with pytest.raises(error, match=words) as refused:
        await engine.enrol(PHOTO, "A1", None)

    assert "arn:" not in str(refused.value)


async def test_a_permission_that_knows_no_collection_is_asked_for_on_everything(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    stub.faults = [Refusal("AccessDeniedException", "no")]

    with pytest.raises(EngineMisconfiguredError, match=r"rekognition:DetectFaces on \*"):
        await engine.detect(PHOTO)


async def test_nothing_that_cannot_succeed_is_tried_again(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    names = ("AccessDeniedException", "ServiceQuotaExceededException", "ValidationException")
    for name in names:
        stub.faults = [Refusal(name, "no")]
        stub.calls.clear()

        with pytest.raises(EngineMisconfiguredError):
            await engine.enrol(PHOTO, "A1", None)

        assert (stub.calls, stub.faults) == ([], [])


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (NoRegionError(), EngineMisconfiguredError, "CANDID_ENGINE__REGION"),
        (InvalidRegionError(region_name="x y"), EngineMisconfiguredError, "CANDID_ENGINE__REGION"),
        (NoCredentialsError(), EngineMisconfiguredError, "credentials"),
        (TokenRetrievalError(provider="sso", error_msg=""), EngineMisconfiguredError, "expired"),
        (EndpointConnectionError(endpoint_url="x"), EngineUnavailableError, "ENDPOINT_URL"),
        (ParamValidationError(report="bad"), EngineMisconfiguredError, "DetectFaces"),
        (ReadTimeoutError(endpoint_url="x"), EngineUnavailableError, "try again"),
        (KeyError("FaceDetails"), EngineMisconfiguredError, "ENDPOINT_URL"),
    ],
)
def test_what_never_came_to_an_answer_says_what_to_change(
    fault: Exception, error: type[CandidError], words: str
) -> None:
    with pytest.raises(error, match=words), translated("DetectFaces", "jail"):
        raise fault


async def test_a_missing_collection_is_named_until_it_is_prepared(
    bare_engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    with pytest.raises(EngineMisconfiguredError, match="CANDID_ENGINE__COLLECTION_ID"):
        await bare_engine.ping()

    await bare_engine.prepare()
    await bare_engine.prepare()

    await bare_engine.ping()
    assert [name for name, _ in stub.calls].count("CreateCollection") == 1


async def test_a_collection_that_another_process_has_just_made_is_fine(
    bare_engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    await bare_engine.prepare()
    stub.faults = [Refusal("ResourceNotFoundException", "The collection id does not exist.")]

    await bare_engine.prepare()

    await bare_engine.ping()


async def test_a_fault_between_two_pages_of_matches_is_the_cores_error(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    for number in range(25):
        photo = picture((RED, (10, 10, 50, 30 + number)), size=(80, 80))
        await engine.enrol(photo, f"A{number}", None)
    matches = await engine.search(PHOTO, people=1, floor=0, face=None)
    stub.faults = [BROKEN, BROKEN]

    assert len(await anext(matches.ranked)) == 20
    with pytest.raises(EngineUnavailableError):
        await anext(matches.ranked)


async def test_a_service_that_is_gone_is_unavailable(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    stub.faults = [RESET] * 4

    with pytest.raises(EngineUnavailableError):
        await engine.ping()


async def test_size_and_model_are_asked_once_a_minute(
    engine: RekognitionFaceEngine, stub: RekognitionStub
) -> None:
    stub.calls.clear()
    for _ in range(5):
        await engine.describe()
        await engine.search(PHOTO, people=1, floor=0, face=None)

    assert sum(name == "DescribeCollection" for name, _ in stub.calls) == 1

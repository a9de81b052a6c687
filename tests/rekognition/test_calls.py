"""Attempts, and what they teach, through the real AWS client and a real socket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import repeat

import aioboto3
import pytest
from aiobotocore.config import AioConfig
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ParamValidationError,
    SSLError,
)
from types_aiobotocore_rekognition import RekognitionClient
from typing_extensions import override

from adapters.call_quota import GovernedCallQuota, MemoryQuotaLedger
from adapters.face_engine.rekognition.calls import (
    LONGEST_PAUSE_SECONDS,
    GovernedCalls,
    may_pass,
    pause,
)
from app.domain.errors import EngineUnavailableError, RecordsUnavailableError
from app.ports.call_quota import Admission
from tests.deaf_server import deaf_server
from tests.fakes_quota import FakeCallQuota
from tests.rekognition_answers import Refusal
from tests.rekognition_stub import RESET, RekognitionStub

EXCEEDED = Refusal("ProvisionedThroughputExceededException", "Provisioned Rate exceeded")
SLOW_DOWN = Refusal("ThrottlingException", "Slow down")
UNAVAILABLE = Refusal("ThrottlingException", "Service Unavailable", 500)
DOWNLOADS = Refusal("ProvisionedThroughputExceededException", "S3 download limit exceeded")
BROKEN = Refusal("InternalServerError", "", 500)
BAD_GATEWAY = Refusal("", "", 502)
DENIED = Refusal("AccessDeniedException", "no")

Call = Callable[[], Awaitable[object]]


@pytest.fixture
async def client(
    stub: RekognitionStub, session: aioboto3.Session
) -> AsyncIterator[RekognitionClient]:
    config = AioConfig(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=20)
    async with session.client("rekognition", endpoint_url=stub.url, config=config) as client:
        await client.create_collection(CollectionId="jail")
        stub.calls.clear()
        yield client


@pytest.fixture
def call(client: RekognitionClient) -> Call:
    return lambda: client.describe_collection(CollectionId="jail")


@pytest.mark.parametrize(
    "fault", [EXCEEDED, SLOW_DOWN, UNAVAILABLE, DOWNLOADS, BROKEN, BAD_GATEWAY, RESET]
)
async def test_what_may_pass_is_tried_until_it_passes(
    stub: RekognitionStub, call: Call, fault: Refusal | str
) -> None:
    quota = FakeCallQuota()
    stub.faults = [fault, fault]

    answer = await GovernedCalls(quota)("DescribeCollection", call, urgent=True)

    assert answer
    assert quota.admissions == [("DescribeCollection", True)] * 3


@pytest.mark.parametrize("fault", [EXCEEDED, SLOW_DOWN, UNAVAILABLE])
async def test_throttling_of_the_operation_teaches_the_quota(
    stub: RekognitionStub, call: Call, fault: Refusal
) -> None:
    quota = FakeCallQuota()
    stub.faults = [fault]

    await GovernedCalls(quota)("DescribeCollection", call)

    assert quota.throttlings == [Admission("DescribeCollection", 1.0)]


@pytest.mark.parametrize("fault", [DOWNLOADS, BROKEN, RESET])
async def test_other_faults_teach_it_nothing(
    stub: RekognitionStub, call: Call, fault: Refusal | str
) -> None:
    quota = FakeCallQuota()
    stub.faults = [fault]

    await GovernedCalls(quota)("DescribeCollection", call)

    assert quota.throttlings == []


async def test_what_cannot_succeed_is_not_tried_again(stub: RekognitionStub, call: Call) -> None:
    quota = FakeCallQuota()
    stub.faults = [DENIED]

    with pytest.raises(ClientError, match="AccessDenied"):
        await GovernedCalls(quota)("DescribeCollection", call)

    assert len(quota.admissions) == 1


async def test_when_the_time_is_over_the_last_error_is_told(
    stub: RekognitionStub, call: Call
) -> None:
    stub.faults = list(repeat(BROKEN, 1000))
    with pytest.raises(ClientError, match="InternalServerError"):
        await GovernedCalls(FakeCallQuota(), seconds=0.5)("DescribeCollection", call)

    assert stub.faults


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")  # over 1 MB, aiohttp
async def test_an_upload_that_is_stuck_is_given_up_with_its_connection(
    session: aioboto3.Session,
) -> None:
    heard: list[asyncio.Transport] = []
    calls = GovernedCalls(FakeCallQuota(), seconds=0.5)
    config = AioConfig(retries={"total_max_attempts": 1}, read_timeout=20, max_pool_connections=1)
    async with (
        deaf_server(heard) as url,
        session.client("rekognition", endpoint_url=url, config=config) as deaf,
    ):
        image = bytes(5_000_000)
        for _ in range(2):
            with pytest.raises(EngineUnavailableError):
                await calls("DetectFaces", lambda: deaf.detect_faces(Image={"Bytes": image}))

        assert len(heard) == 2


async def test_a_call_that_gets_no_turn_in_its_time_is_unavailable(call: Call) -> None:
    quota = GovernedCallQuota(MemoryQuotaLedger())
    await quota.admitted("DescribeCollection", urgent=False)

    with pytest.raises(EngineUnavailableError):
        await GovernedCalls(quota, seconds=0.05)("DescribeCollection", call)


async def test_without_the_shared_timeline_no_call_is_made(
    stub: RekognitionStub, call: Call
) -> None:
    class Unreachable(FakeCallQuota):
        @override
        async def admitted(self, operation: str, *, urgent: bool) -> Admission:
            raise RecordsUnavailableError

    with pytest.raises(RecordsUnavailableError):
        await GovernedCalls(Unreachable())("DescribeCollection", call)

    assert stub.calls == []


def test_pauses_are_anything_up_to_an_exponential() -> None:
    early, late = [pause(0) for _ in range(500)], [pause(50) for _ in range(500)]

    assert 0 <= min(early) < 0.01
    assert 0.09 < max(early) <= 0.1
    assert 0.9 * LONGEST_PAUSE_SECONDS < max(late) <= LONGEST_PAUSE_SECONDS
    assert min(late) < 0.1 * LONGEST_PAUSE_SECONDS


def test_lost_connections_may_pass_and_wrong_requests_may_not() -> None:
    assert may_pass(ConnectionClosedError(endpoint_url="http://x"))
    assert may_pass(EndpointConnectionError(endpoint_url="http://x"))
    assert may_pass(ConnectionResetError())
    assert not may_pass(ParamValidationError(report=""))
    assert not may_pass(SSLError(endpoint_url="http://x", error=OSError()))
    assert not may_pass(RuntimeError())

"""A search needs no jail management system: whatever happens there, the candidates come."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.e2e.calls import index, search
from tests.live import LiveService, live_service
from tests.servers import Fault, JailSystem, jail_server, served

DEADLINE, SLACK = 2.0, 1.0  # seconds
BOOKING = {"external_image_id": "A1", "booking_number": "26-1", "last_name": "Sample 1"}
FAULTS = (Fault.HANG, Fault.DRIP, Fault.GARBAGE, Fault.ERROR_500, Fault.HALF_BODY, Fault.REDIRECT)


@pytest.fixture(scope="module")
def jail() -> JailSystem:
    return JailSystem({"A1": BOOKING})


@pytest.fixture(scope="module")
def service(
    jail: JailSystem, portraits: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveService]:
    with (
        served(jail_server(jail)) as jms,
        live_service(tmp_path_factory.mktemp("jms"), JMS__BASE_URL=jms) as service,
    ):
        with service.client() as client:
            index(client, "A1", portraits["DEMO-0001"].read_bytes()).raise_for_status()
        yield service


def timed_search(client: httpx.Client, probe: bytes) -> tuple[float, httpx.Response]:
    began = time.monotonic()
    answer = search(client, probe)
    return time.monotonic() - began, answer


def assert_candidates_without_booking(seconds: float, answer: httpx.Response) -> None:
    assert answer.status_code == 200
    assert seconds < DEADLINE + SLACK
    candidate = answer.json()["candidates"][0]
    assert candidate["external_image_id"] == "A1"
    assert candidate["booking_status"] == "unavailable"
    assert candidate["booking"] is None


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_jms_costs_the_booking_and_nothing_else(
    service: LiveService, jail: JailSystem, portraits: Mapping[str, Path], fault: Fault
) -> None:
    probe = portraits["DEMO-PROBE"].read_bytes()
    with service.client() as client:
        jail.fault = fault
        timed = timed_search(client, probe)
        ready = client.get("/health/ready")
        jail.fault = None
        afterwards = search(client, probe).json()["candidates"][0]

    assert_candidates_without_booking(*timed)
    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"
    assert afterwards["booking"]["booking_number"] == "26-1"


def test_a_jms_that_is_stopped_costs_the_booking_and_nothing_else(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    with served(FastAPI()) as gone:
        pass

    with live_service(tmp_path, JMS__BASE_URL=gone) as service, service.client() as client:
        indexed = index(client, "A1", portraits["DEMO-0001"].read_bytes())
        timed = timed_search(client, portraits["DEMO-PROBE"].read_bytes())
        ready = client.get("/health/ready")

    assert indexed.status_code == 201
    assert_candidates_without_booking(*timed)
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")

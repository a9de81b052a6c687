"""A search needs no jail management system: whatever happens there, the candidates come."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.e2e.calls import index, search
from tests.e2e.importing import ended, people, shelve, start
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
        live_service(
            tmp_path_factory.mktemp("jms"), JMS__BASE_URL=jms, JMS_LOOKUPS__CACHE_SECONDS="0"
        ) as service,
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


def test_a_jms_that_keeps_failing_is_left_alone_and_found_well_again(
    jail: JailSystem, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    probe = portraits["DEMO-PROBE"].read_bytes()
    breaking = {"JMS_LOOKUPS__BREAKER_FAILURES": "2", "JMS_LOOKUPS__BREAKER_SECONDS": "0.2"}
    with (
        served(jail_server(jail)) as jms,
        live_service(
            tmp_path,
            JMS__BASE_URL=jms,
            JMS_LOOKUPS__CACHE_SECONDS="0",
            ENRICH_SECONDS="0.4",
            **breaking,
        ) as service,
        service.client() as client,
    ):
        index(client, "A1", portraits["DEMO-0001"].read_bytes()).raise_for_status()
        jail.fault = Fault.HANG
        failed = [booking_status(client, probe) for _ in range(2)]
        ready = client.get("/health/ready").json()
        metrics = client.get("/metrics").text
        jail.fault = None
        recovered = any(is_found_within_moments(client, probe) for _ in range(50))

    assert failed == ["unavailable", "unavailable"]
    assert (ready["status"], ready["parts"]["jms"]) == ("degraded", "jms_not_asked")
    assert "candid_jms_breaker_openings_total 1.0" in metrics
    assert recovered


def test_an_import_asks_the_jms_that_searches_leave_alone(
    jail: JailSystem, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    shelf = shelve(tmp_path / "shelf", people(portraits, "import-", 2))
    breaking = {"JMS_LOOKUPS__BREAKER_FAILURES": "1", "JMS_LOOKUPS__BREAKER_SECONDS": "600"}
    with (
        served(jail_server(jail)) as jms,
        live_service(
            tmp_path / "data", JMS__BASE_URL=jms, JMS_LOOKUPS__CACHE_SECONDS="0", **breaking
        ) as service,
        service.client() as client,
    ):
        index(client, "A1", portraits["DEMO-0001"].read_bytes()).raise_for_status()
        jail.fault = Fault.ERROR_500
        search(client, portraits["DEMO-PROBE"].read_bytes())
        jail.fault = None
        jail.asked.clear()
        imported = ended(client, start(client, shelf))
        asked = {*jail.asked}
        ready = client.get("/health/ready").json()

    assert imported["state"] == "finished"
    assert asked == {"import-0000", "import-0001"}
    assert ready["parts"]["jms"] == "jms_not_asked"


def booking_status(client: httpx.Client, probe: bytes) -> str:
    status: str = search(client, probe).json()["candidates"][0]["booking_status"]
    return status


def is_found_within_moments(client: httpx.Client, probe: bytes) -> bool:
    time.sleep(0.05)
    return booking_status(client, probe) == "found"

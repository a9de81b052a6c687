"""Health, metrics, request ids, the log line, and what nobody expected."""

from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs
from typing_extensions import override

from app.api.metrics import RequestMetrics
from app.api.middleware import LoggedRequests
from app.domain.face import Detected
from tests.api.applications import ANN, application, index, problem, search
from tests.fakes import FakeFaceEngine
from tests.jails import Jail, booking, lock_out

SECRET_TEXT = "a secret that no answer repeats"  # noqa: S105 - of a test


class BrokenEngine(FakeFaceEngine):
    """Has a defect."""

    @override
    async def detect(self, photo: bytes) -> Detected:
        raise RuntimeError(SECRET_TEXT)


async def test_the_process_says_that_it_lives(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).json() == {"status": "live"}


async def test_ready_degraded_and_down(client: httpx.AsyncClient, jail: Jail) -> None:
    ready = await client.get("/health/ready")
    jail.fake_jms.down = True
    degraded = await client.get("/health/ready")
    jail.engine.down = True
    down = await client.get("/health/ready")

    answers = [(one.status_code, one.json()["status"]) for one in (ready, degraded, down)]
    assert answers == [(200, "ready"), (200, "degraded"), (503, "down")]


async def test_with_the_database_down_nothing_is_answered(
    client: httpx.AsyncClient, jail: Jail, database: str
) -> None:
    del jail
    await index(client, "A1")
    lock_out(database)

    problem(await search(client), 503, "records_unavailable")
    ready = await client.get("/health/ready")

    assert (ready.status_code, ready.json()["status"]) == (503, "down")


async def test_requests_and_stages_are_measured_without_ids(client: httpx.AsyncClient) -> None:
    await index(client, "A1")
    await client.get("/index/A1")
    await search(client)
    await client.get("/nothing/A1")

    text = (await client.get("/metrics")).text

    one = 'candid_requests_total{method="GET",route="/index/{external_image_id}",status="200"} 1.0'
    assert one in text
    assert 'candid_requests_total{method="other",route="unknown",status="404"} 1.0' in text
    assert 'candid_search_stage_seconds_count{stage="total"} 1.0' in text
    assert "A1" not in text


async def test_every_answer_carries_a_request_id(client: httpx.AsyncClient) -> None:
    own = await client.get("/health/live")
    given = await client.get("/health/live", headers={"X-Request-ID": "cad-7"})
    odd = await client.get("/health/live", headers={"X-Request-ID": "Jane Doe"})

    assert given.headers["X-Request-ID"] == "cad-7"
    assert len(own.headers["X-Request-ID"]) == len(odd.headers["X-Request-ID"]) == 32


async def test_a_request_is_one_log_line_without_names_ids_or_fields(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1")
    await index(client, "A1")

    with capture_logs() as lines:
        await client.get("/bookings/A1?")
        await search(client, case_number="26-001234", requested_by="Det. N")

    assert [line["event"] for line in lines] == 2 * ["request_answered"]
    assert [line["route"] for line in lines] == ["/bookings/{external_image_id}", "/search"]
    for told in ("A1", "Sample", "26-001234", "Det. N", "P-1"):
        assert told not in repr(lines)


async def test_a_defect_is_500_with_the_request_id_and_nothing_of_its_cause(jail: Jail) -> None:
    jail.engine = BrokenEngine()

    async with application(jail) as client:
        with capture_logs() as lines:
            response = await client.post("/detect", files={"photo": ANN})

    problem(response, 500, "internal")
    assert SECRET_TEXT not in response.text
    assert [line["event"] for line in lines] == ["unexpected_error", "request_answered"]
    assert lines[1]["status"] == 500
    assert len(response.headers["X-Request-ID"]) == 32


async def test_a_defect_of_one_request_leaves_the_next_alone(jail: Jail) -> None:
    jail.engine = BrokenEngine()

    async with application(jail) as client:
        broken = await client.post("/detect", files={"photo": ANN})
        fine = await client.get("/health/live")

    problem(broken, 500, "internal")
    assert fine.status_code == 200


async def test_an_answer_that_breaks_off_is_logged_once() -> None:
    async def half(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(SECRET_TEXT)

    logged = LoggedRequests(half, RequestMetrics(CollectorRegistry()))
    transport = httpx.ASGITransport(logged)
    async with httpx.AsyncClient(transport=transport, base_url="http://jail.test") as client:
        with capture_logs() as lines, pytest.raises(RuntimeError, match=SECRET_TEXT):
            await client.get("/")

    assert [line["event"] for line in lines] == ["unexpected_error", "request_answered"]


async def test_unknown_paths_and_methods_are_problems(client: httpx.AsyncClient) -> None:
    problem(await client.get("/nothing"), 404, "not_found")
    refused = await client.put("/index")

    problem(refused, 405, "method_not_allowed")
    assert refused.headers["Allow"] == "GET, POST"

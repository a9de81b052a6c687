"""The demo JMS tells a receiver what is sealed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.demo_jms.application import demo_jms
from app.demo_jms.jail import DemoJail
from app.demo_jms.pushing import Receiver
from tests.servers import served

KEY = b"a shared secret of 24 bytes or more"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@contextmanager
def receiving(status: int = 200) -> Generator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """Give the address of a receiver, and what it gets."""
    got = list[tuple[dict[str, str], bytes]]()

    async def receive(request: Request) -> Response:
        got.append((dict(request.headers), await request.body()))
        return Response(status_code=status)

    with served(Starlette(routes=[Route("/jms/events", receive, methods=["POST"])])) as url:
        yield f"{url}/jms/events", got


@contextmanager
def pushing_to(url: str) -> Generator[httpx.Client]:
    jail = DemoJail(0, 5)
    with (
        served(demo_jms(jail, receiver=Receiver(url, SECRET))) as demo,
        httpx.Client(base_url=demo) as client,
    ):
        yield client


def test_what_is_sealed_and_unsealed_is_pushed_signed() -> None:
    with receiving() as (url, got), pushing_to(url) as client:
        client.post("/faults", json={"sealed": ["DEMO-000002", "DEMO-000001"]})
        client.post("/faults", json={"sealed": ["DEMO-000001", "DEMO-000003"]})
        client.post("/faults", json={"latency_ms": 1})

    told = [json.loads(body)["events"] for _, body in got]
    assert [[(one["type"], one["external_image_ids"]) for one in events] for events in told] == [
        [("sealed", ["DEMO-000001", "DEMO-000002"])],
        [("sealed", ["DEMO-000003"]), ("updated", ["DEMO-000002"])],
    ]
    assert len({one["id"] for events in told for one in events}) == 3
    for headers, body in got:
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.digest(KEY, content, hashlib.sha256)
        assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


@pytest.mark.parametrize("status", [401, 500])
def test_what_is_not_taken_is_told(status: int) -> None:
    with receiving(status) as (url, _), pushing_to(url) as client:
        answer = client.post("/faults", json={"sealed": ["DEMO-000001"]})

        assert answer.status_code == 502
        assert f"status {status}" in answer.json()["errors"][0]
        assert client.get("/bookings/DEMO-000001").json()["status"] == "sealed"


def test_whoever_is_not_there_is_told() -> None:
    with receiving() as (url, _):
        pass
    with pushing_to(url) as client:
        answer = client.post("/faults", json={"sealed": ["DEMO-000001"]})

    assert answer.status_code == 502
    assert "does not answer" in answer.json()["errors"][0]

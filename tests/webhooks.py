"""Signing events as a JMS does."""

import json
import time

import httpx

from app.domain.webhooks import SignedMessage, signature_of
from tests.jails import SECRETS

WHEN = "2026-11-29T20:00:00Z"


def event(event_id: str, kind: str = "sealed", **about: object) -> dict[str, object]:
    """Return an event as it is sent."""
    return {"id": event_id, "type": kind, "occurred_at": WHEN, **about}


def signed_headers(
    body: bytes, secret: bytes = SECRETS[0], at: float | None = None, message_id: str = "msg-1"
) -> dict[str, str]:
    """Return the headers of a message."""
    timestamp = str(int(time.time() if at is None else at))
    signature = signature_of(SignedMessage(message_id, timestamp, "", body), secret)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature,
        "content-type": "application/json",
    }


def body_of(*events: dict[str, object]) -> bytes:
    """Return events as they are sent."""
    return json.dumps({"events": events}).encode()


async def push(
    client: httpx.AsyncClient, *events: dict[str, object], secret: bytes = SECRETS[0]
) -> httpx.Response:
    """Send events."""
    body = body_of(*events)
    return await client.post("/jms/events", content=body, headers=signed_headers(body, secret))

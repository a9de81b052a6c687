"""Events that the demo JMS pushes, signed as the Standard Webhooks specification has it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import httpx

_PREFIX = "whsec_"


class NotPushedError(Exception):
    """The receiver could not be reached, or refused; the text says which."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Receiver:
    """Where events go: Candid's `POST /jms/events`; the secret is `whsec_` and base64."""

    url: str
    secret: str = field(repr=False)
    now: Callable[[], datetime] = field(default=_now, repr=False)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), init=False, repr=False)

    async def tell(self, sealed: Collection[str], unsealed: Collection[str]) -> None:
        """Push what changed, in one message; raises NotPushedError."""
        kinds = {"sealed": sealed, "updated": unsealed}
        events = [self._event(kind, ids) for kind, ids in kinds.items() if ids]
        if events:
            await self._send(json.dumps({"events": events}).encode())

    def _event(self, kind: str, ids: Collection[str]) -> Mapping[str, object]:
        at = self.now()
        return {
            "id": f"demo-{at:%Y%m%d%H%M%S%f}-{next(self._numbers)}",
            "type": kind,
            "occurred_at": at.isoformat(),
            "external_image_ids": sorted(ids),
        }

    async def _send(self, body: bytes) -> None:
        at = self.now()
        name, moment = f"msg-{at:%Y%m%d%H%M%S%f}", str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": moment,
            "webhook-signature": _signature(self.secret, f"{name}.{moment}.".encode() + body),
        }
        try:
            async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
                answer = await client.post(self.url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotPushedError(f"{self.url} does not answer: {type(error).__name__}") from error
        if not answer.is_success:
            raise NotPushedError(f"{self.url} answers with status {answer.status_code}")


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()

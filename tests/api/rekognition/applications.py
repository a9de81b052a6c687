"""The application with Rekognition's calls on use cases in memory, and callers of it."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from app.api.edge import Edge, PhotoLinks
from app.domain.access import EVERY_SCOPE, Scope, check_scope
from app.domain.audit import Visitor
from app.domain.errors import UnauthenticatedError
from app.domain.policy import Profile
from app.domain.policy_in_force import Policy
from app.main import create_app
from app.services import Services
from app.services.authorize import Attempt
from app.services.callers import Caller
from app.settings import AuthSettings, Settings
from app.wiring import Running
from tests.api.applications import LOOPBACK, SECRET
from tests.api.rekognition.use_cases import FakeCollections
from tests.jails import DEFAULT_PROFILE
from tests.lifespan import started

KEY_ID = "CANDIDAAAABBBBCCCCDD"
KEY_SECRET = "abcdefghijklmnopqrstuvwxyz0123456789+/AB"  # noqa: S105 -- a test's
PHOTO = "aGVsbG8="
URL = "http://localhost/"

Json = dict[str, Any]
Ask = Callable[[str, Json], Awaitable[httpx.Response]]


@dataclass
class Office:
    """Who has keys, and the collections."""

    collections: FakeCollections = field(default_factory=FakeCollections)
    caller: Caller = field(default_factory=lambda: Caller("old script (CANDIDAA)", EVERY_SCOPE))
    attempts: list[Attempt] = field(default_factory=list)
    profile: Profile = DEFAULT_PROFILE

    def begin_anew(self) -> None:
        """Forget everything, behind a server that goes on."""
        self.collections = FakeCollections()
        self.caller = Caller("old script (CANDIDAA)", EVERY_SCOPE)

    async def secret_of(self, access_key_id: str, _: Visitor) -> tuple[Caller, str]:
        if access_key_id != KEY_ID:
            raise UnauthenticatedError
        return self.caller, KEY_SECRET

    async def noted(self, *_: object) -> None:
        """Count nothing: real keys are tried with the real use case."""

    async def authorize(self, caller: Caller, any_of: Iterable[Scope], attempt: Attempt) -> None:
        self.attempts.append(attempt)
        check_scope(caller.scopes, any_of)

    def application(self, *, keys: bool = False) -> FastAPI:
        """Build the application; only Rekognition's calls have anything behind them."""
        settings = Settings(auth=AuthSettings(kind="keys" if keys else "none"))
        edge = Edge(PhotoLinks(None, SECRET), settings.authentication_kind)
        known = SimpleNamespace(
            authenticate=SimpleNamespace(
                secret_of=self.secret_of, admit=self.noted, turn_away=self.noted
            ),
            authorize=self.authorize,
            collections=_Current(self),
            policy=Policy(self.profile, settings.authentication),
        )

        @asynccontextmanager
        async def opened(_: Settings, __: CollectorRegistry) -> AsyncGenerator[Running]:
            yield Running(cast("Services", known), edge)

        return create_app(settings, opened)


@dataclass(frozen=True)
class _Current:
    """The office's use cases as they are now."""

    office: Office

    def __getattr__(self, name: str) -> object:
        return getattr(self.office.collections, name)


@asynccontextmanager
async def calling(application: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """Run an application in process; give a caller of it."""
    async with started(application) as running:
        transport = httpx.ASGITransport(running.app, client=LOOPBACK)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client


def target(operation: str) -> dict[str, str]:
    """Return the headers of an unsigned call."""
    named = f"RekognitionService.{operation}"
    return {"X-Amz-Target": named, "Content-Type": "application/x-amz-json-1.1"}


def signed(
    operation: str,
    body: bytes = b"{}",
    secret: str = KEY_SECRET,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers of a call as botocore signs it."""
    given = {**target(operation), **(more or {})}
    request = AWSRequest("POST", URL, headers=given, data=body)
    SigV4Auth(Credentials(KEY_ID, secret), "rekognition", "eu-west-1").add_auth(request)
    return dict(request.headers.items())


def refusal(response: httpx.Response, code: str, status: int = 400) -> str:
    """Return the message of an error that is as every SDK reads it."""
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1", response.text
    body = response.json()
    assert (response.status_code, body["__type"]) == (status, code), response.text
    assert body["Code"] == code
    assert body["Message"] == body["message"] != ""
    assert response.headers["x-amzn-RequestId"] == body["Logref"]
    return str(body["message"])


def answer(response: httpx.Response) -> Json:
    """Return the answer of a call that was served."""
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert response.headers["x-amzn-RequestId"]
    found: Json = json.loads(response.content)
    return found

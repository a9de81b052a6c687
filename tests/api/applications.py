"""Applications for tests, and what is sent to them."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from prometheus_client import CollectorRegistry

from app.api.edge import Edge, PhotoLinks
from app.domain.access import EVERY_SCOPE, ApiKey, Grant, new_key
from app.domain.networks import network_of
from app.main import create_app
from app.services.recorded import utc_now
from app.settings import AuthSettings, Settings
from app.wiring import Running
from tests.fakes import drawn_photo
from tests.jails import Jail
from tests.lifespan import started

SECRET = bytes(range(32))
EVERYTHING = Grant(EVERY_SCOPE)
LOOPBACK = ("127.0.0.1", 50000)
ANN = drawn_photo("Ann")
BOB = drawn_photo("Bob")

Json = dict[str, Any]


@asynccontextmanager
async def application(
    jail: Jail,
    *,
    keys: bool = False,
    public_url: str | None = None,
    probe: Path | None = None,
    proxies: Sequence[str] = (),
    settings: Settings | None = None,
) -> AsyncGenerator[httpx.AsyncClient]:
    """Run the application on the jail, with these settings or such; give a caller of it."""
    auth = _auth(jail) if keys else AuthSettings(kind="none")
    settings = settings or Settings(auth=auth, trusted_proxies=tuple(map(network_of, proxies)))
    jail.keys = settings.authentication
    links = PhotoLinks(public_url, SECRET)
    kind, docs_client = settings.authentication_kind, settings.auth.docs_client_id
    edge = Edge(links, kind, frozenset({"pod"}), probe, docs_client)

    @asynccontextmanager
    async def opened(_: Settings, __: CollectorRegistry) -> AsyncGenerator[Running]:
        yield Running(jail.services(), edge)

    async with started(create_app(settings, opened)) as running:
        transport = httpx.ASGITransport(running.app, client=LOOPBACK)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client


def _auth(jail: Jail) -> AuthSettings:
    """Return who may ask: people too, where the jail has somebody who vouches for them."""
    if jail.sign_in is None:
        return AuthSettings(kind="keys")
    return AuthSettings(
        kind="oidc",
        issuer=jail.sign_in.verifier.issuer,
        audience="candid",
        roles=dict(jail.sign_in.roles),
        docs_client_id="candid-docs",
    )


async def key_of(
    jail: Jail, name: str = "dispatch", grant: Grant = EVERYTHING
) -> tuple[str, ApiKey]:
    """Give out a key."""
    presented, key = new_key(name, utc_now(), grant)
    async with jail.records.unit() as unit:
        await unit.keys.add(key)
    return presented, key


async def index(
    client: httpx.AsyncClient, external_image_id: str, photo: bytes = ANN, **form: str
) -> httpx.Response:
    """Call POST /index."""
    form |= {"external_image_id": external_image_id}
    return await client.post("/index", data=form, files={"photo": photo})


async def search(
    client: httpx.AsyncClient, photo: bytes = ANN, *, key: str | None = None, **form: str
) -> httpx.Response:
    """Call POST /search; `key` is the Idempotency-Key."""
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post("/search", data=form, files={"photo": photo}, headers=headers)


def problem(response: httpx.Response, status: int, code: str) -> Json:
    """Return the body of an error answer that is as every error answer must be."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    body: Json = response.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:candid:{code}")
    assert set(body) == {"type", "title", "status", "code", "detail", "errors"}
    assert body["detail"]
    return body

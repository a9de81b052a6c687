"""A SOAP jail and an adapter that is connected to it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

import httpx

from adapters.jms.soap import SoapJms, UsernameToken
from tests.soap_files import requests_text, service
from tests.soap_jail import SoapJail

TIMEOUT = 10.0


@dataclass
class Stage:
    """One server for all tests, each of which puts its own jail on it."""

    url: str = ""
    jail: SoapJail = field(default_factory=SoapJail)


STAGE = Stage()


@asynccontextmanager
async def connected(
    jail: SoapJail,
    directory: Path,
    requests: str | None = None,
    mapping: str | None = None,
    token: UsernameToken | None = None,
    *,
    seconds: float = TIMEOUT,
) -> AsyncGenerator[SoapJms]:
    """Serve the jail, and give what asks it."""
    STAGE.jail = jail
    asked = requests or requests_text(version=jail.version)
    one = service(directory, STAGE.url, asked, mapping, token)
    async with httpx.AsyncClient(timeout=seconds) as client:
        yield SoapJms(client, one, UTC, 8)


@asynccontextmanager
async def connected_to(
    address: str, directory: Path, requests: str, token: UsernameToken
) -> AsyncGenerator[SoapJms]:
    """Give what asks a service at an address; its answers are NIEM's."""
    one = service(directory, "", requests, token=token)
    async with httpx.AsyncClient(timeout=TIMEOUT) as client:
        yield SoapJms(client, replace(one, address=httpx.URL(address)), UTC, 8)

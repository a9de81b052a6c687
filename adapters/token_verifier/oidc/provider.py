"""An OpenID Connect provider on the web: only what was asked for gets through, and bounded."""

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import httpx

from app.domain.errors import (
    IdentityProviderMisconfiguredError,
    IdentityProviderUnavailableError,
)
from app.domain.sign_in import is_provider_address

LARGEST_ANSWER: Final = 500_000
"""Bytes; keys and a description are a few thousand each."""

_MAY_PASS: Final = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}

Fields = Mapping[str, object]


class Provider:
    """Asks a provider for its description and its keys; whoever owns the client closes it."""

    def __init__(self, client: httpx.AsyncClient, issuer: str, seconds: float) -> None:
        self._client = client
        self._issuer = issuer
        self._seconds = seconds

    async def described(self) -> Fields:
        """Return its description (OpenID Connect Discovery 1.0, section 4), which is its own.

        Raises IdentityProviderUnavailableError and IdentityProviderMisconfiguredError.
        """
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        described = await self._asked(address)
        if described.get("issuer") != self._issuer:
            raise misconfigured("describes another issuer than CANDID_AUTH__ISSUER names")
        return described

    async def keys(self, described: Fields) -> Fields:
        """Return its key set (RFC 7517), from where the description has it; raises likewise."""
        return await self._asked(address_in(described, "jwks_uri"))

    async def _asked(self, address: str) -> Fields:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._read(address)
        except (TimeoutError, httpx.TransportError) as error:
            raise IdentityProviderUnavailableError(
                f"{address} cannot be read: {type(error).__name__}."
            ) from error
        except (httpx.InvalidURL, ValueError, RecursionError) as error:
            raise misconfigured(f"answers what cannot be read at {address}") from error

    async def _read(self, address: str) -> Fields:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        async with self._client.stream("GET", address, headers=headers) as response:
            _check(response, address)
            body = bytearray()
            async for part in response.aiter_raw():
                body += part
                if len(body) > LARGEST_ANSWER:
                    raise misconfigured(f"answers more than {LARGEST_ANSWER:,} bytes at {address}")
        fields: object = json.loads(bytes(body))
        if not isinstance(fields, dict):
            raise misconfigured(f"answers JSON that is no object at {address}")
        return fields


def address_in(described: Fields, name: str) -> str:
    """Return an address of the description; raises IdentityProviderMisconfiguredError."""
    address = described.get(name)
    if not isinstance(address, str) or not is_provider_address(address):
        raise misconfigured(f"names no {name} that is https (or http on this machine)")
    return address


def misconfigured(what: str) -> IdentityProviderMisconfiguredError:
    """Return the error for an answer that no retry will mend."""
    return IdentityProviderMisconfiguredError(f"The identity provider {what}.")


def _check(response: httpx.Response, address: str) -> None:
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _MAY_PASS:
        raise IdentityProviderUnavailableError(f"{address} answers with status {status}.")
    if status != HTTPStatus.OK:
        raise misconfigured(f"answers with status {status} at {address}; none but 200 is read")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise misconfigured(f"compresses what it was asked not to at {address}")

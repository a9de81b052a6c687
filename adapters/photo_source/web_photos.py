"""Fetches photos from the web servers that the settings allow, and from no other."""

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

import anyio
import httpx

from adapters.web import NamedHosts
from app.domain.errors import (
    CandidError,
    PhotoMissingError,
    PhotoUnreadableError,
    SourceTimeoutError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.ports.photo_source import PHOTO_BYTES, checked_photo

SECONDS: Final = 30.0
"""That one photo may take, however steadily it drips."""

CONCURRENCY: Final = 16
"""Photos asked for at a time."""

_ABSENT: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_TRY_AGAIN: Final = {
    *(HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS),
    *(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED),
}
"""A refused caller is here too: mostly it is refused every photo, and the import should pause."""


class WebPhotos:
    """Gets photos by their addresses; the caller owns the client, its pool and its timeouts.

    `hosts` are names, or names with a port; without one, the scheme's own is meant. Redirects are
    not followed: where they lead, nobody allowed.
    """

    def __init__(
        self, client: httpx.AsyncClient, hosts: Collection[str], seconds: float = SECONDS
    ) -> None:
        self._client = client
        self._hosts = NamedHosts(hosts, "CANDID_IMPORTS__HOSTS")
        self._seconds = seconds
        self._turn = anyio.CapacityLimiter(CONCURRENCY)

    def refusal(self, address: str) -> str | None:
        """Return why photos are not fetched from an address, or None."""
        return self._hosts.refusal(address)

    async def photo(self, address: str) -> bytes:
        """Return a photo's bytes.

        Raises PhotoMissingError (also for answers that are no photo's), PhotoTooLargeError,
        PhotoUnreadableError, SourceUnavailableError (also where the host asks who we are, is busy
        or sends us elsewhere), SourceTimeoutError, and SourceUnusableError for an address from
        which photos are not fetched.
        """
        if (why := self.refusal(address)) is not None:
            raise SourceUnusableError(f"The photo is not fetched: {why}.")
        request = self._client.stream(
            "GET", address, headers={"Accept-Encoding": "identity"}, follow_redirects=False
        )
        async with self._turn, self._translated_errors(), request as response:
            _check_head(response)
            return await _body(response)

    @asynccontextmanager
    async def _translated_errors(self) -> AsyncGenerator[None]:
        try:
            with anyio.fail_after(self._seconds):
                yield
        except (httpx.TimeoutException, TimeoutError) as error:
            raise SourceTimeoutError from error
        except httpx.HTTPError as error:
            raise SourceUnavailableError(
                f"The photo's host cannot be reached ({type(error).__name__}); try again."
            ) from error


def _check_head(response: httpx.Response) -> None:
    """Let only a whole, uncompressed photo through."""
    if response.status_code != HTTPStatus.OK:
        raise _failure(response.status_code)
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise PhotoUnreadableError("The host compresses the photo, which it was asked not to.")


def _failure(status: int) -> CandidError:
    if status in _ABSENT:
        return PhotoMissingError()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN:
        return SourceUnavailableError(f"The photo's host answers with status {status}; try again.")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return SourceUnavailableError(
            f"The photo's host sends callers elsewhere (status {status}), perhaps to sign in; "
            "redirects are not followed."
        )
    return PhotoMissingError(f"The photo's host answers with status {status}.")


async def _body(response: httpx.Response) -> bytes:
    """Read a photo, but never more than a photo may have."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > PHOTO_BYTES:
            break
    return checked_photo(bytes(body))

"""Questions to a JMS on the web: so many at a time, each within its time, errors translated."""

import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
import httpx

from adapters.jms.rest.answers import misconfigured
from app.domain.errors import JmsTimeoutError, JmsUnavailableError


class Questions:
    """Asks through the caller's client; at most `concurrency` questions at a time.

    Those of imports, which nobody waits for, take at most half of the turns. `patience` is how
    many seconds each of them may take; the others have the client's read timeout.
    """

    def __init__(self, client: httpx.AsyncClient, concurrency: int, patience: float) -> None:
        self._client = client
        self._turn = anyio.CapacityLimiter(concurrency)
        self._turn_of_imports = anyio.CapacityLimiter(max(1, concurrency // 2))
        self._patience = patience

    @asynccontextmanager
    async def asked(self, path: str) -> AsyncGenerator[httpx.Response]:
        """Ask for JSON that someone waits for; the whole answer is to be read inside."""
        seconds = self._client.timeout.read
        request = self._stream(path, {}, "application/json")
        async with self._turn, _translated_errors(seconds), request as response:
            yield response

    @asynccontextmanager
    async def asked_by_import(
        self, address: str | httpx.URL, params: Mapping[str, str], wants: str
    ) -> AsyncGenerator[httpx.Response]:
        """Ask for something that an import needs."""
        request = self._stream(address, params, wants, self._patience)
        waiting = (self._turn_of_imports, self._turn)
        async with waiting[0], waiting[1], _translated_errors(self._patience), request as response:
            yield response

    def _stream(
        self,
        address: str | httpx.URL,
        params: Mapping[str, str],
        wants: str,
        patience: float | None = None,
    ) -> AbstractAsyncContextManager[httpx.Response]:
        return self._client.stream(
            "GET",
            address,
            params=params or None,
            headers={"Accept": wants, "Accept-Encoding": "identity"},
            follow_redirects=False,
            timeout=self._client.timeout if patience is None else httpx.Timeout(patience),
        )

    @property
    def base_url(self) -> httpx.URL:
        """Return where the JMS is."""
        return self._client.base_url


@asynccontextmanager
async def _translated_errors(seconds: float | None) -> AsyncGenerator[None]:
    try:
        with anyio.fail_after(seconds):
            yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise misconfigured("has no address that can be asked") from error
    except (httpx.TimeoutException, TimeoutError) as error:
        raise JmsTimeoutError from error
    except httpx.HTTPError as error:
        if _certificate_refused(error):
            raise misconfigured("has a certificate that cannot be trusted") from error
        raise JmsUnavailableError from error


def _certificate_refused(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None

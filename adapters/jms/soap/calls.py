"""Questions to a SOAP service over HTTP: so many at a time, each within its time and size."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final, TypeVar

import anyio
import httpx

from adapters.jms.soap.envelope import Message, blocks_of
from adapters.jms.soap.errors import AnswerTooLargeError, TooManyRecordsError, misconfigured
from adapters.jms.soap.faults import Fault, fault_in
from adapters.jms.soap.photo_answers import photo_of
from adapters.jms.soap.safe_xml import Bounds, Element, parsed
from adapters.lookups import Turns
from adapters.web.translated import translated_errors
from app.domain.errors import JmsUnavailableError

_XML: Final = {"text/xml", "application/soap+xml", "application/xml"}
_TRY_AGAIN: Final = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_REFUSED: Final = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
}
_READ_AT_ONCE: Final = 4
"""Such answers, for one with a photo in it takes a hundred megabytes while it is read.

As many again of those that somebody waits for.
"""

_IN_THREADS: Final = 2 * _READ_AT_ONCE
"""With those that nobody waits for any more: a thread goes on after its time is up."""


@dataclass(frozen=True, slots=True)
class Question:
    """A message, where it goes, and how much may come back."""

    message: Message
    address: httpx.URL
    bounds: Bounds


T = TypeVar("T")
Read = Callable[[Element], T]
"""Makes something of the document that was answered."""


class Calls:
    """Asks through the caller's client; at most `concurrency` questions at a time, by `turns`.

    `patience` is how many seconds each of an import's may take; the others have the client's read
    timeout.
    """

    def __init__(self, client: httpx.AsyncClient, concurrency: int, patience: float) -> None:
        self._client = client
        self.turns = Turns(concurrency)
        self._reading = anyio.CapacityLimiter(_READ_AT_ONCE)
        self._reading_of_imports = anyio.CapacityLimiter(_READ_AT_ONCE)
        self._threads = threading.Semaphore(_IN_THREADS)
        self._threads_of_imports = threading.Semaphore(_IN_THREADS)
        self._patience = patience

    async def answer(self, question: Question, read: Read[T]) -> T | Fault:
        """Ask for bookings, or whether it is well, and read the answer.

        Raises JmsUnavailableError, JmsTimeoutError, JmsMisconfiguredError and what `read` raises.
        """
        seconds = self._client.timeout.read
        async with self.turns.one(), translated_errors(seconds, misconfigured):
            return await self._asked(question, read, None)

    async def answer_to_import(self, question: Question, read: Read[T]) -> T | Fault:
        """Ask what an import needs; raises the same."""
        async with (
            self.turns.one_of_import(),
            translated_errors(self._patience, misconfigured),
        ):
            return await self._asked(question, read, self._patience)

    async def photo(self, address: httpx.URL) -> bytes:
        """Fetch a photo for an import; raises what `photo_of` does, and the others."""
        request = self._client.stream(
            "GET",
            address,
            headers={"Accept": "image/*, */*", "Accept-Encoding": "identity"},
            follow_redirects=False,
            timeout=httpx.Timeout(self._patience),
        )
        async with (
            self.turns.one_of_import(),
            translated_errors(self._patience, misconfigured),
            request as response,
        ):
            return await photo_of(response)

    async def _asked(self, question: Question, read: Read[T], patience: float | None) -> T | Fault:
        request = self._client.stream(
            "POST",
            question.address,
            content=question.message.content,
            headers={**question.message.headers, "Accept-Encoding": "identity"},
            follow_redirects=False,
            timeout=self._client.timeout if patience is None else httpx.Timeout(patience),
        )
        async with request as response:
            _check_head(response)
            body = await _body_of(response, question.bounds.bytes)
        understood = partial(_understood, body, response, question.bounds, read)
        threads = self._threads if patience is None else self._threads_of_imports
        return await anyio.to_thread.run_sync(  # a small one too: compiled XPath has a lock
            partial(_counted, threads, understood),
            abandon_on_cancel=True,  # the time that it may take holds for reading too
            limiter=self._reading if patience is None else self._reading_of_imports,
        )


def _counted(threads: threading.Semaphore, work: Callable[[], T]) -> T:
    """Work in this thread; JmsUnavailableError where too many others have not ended."""
    if not threads.acquire(blocking=False):
        raise JmsUnavailableError
    try:
        return work()
    finally:
        threads.release()


def _understood(body: bytes, response: httpx.Response, bounds: Bounds, read: Read[T]) -> T | Fault:
    root = parsed(body, response.charset_encoding, bounds)
    fault = fault_in(blocks_of(root))
    if fault is not None:
        return fault
    if response.status_code != HTTPStatus.OK:
        raise _of_status(response.status_code)
    try:
        return read(root)
    except TooManyRecordsError as error:
        raise misconfigured(f"answers with {error}") from error
    except ValueError as error:
        raise misconfigured("answers with XML on which an expression fails") from error


def _check_head(response: httpx.Response) -> None:
    """Let only plain XML through; a fault has another status than 200."""
    status, kind = response.status_code, _kind(response)
    if status in _REFUSED or status in _TRY_AGAIN or response.has_redirect_location:
        raise _of_status(status)
    if kind.startswith("multipart/"):
        raise misconfigured("answers in several parts (MTOM), which are not read; switch MTOM off")
    if kind not in _XML and not kind.endswith("+xml"):
        if status != HTTPStatus.OK:
            raise _of_status(status)
        raise misconfigured("answers something else than XML, perhaps a page to sign in")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise misconfigured("compresses its answers, which it was asked not to")


def _of_status(status: int) -> Exception:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN:
        return JmsUnavailableError()
    return misconfigured(f"answers with status {status}")


async def _body_of(response: httpx.Response, largest: int) -> bytes:
    """Read an answer, but never more than it can be."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > largest:
            raise misconfigured(
                f"answers with more than {largest:,} bytes"
            ) from AnswerTooLargeError()
    return bytes(body)


def _kind(response: httpx.Response) -> str:
    kind: str = response.headers.get("Content-Type", "")
    return kind.partition(";")[0].strip().lower()

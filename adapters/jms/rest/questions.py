"""Questions to a JMS on the web: so many at a time, each within its time, errors translated."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, TypeVar

import httpx

from adapters.jms.rest.answers import misconfigured
from adapters.jms.rest.credentials import ClientsOwn, Credentials
from adapters.jms.rest.shape import with_params
from adapters.lookups import Turns
from adapters.web.translated import translated_errors
from adapters.worker_threads import WorkerThreads

T = TypeVar("T")

JSON: Final = "application/json"

LONG: Final = 100_000
"""Bytes of an answer that are read in some milliseconds; nothing else is done meanwhile."""

_THREADS: Final = 2
"""That read long answers at a time; more would only take processor time from one another."""


@dataclass(frozen=True, slots=True)
class Question:
    """One call; with a body it is a POST of JSON."""

    address: str | httpx.URL
    params: Mapping[str, str] = field(default_factory=dict)
    wants: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


class Questions:
    """Asks through the caller's client; at most `concurrency` questions at a time, by `turns`.

    `patience` is how many seconds each of an import's may take; the others have the client's read
    timeout. What the JMS refuses with 401 is asked once more where there are new credentials.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        concurrency: int,
        patience: float,
        credentials: Credentials | None = None,
    ) -> None:
        self._client = client
        self.turns = Turns(concurrency)
        self._patience = patience
        self._credentials = credentials or ClientsOwn()
        self._reading = WorkerThreads(_THREADS, "jms-answers")
        self._reading_of_imports = WorkerThreads(_THREADS, "jms-pages")

    async def read(self, body: bytes, work: Callable[[], T], *, by_import: bool = False) -> T:
        """Return what work makes of an answer that was asked for; a long one in a thread.

        Its time is that of the question, inside which this is called.
        """
        if len(body) < LONG:
            return work()
        threads = self._reading_of_imports if by_import else self._reading
        return await threads.run(self._patience, work)

    @asynccontextmanager
    async def asked(self, question: Question) -> AsyncGenerator[httpx.Response]:
        """Ask for a booking, or whether it is well; the whole answer is to be read inside."""
        seconds = self._client.timeout.read
        async with (
            self.turns.one(),
            translated_errors(seconds, misconfigured),
            self._answered(question, self._client.timeout) as response,
        ):
            yield response

    @asynccontextmanager
    async def asked_by_import(
        self, question: Question, elsewhere: httpx.AsyncClient | None = None
    ) -> AsyncGenerator[httpx.Response]:
        """Ask for something that an import needs; `elsewhere` asks another host than the JMS."""
        timeout = httpx.Timeout(self._patience)
        answered: AbstractAsyncContextManager[httpx.Response] = (
            self._answered(question, timeout)
            if elsewhere is None
            else _stream(elsewhere, question, {}, timeout)
        )
        async with (
            self.turns.one_of_import(),
            translated_errors(self._patience, misconfigured),
            answered as response,
        ):
            yield response

    @asynccontextmanager
    async def _answered(
        self, question: Question, seconds: httpx.Timeout
    ) -> AsyncGenerator[httpx.Response]:
        carried = await self._credentials.headers()
        async with _stream(self._client, question, carried, seconds) as response:
            is_refused = response.status_code == HTTPStatus.UNAUTHORIZED
            if not is_refused or not await self._credentials.are_new(carried):
                yield response
                return
        carried = await self._credentials.headers()
        async with _stream(self._client, question, carried, seconds) as response:
            yield response


def _stream(
    client: httpx.AsyncClient,
    question: Question,
    carried: Mapping[str, str],
    timeout: httpx.Timeout,
) -> AbstractAsyncContextManager[httpx.Response]:
    kind = {} if question.body is None else {"Content-Type": JSON}
    return client.stream(
        "GET" if question.body is None else "POST",
        with_params(question.address, question.params),
        content=question.body,
        headers={
            "Accept": question.wants,
            "Accept-Encoding": "identity",
            **kind,
            **question.headers,
            **carried,
        },
        follow_redirects=False,
        timeout=timeout,
    )

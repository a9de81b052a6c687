"""Bookings of a JMS on the web, one by one."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Protocol, TypeVar
from urllib.parse import quote

import httpx
from typing_extensions import override

from adapters.field_mapping.reader import Expression
from adapters.jms.rest.answers import (
    ABSENT,
    body_of,
    check_is_no_gateway,
    check_is_no_page,
    check_json,
    check_status,
    json_of,
    misconfigured,
    object_of,
)
from adapters.jms.rest.kept import KeptBookings
from adapters.jms.rest.questions import Question, Questions
from adapters.jms.rest.records import Records
from adapters.jms.rest.shape import BookingCalls, address_of, expression
from app.domain.booking import Booking
from app.ports.jms import BookingAnswers

T = TypeVar("T")


class BookingsOf(Protocol):
    """Asks for so many bookings in one call."""

    most: int

    async def ask(self, identifiers: Sequence[str]) -> BookingAnswers:
        """Return what is known of these ids; raises what `Jms.bookings` does."""
        ...

    async def record(self, identifier: str) -> object:
        """Return the record of one id as it came, None where there is none."""
        ...


class SingleBookings(BookingsOf):
    """One call for each id, on condition that it has changed where the JMS can tell."""

    most = 1

    def __init__(self, questions: Questions, calls: BookingCalls, records: Records) -> None:
        self._questions = questions
        self._path = calls.path
        self._find = expression(calls.record, "CANDID_JMS__BOOKINGS__RECORD")
        self._records = records
        self._kept = KeptBookings(calls.kept, calls.kept_seconds)

    @override
    async def ask(self, identifiers: Sequence[str]) -> BookingAnswers:
        (identifier,) = identifiers
        if not can_be_in_a_path(identifier):
            return BookingAnswers({}, frozenset(identifiers))
        booking = await self._booking(identifier)
        return BookingAnswers({} if booking is None else {identifier: booking})

    @override
    async def record(self, identifier: str) -> object:
        if not can_be_in_a_path(identifier):
            return None
        async with self._questions.asked(self._question(identifier, {})) as response:
            return await self._read(response, lambda record: record)

    async def _booking(self, identifier: str) -> Booking | None:
        kept = self._kept.of(identifier)
        question = self._question(identifier, kept.headers if kept else {})
        async with self._questions.asked(question) as response:
            if kept is not None and response.status_code == HTTPStatus.NOT_MODIFIED:
                await body_of(response)
                return kept.booking
            self._kept.drop(identifier)

            def read(record: object) -> Booking:
                return self._records.booking(self._records.fields(record), identifier)

            booking = await self._read(response, read)
            if booking is not None:
                self._kept.keep(identifier, booking, response)
            return booking

    def _question(self, identifier: str, headers: Mapping[str, str]) -> Question:
        address = address_of(self._path, quoted(identifier))
        return Question(address, headers={"Cache-Control": "no-cache", **headers})

    async def _read(self, response: httpx.Response, read: Callable[[object], T]) -> T | None:
        """Return what is made of the record that was answered, None where there is none."""
        if response.status_code in ABSENT:
            check_is_no_gateway(response, await body_of(response))
            return None
        check_json(response)
        body = await body_of(response)

        def work() -> T | None:
            record = self._record(json_of(response, body))
            return None if record is None else read(record)

        return await self._questions.read(body, work)

    def _record(self, said: object) -> object:
        if self._find is None:
            return object_of(said)
        found = found_by(self._find, said)
        return None if found in (None, "", [], {}) else object_of(found)


async def ping_by_path(questions: Questions, path: str) -> None:
    """Return when the JMS answers 200 to a path, with something else than a web page."""
    async with questions.asked(Question(path, wants="*/*")) as response:
        check_status(response)
        check_is_no_page(response)
        await body_of(response)


def found_by(find: Expression, said: object) -> object:
    """Return what an expression finds in an answer; JmsMisconfiguredError where it fails."""
    try:
        return find(said)
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise misconfigured("answers with something that an expression fails on") from error


def can_be_in_a_path(identifier: str) -> bool:
    """Say whether an id can be in an address; `..` must never get into a path."""
    return bool(identifier.strip("."))


def quoted(identifier: str) -> str:
    """Return an id as it stands in an address."""
    return quote(identifier, safe="", errors="surrogatepass")

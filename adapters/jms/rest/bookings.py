"""Bookings of a JMS on the web: one by one, or many in one call."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote, urlencode

import httpx
import structlog
from typing_extensions import override

from adapters.field_mapping.reader import Expression
from adapters.jms.rest.answers import (
    ABSENT,
    LARGEST_PAGE,
    body_of,
    check_is_no_page,
    check_json,
    check_status,
    json_of,
    misconfigured,
    object_of,
)
from adapters.jms.rest.kept import KeptBookings
from adapters.jms.rest.questions import Question, Questions
from adapters.jms.rest.records import Records, identifier_in
from adapters.jms.rest.shape import BookingCalls, address_of, expression
from app.domain.booking import Booking
from app.domain.errors import JmsMisconfiguredError
from app.domain.field_text import column_name
from app.domain.record_status import strictest
from app.ports.jms import BookingAnswers

_log = structlog.get_logger()


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
            return await self._record(response)

    async def _booking(self, identifier: str) -> Booking | None:
        kept = self._kept.of(identifier)
        question = self._question(identifier, kept.headers if kept else {})
        async with self._questions.asked(question) as response:
            if kept is not None and response.status_code == HTTPStatus.NOT_MODIFIED:
                await body_of(response)
                return kept.booking
            self._kept.drop(identifier)
            record = await self._record(response)
            if record is None:
                return None
            booking = self._records.booking(self._records.fields(record), identifier)
            self._kept.keep(identifier, booking, response)
            return booking

    def _question(self, identifier: str, headers: Mapping[str, str]) -> Question:
        address = address_of(self._path, quoted(identifier))
        return Question(address, headers={"Cache-Control": "no-cache", **headers})

    async def _record(self, response: httpx.Response) -> object:
        if response.status_code in ABSENT:
            await body_of(response)  # so that the connection can be used again
            return None
        check_json(response)
        said = json_of(response, await body_of(response))
        if self._find is None:
            return object_of(said)
        found = found_by(self._find, said)
        return None if found in (None, "", [], {}) else object_of(found)


@dataclass(frozen=True, slots=True)
class _Record:
    record: object
    fields: Mapping[str, object]


@dataclass(slots=True)
class _Told:
    records: dict[str, list[_Record]] = field(default_factory=dict)  # by the id that was asked
    others: int = 0  # without an id, or with one that was not asked for


class BatchBookings(BookingsOf):
    """One call for up to `most` ids: POST of a JSON list, or GET with the ids in its query."""

    def __init__(self, questions: Questions, calls: BookingCalls, records: Records) -> None:
        self.most = calls.batch_size
        self._questions = questions
        self._calls = calls
        self._find = expression(calls.items, "CANDID_JMS__BOOKINGS__ITEMS")
        self._records = records

    @override
    async def ask(self, identifiers: Sequence[str]) -> BookingAnswers:
        askable = [one for one in identifiers if self._can_be_asked(one)]
        unavailable = set(identifiers) - set(askable)
        told = await self._told(askable) if askable else _Told()
        found = dict[str, Booking]()
        for identifier, records in told.records.items():
            try:
                said = [self._records.booking(one.fields, identifier) for one in records]
            except JmsMisconfiguredError as error:
                _log.warning("booking_unavailable", external_image_id=identifier, reason=str(error))
                unavailable.add(identifier)
            else:
                found[identifier] = _one_of(said)
        if told.others:  # any of them may be about an id that nothing else was said of
            _log.warning("bookings_of_other_ids", count=told.others)
            unavailable |= set(askable) - set(told.records)
        return BookingAnswers(found, frozenset(unavailable))

    @override
    async def record(self, identifier: str) -> object:
        told = await self._told([identifier])
        return told.records[identifier][-1].record if identifier in told.records else None

    async def _told(self, identifiers: Sequence[str]) -> "_Told":
        async with self._questions.asked(self._question(identifiers)) as response:
            check_json(response)
            said = json_of(response, await body_of(response, LARGEST_PAGE))
        asked = defaultdict[str, list[str]](list)
        for one in identifiers:
            asked[one.strip()].append(one)
        told = _Told()
        for named, record in self._listed(said):
            fields = self._records.fields(record) if isinstance(record, Mapping) else {}
            identifier = identifier_in(fields) or named
            about = asked.get(identifier, []) if identifier is not None else []
            for one in about:
                told.records.setdefault(one, []).append(_Record(record, fields))
            if not about:
                told.others += 1
        if not told.records and told.others:
            raise misconfigured("answers with bookings of which none is one that was asked for")
        return told

    def _listed(self, said: object) -> Iterator[tuple[str | None, object]]:
        """Yield the records of an answer, with their ids where it is an object by id."""
        if self._find is not None:
            said = found_by(self._find, said)
            if said is None:
                raise misconfigured("answers no bookings where CANDID_JMS__BOOKINGS__ITEMS says")
        elif isinstance(said, dict):
            said = {column_name(str(name)): one for name, one in said.items()}.get("items")
        if isinstance(said, dict):
            yield from ((str(name).strip(), one) for name, one in said.items() if one)
        elif isinstance(said, list):
            yield from ((None, one) for one in said if one)
        else:
            raise misconfigured("answers many bookings with something else than a list of items")

    def _question(self, identifiers: Sequence[str]) -> Question:
        calls = self._calls
        if calls.batch == "post":
            asked: object = {calls.ids: [*identifiers]} if calls.ids else [*identifiers]
            return Question(calls.batch_path, body=json.dumps(asked).encode())
        between = "&" if "?" in calls.batch_path else "?"
        return Question(f"{calls.batch_path}{between}{self._query(identifiers)}")

    def _query(self, identifiers: Sequence[str]) -> str:
        name, separator = self._calls.ids, self._calls.separator
        if not separator:
            return urlencode([(name, one) for one in identifiers], errors="surrogatepass")
        together = quote(separator, safe=",;").join(map(quoted, identifiers))
        return f"{quote(name, safe='')}={together}"

    def _can_be_asked(self, identifier: str) -> bool:
        separated = self._calls.batch == "query" and self._calls.separator
        return not (separated and separated in identifier)


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


def _one_of(said: Sequence[Booking]) -> Booking:
    """Return the last booking that an answer has under one id, as hidden as any of them."""
    return replace(said[-1], status=strictest(one.status for one in said))

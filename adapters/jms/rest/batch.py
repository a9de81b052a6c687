"""Bookings of a JMS on the web, many in one call."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar
from urllib.parse import quote, urlencode

import structlog
from typing_extensions import override

from adapters.jms.rest.answers import LARGEST_PAGE, body_of, check_json, json_of, misconfigured
from adapters.jms.rest.bookings import BookingsOf, found_by, quoted
from adapters.jms.rest.questions import Question, Questions
from adapters.jms.rest.records import Records, identifier_in
from adapters.jms.rest.shape import BookingCalls, expression
from app.domain.booking import Booking
from app.domain.errors import JmsMisconfiguredError
from app.domain.field_text import column_name
from app.domain.record_status import strictest
from app.ports.jms import BookingAnswers

T = TypeVar("T")
_log = structlog.get_logger()


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
        unasked = frozenset(identifiers) - set(askable)
        if not askable:
            return BookingAnswers({}, unasked)
        answers = await self._read(askable, partial(self._answers, askable))
        return BookingAnswers(answers.found, answers.unavailable | unasked)

    @override
    async def record(self, identifier: str) -> object:
        told = await self._read([identifier], lambda told: told)
        return told.records[identifier][-1].record if identifier in told.records else None

    async def _read(self, identifiers: Sequence[str], read: Callable[["_Told"], T]) -> T:
        """Return what is made of the answer about these ids."""
        async with self._questions.asked(self._question(identifiers)) as response:
            check_json(response)
            body = await body_of(response, LARGEST_PAGE)
            return await self._questions.read(
                body, lambda: read(self._told(json_of(response, body), identifiers))
            )

    def _answers(self, asked: Sequence[str], told: "_Told") -> BookingAnswers:
        found, unavailable = dict[str, Booking](), set[str]()
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
            unavailable |= set(asked) - set(told.records)
        return BookingAnswers(found, frozenset(unavailable))

    def _told(self, said: object, identifiers: Sequence[str]) -> "_Told":
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


def _one_of(said: Sequence[Booking]) -> Booking:
    """Return the last booking that an answer has under one id, as hidden as any of them."""
    return replace(said[-1], status=strictest(one.status for one in said))

"""Bookings in the answer of a SOAP service: which is whose, and what they say."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final

import structlog

from adapters.field_mapping import CompileLists, FieldMapping
from adapters.jms.soap.errors import TooManyRecordsError, misconfigured
from adapters.jms.soap.safe_xml import Element
from adapters.jms.soap.xpath import MOST_RECORDS, Documents, Record, XPathLanguage
from app.domain.booking import Booking, RecordStatus
from app.domain.booking_fields import booking_from_fields
from app.domain.field_text import clean_text
from app.domain.mapped_fields import MappedField
from app.domain.record_status import strictest
from app.ports.jms import BookingAnswers

MOST_IDS: Final = 20_000
"""Of all bookings in an answer: those of one person each have the ids of all their photos."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Theirs:
    """The records of the ids asked, one for each id of a record; others may be theirs too."""

    records: Sequence[Record]
    others_may_be: bool = False  # there are records without an id that can be read


class BookingReader:
    """Reads bookings by a mapping; times without an offset are in `zone`.

    A booking may have several ids, its number and those of its photos; whoever is asked for by
    one of them gets it. Without ids, an answer with one booking is the one that was asked for.
    """

    def __init__(
        self,
        language: XPathLanguage,
        documents: Documents,
        mapping: FieldMapping,
        each: str,
        zone: tzinfo,
    ) -> None:
        """Raises JmsMisconfiguredError for the mapping's expressions, ValueError for `each`."""
        self._documents = documents
        self._each = language.records(each)
        self._reader = mapping.compiled(
            language.value,
            zone,
            CompileLists(language.records, language.listed, language.marks),
        )
        ids = mapping.expressions.get("external_image_id")
        self._ids = language.values(ids) if ids else _none
        self._zone = zone

    def answers(self, root: Element, asked: Sequence[str]) -> BookingAnswers:
        """Return the bookings of the ids asked; those of others are passed over.

        An id is unavailable where it is not known which of its bookings is meant, or where it has
        none and a booking of nobody may be its own. Raises JmsMisconfiguredError where there are
        bookings and none is known to be theirs, TooManyRecordsError for more than are read.
        """
        records = self._each(self._documents.record(root))
        if not records:
            _log.debug("answer_without_bookings", asked=len(asked))
        theirs = self._theirs(records, asked)
        if records and not theirs.records:
            raise misconfigured("answers with another booking than was asked for")
        told = defaultdict[str, list[Booking]](list)
        for record in theirs.records:
            told[record.identifier].append(self._booking(record))
        meant = {one: _meant(bookings) for one, bookings in told.items()}
        found = {one: booking for one, booking in meant.items() if booking is not None}
        unavailable = {one for one in asked if one in told or theirs.others_may_be} - found.keys()
        for one in unavailable:
            _log.warning("booking_undecided", external_image_id=one, bookings=len(told[one]))
        return BookingAnswers(found, frozenset(unavailable))

    def explained(self, root: Element, asked: str) -> tuple[MappedField, ...] | None:
        """Say what came of each field of one booking; None where there is none.

        Of a booking that is not known to be the one that was asked for too: that may be why.
        """
        records = self._each(self._documents.record(root, asked))
        told = [*self._theirs(records, [asked]).records, *records]
        return self._reader.explained(told[0]) if told else None

    def _theirs(self, records: Sequence[Record], asked: Sequence[str]) -> _Theirs:
        """Return the records of the ids asked; the only one of one that has no id of its own."""
        ids = self._ids_of(records)
        if len(records) == len(asked) == 1 and not ids[0]:
            return _Theirs([replace(records[0], identifier=asked[0])])
        own = [(one, clean_text(one)) for one in asked]
        theirs = [
            replace(record, identifier=one)
            for record, known in zip(records, ids, strict=True)
            for one, text in own
            if text in known
        ]
        if len(theirs) > MOST_RECORDS:
            raise TooManyRecordsError(f"more than {MOST_RECORDS:,} records")
        return _Theirs(theirs, not all(ids))

    def _ids_of(self, records: Sequence[Record]) -> Sequence[set[str]]:
        every, left = list[set[str]](), MOST_IDS
        for record in records:
            told = self._ids(record)
            left -= len(told)
            if left < 0:
                raise TooManyRecordsError(f"more than {MOST_IDS:,} ids of records")
            every.append({text for one in told if (text := clean_text(one))})
        return every

    def _booking(self, record: Record) -> Booking:
        fields = {**self._reader.fields_of(record), "external_image_id": record.identifier}
        parsed = booking_from_fields(fields, self._zone)
        if parsed.problems:
            unread = sorted({problem.field for problem in parsed.problems})
            _log.info("booking_fields_unread", external_image_id=record.identifier, fields=unread)
        return replace(parsed.booking, external_image_id=record.identifier)


def _none(_: Record) -> Sequence[str]:
    return []


def _meant(bookings: Sequence[Booking]) -> Booking | None:
    """Return which of the bookings under one id counts; None where that cannot be decided.

    One that hides more than the others does, then the latest, whatever their order.
    """
    hides = strictest(booking.status for booking in bookings)
    if hides is not RecordStatus.ACTIVE:
        return next(booking for booking in bookings if booking.status is hides)
    if _is_one(bookings):
        return bookings[0]
    times = [booking.booked_at for booking in bookings if booking.booked_at is not None]
    if len(times) < len(bookings):
        return None
    last = max(times)
    latest = [booking for booking in bookings if booking.booked_at == last]
    return latest[0] if _is_one(latest) else None


def _is_one(bookings: Sequence[Booking]) -> bool:
    """Say whether these are one booking, told several times."""
    numbers = {booking.booking_number for booking in bookings}
    return len(bookings) == 1 or (len(numbers) == 1 and None not in numbers)

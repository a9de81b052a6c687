"""Bookings in the answer of a SOAP service: which is whose, and what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

import structlog

from adapters.field_mapping import CompileLists, FieldMapping
from adapters.jms.soap.errors import misconfigured
from adapters.jms.soap.safe_xml import Element
from adapters.jms.soap.xpath import Documents, Record, XPathLanguage
from app.domain.booking import Booking
from app.domain.booking_fields import booking_from_fields
from app.domain.field_text import clean_text
from app.domain.mapped_fields import MappedField
from app.domain.record_status import strictest

_log = structlog.get_logger()


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
            language.value, zone, CompileLists(language.records, language.listed)
        )
        ids = mapping.expressions.get("external_image_id")
        self._ids = language.values(ids) if ids else _none
        self._zone = zone

    def found(self, root: Element, asked: Sequence[str]) -> Mapping[str, Booking]:
        """Return the bookings of the ids asked; those of others are passed over.

        Raises JmsMisconfiguredError where there are bookings and none is known to be theirs.
        """
        records = self._each(self._documents.record(root))
        if not records:
            _log.debug("answer_without_bookings", asked=len(asked))
        theirs = self._theirs(records, asked)
        if records and not theirs:
            raise misconfigured("answers with another booking than was asked for")
        found = dict[str, Booking]()
        for record in theirs:
            booking = self._booking(record)
            other = found.get(record.identifier)
            found[record.identifier] = booking if other is None else _stricter(other, booking)
        return found

    def explained(self, root: Element, asked: str) -> tuple[MappedField, ...] | None:
        """Say what came of each field of one booking; None where there is none.

        Of a booking that is not known to be the one that was asked for too: that may be why.
        """
        records = self._each(self._documents.record(root, asked))
        told = [*self._theirs(records, [asked]), *records]
        return self._reader.explained(told[0]) if told else None

    def _theirs(self, records: Sequence[Record], asked: Sequence[str]) -> Sequence[Record]:
        """Return the records of the ids asked; the only one of one that has no id of its own."""
        ids = [{clean_text(one) for one in self._ids(record)} - {None} for record in records]
        if len(records) == len(asked) == 1 and not ids[0]:
            return [replace(records[0], identifier=asked[0])]
        return [
            replace(record, identifier=one)
            for record, known in zip(records, ids, strict=True)
            for one in asked
            if clean_text(one) in known
        ]

    def _booking(self, record: Record) -> Booking:
        fields = {**self._reader.fields_of(record), "external_image_id": record.identifier}
        parsed = booking_from_fields(fields, self._zone)
        if parsed.problems:
            unread = sorted({problem.field for problem in parsed.problems})
            _log.info("booking_fields_unread", external_image_id=record.identifier, fields=unread)
        return replace(parsed.booking, external_image_id=record.identifier)


def _none(_: Record) -> Sequence[str]:
    return []


def _stricter(one: Booking, other: Booking) -> Booking:
    """Return the booking that hides more, the first of two that hide as much."""
    hides = strictest([one.status, other.status])
    return one if one.status is hides else other

"""How the answers of one SOAP service are read: its files, compiled when it is connected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final, TypeVar

from adapters.field_mapping import RecordReader
from adapters.jms.soap.booking_answers import BookingReader
from adapters.jms.soap.namespaces import NIEM, Namespaces
from adapters.jms.soap.requests_file import Operation, Placed
from adapters.jms.soap.service import SoapService
from adapters.jms.soap.shipped import BOOKINGS, PHOTOS, shipped_mapping
from adapters.jms.soap.xpath import Documents, Record, XPathLanguage

MOST_PHOTOS: Final = 5000
"""On a page of the listing, which best has about a thousand."""

_Compiled = TypeVar("_Compiled")


@dataclass(frozen=True, slots=True)
class PhotoEntries:
    """An operation that answers with photos, and how its entries are read."""

    operation: Operation
    documents: Documents
    each: Callable[[object], Sequence[Record]]
    next: Callable[[object], object]
    reader: RecordReader


class Reading:
    """The expressions of a service; `listing` and `photo` are None where it is not asked so."""

    def __init__(self, service: SoapService, zone: tzinfo) -> None:
        """Raises JmsMisconfiguredError, which names file and place, for what cannot be read."""
        requests, mapping = service.requests, service.mapping or shipped_mapping()
        self._requests = requests
        self._is_shipped = service.mapping is None
        prefixes = {**NIEM, **requests.namespaces, **mapping.namespaces}
        self._language = XPathLanguage(Namespaces(prefixes))
        documents = self._documents(requests.bookings)
        self.bookings: Final = self._compiled(
            self._each(requests.bookings, BOOKINGS),
            lambda text: BookingReader(self._language, documents, mapping, text, zone),
        )
        self._photos = mapping.photos
        self._zone = zone
        self.listing: Final = self._entries(requests.photos)
        self.photo: Final = self._entries(requests.photo or self._of_booking())

    def _of_booking(self) -> Operation | None:
        """Return what asks for the photo in a booking: NIEM's bookings may hold theirs."""
        return replace(self._requests.bookings, each=None) if self._is_shipped else None

    def _entries(self, operation: Operation | None) -> PhotoEntries | None:
        if operation is None:
            return None
        if self._photos is None:
            told = "the mapping file has no  photos:  by which its answers could be read"
            raise self._requests.refused(operation.place, told)
        language = self._language
        each = self._compiled(
            self._each(operation, PHOTOS), lambda text: language.records(text, MOST_PHOTOS)
        )
        following = operation.next or Placed("''", operation.place)
        reader = self._photos.compiled(language.value, self._zone)
        return PhotoEntries(
            operation,
            self._documents(operation),
            each,
            self._compiled(following, language.value),
            reader,
        )

    def _documents(self, operation: Operation) -> Documents:
        within = operation.within
        if within is None:
            return Documents(self._language, None)
        return self._compiled(within, lambda text: Documents(self._language, text))

    def _each(self, operation: Operation, shipped: str) -> Placed:
        if operation.each is not None:
            return operation.each
        if self._is_shipped:
            return Placed(shipped, operation.place)
        told = (
            "there is no  each:  that says which elements of the answer the mapping is about, "
            f"such as {shipped} for NIEM's"
        )
        raise self._requests.refused(operation.place, told)

    def _compiled(self, placed: Placed, compile_one: Callable[[str], _Compiled]) -> _Compiled:
        try:
            return compile_one(placed.text)
        except ValueError as error:
            told = f"the expression cannot be read: {' '.join(str(error).split())}"
            raise self._requests.refused(placed.place, told) from error

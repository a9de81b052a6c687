"""The JMS port on a SOAP service: bookings by one id or several at once, and photos in pages."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

import httpx
from typing_extensions import override

from adapters.jms.soap.booking_answers import BookingReader
from adapters.jms.soap.calls import Calls
from adapters.jms.soap.faults import Fault
from adapters.jms.soap.photos import Photos
from adapters.jms.soap.reading import Reading
from adapters.jms.soap.safe_xml import Bounds
from adapters.jms.soap.service import Questions, SoapService
from adapters.jms.soap.template import fits_xml
from adapters.lookups import Ask, asked_in_parts
from app.domain.booking import Booking
from app.domain.mapped_fields import MappedField
from app.domain.photo import View
from app.ports.jms import BookingAnswers, ExplainsBookings, GivesWay, Jms, PhotoRef, PhotoRefs

PING_ID: Final = "candid-ping"
"""An id that no booking has: a JMS that answers a question about it is well."""

PATIENCE_SECONDS: Final = 60.0
"""For a page of the listing, or a photo: nobody waits for it, as they do for a booking."""

LARGEST_BOOKING: Final = 1_000_000
LARGEST_ANSWER: Final = 5_000_000
"""Bytes of one booking, and of as many as were asked for at once."""

_TAGS_OF_A_BOOKING: Final = 40_000


class SoapJms(Jms, GivesWay, ExplainsBookings):
    """Asks what the requests file says, and reads the answers by the mapping.

    The caller owns the client, which carries the pool limits and the timeout. Its read timeout
    also bounds each answer as a whole, so that a JMS that drips costs no more than one that hangs;
    `patience` bounds what imports ask for. At most `concurrency` questions are asked at a time,
    over all callers.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        service: SoapService,
        zone: tzinfo,
        concurrency: int = 20,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Raises JmsMisconfiguredError for files that cannot be used, with what to mend where."""
        self._requests = service.requests
        self._calls = Calls(client, concurrency, patience)
        self._questions = Questions(service)
        reading = Reading(service, zone)
        self._reader: BookingReader = reading.bookings
        self._photos = Photos(self._calls, self._questions, reading, service.address, zone)

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return await self._asked(external_image_ids, self._bookings)

    @override
    async def bookings_unhurried(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        async def ask(identifiers: Sequence[str]) -> BookingAnswers:
            async with self._calls.turns.unhurried():
                return await self._bookings(identifiers)

        return await self._asked(external_image_ids, ask)

    async def _asked(self, external_image_ids: Sequence[str], ask: Ask) -> BookingAnswers:
        asked = [*dict.fromkeys(one for one in external_image_ids if one and fits_xml(one))]
        answers = await asked_in_parts(asked, self._requests.bookings.at_once, ask)
        nobody_asked = {one for one in external_image_ids if not fits_xml(one)}
        return BookingAnswers(answers.found, answers.unavailable | nobody_asked)

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        return await self._photos.page(view, since, after)

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        return await self._photos.photo(ref)

    @override
    async def ping(self) -> None:
        """Return when the JMS answers a question about an id that no booking has."""
        operation = self._requests.ping
        if operation is None:
            await self._bookings([PING_ID])
            return
        question = self._questions.asked(operation, _bounds(1), {"id": PING_ID})
        answered = await self._calls.answer(question, lambda _: None)
        if isinstance(answered, Fault) and not answered.is_one_of(operation.not_found):
            raise answered.error()

    @override
    async def explained(self, external_image_id: str) -> tuple[MappedField, ...] | None:
        if not external_image_id or not fits_xml(external_image_id):
            return None
        operation, asked = self._requests.bookings, [external_image_id]
        question = self._questions.asked(operation, _bounds(1), {}, asked)
        answered = await self._calls.answer(
            question, lambda root: self._reader.explained(root, external_image_id)
        )
        if isinstance(answered, Fault):
            if answered.is_one_of(operation.not_found):
                return None
            raise answered.error()
        return answered

    async def _bookings(self, identifiers: Sequence[str]) -> BookingAnswers:
        operation = self._requests.bookings
        question = self._questions.asked(operation, _bounds(len(identifiers)), {}, identifiers)
        answered = await self._calls.answer(
            question, lambda root: self._reader.answers(root, identifiers)
        )
        if not isinstance(answered, Fault):
            return answered
        if not answered.is_one_of(operation.not_found):
            raise answered.error()
        if len(identifiers) == 1:
            return BookingAnswers({})
        return await self._one_by_one(identifiers)

    async def _one_by_one(self, identifiers: Sequence[str]) -> BookingAnswers:
        """Ask for each id alone, where one that is not there costs all of them the answer."""
        found, unavailable = dict[str, Booking](), set[str]()
        for identifier in identifiers:
            answers = await self._bookings([identifier])
            found.update(answers.found)
            unavailable |= answers.unavailable
        return BookingAnswers(found, frozenset(unavailable))


def _bounds(bookings: int) -> Bounds:
    most = min(bookings * LARGEST_BOOKING, LARGEST_ANSWER)
    return Bounds(most, most * _TAGS_OF_A_BOOKING // LARGEST_BOOKING)

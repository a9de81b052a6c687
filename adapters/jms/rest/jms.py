"""The JMS port on a REST service: bookings one by one or in batches, and photos in pages."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from http import HTTPStatus
from typing import Final

import httpx
from typing_extensions import override

from adapters.field_mapping import RecordReader
from adapters.jms.rest.answers import (
    ABSENT,
    LARGEST_PAGE,
    body_of,
    check_json,
    json_of,
    misconfigured,
)
from adapters.jms.rest.batch import BatchBookings
from adapters.jms.rest.bookings import (
    BookingsOf,
    SingleBookings,
    can_be_in_a_path,
    ping_by_path,
    quoted,
)
from adapters.jms.rest.credentials import Credentials
from adapters.jms.rest.listing import Listing
from adapters.jms.rest.pictures import photo_of
from adapters.jms.rest.questions import Question, Questions
from adapters.jms.rest.records import Records
from adapters.jms.rest.shape import RestShape, address_of, compiled, entry_reader
from adapters.lookups import Ask, asked_in_parts
from adapters.web import AddressRefusedError, NamedHosts
from app.domain.errors import (
    JmsCannotListError,
    JmsUnavailableError,
    PhotoMissingError,
)
from app.domain.mapped_fields import MappedField
from app.domain.photo import View
from app.ports.jms import BookingAnswers, ExplainsBookings, GivesWay, Jms, PhotoRef, PhotoRefs

PING_ID = "candid-ping"
"""An id that no booking has: a JMS that answers 404 to it is well."""

PATIENCE_SECONDS: Final = 60.0
"""For a page of the listing, or a photo: nobody waits for it, as they do for a booking."""

_CANNOT_LIST: Final = (
    "The jail management system cannot list photos: it answers no GET {base_url}/photos. It takes "
    "an answer as docs/connect-a-jms.md describes it; or import from a folder or a manifest."
)
_NO_LISTING: Final = {*ABSENT, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
_IMAGE: Final = "image/*, */*"


class Elsewhere:
    """The hosts beside the JMS's own that photos may be on, and the client that asks them.

    The client carries no credentials, and its transport checks the addresses it connects to.
    """

    def __init__(self, client: httpx.AsyncClient | None, hosts: NamedHosts) -> None:
        self.client = client
        self.hosts = hosts

    @classmethod
    def nowhere(cls) -> "Elsewhere":
        """Return that there are none."""
        return cls(None, NamedHosts((), "CANDID_JMS__PHOTOS__HOSTS"))


class RestJms(Jms, GivesWay, ExplainsBookings):
    """Asks for bookings and photos as the shape says; by default `bookings/{id}` and `photos`.

    The caller owns the client, which carries the base URL, credentials that never change, the pool
    limits and the timeout. Its read timeout also bounds each booking's answer as a whole, so that a
    JMS that drips costs no more than one that hangs; `patience` bounds what imports ask for. At
    most `concurrency` questions are asked at a time, over all callers. Making it raises
    JmsMisconfiguredError for a shape whose expressions cannot be read.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a JMS is made of, all but two with a default
        self,
        client: httpx.AsyncClient,
        concurrency: int,
        zone: tzinfo,
        patience: float = PATIENCE_SECONDS,
        shape: RestShape | None = None,
        credentials: Credentials | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        shape = shape or RestShape()
        mapping, calls = shape.mapping, shape.bookings
        photos = mapping.photos if mapping else None
        self._questions = Questions(client, concurrency, patience, credentials)
        self._records = Records(mapping.compiled(compiled, zone) if mapping else None, zone)
        self._bookings: BookingsOf = (
            SingleBookings(self._questions, calls, self._records)
            if calls.batch == "none"
            else BatchBookings(self._questions, calls, self._records)
        )
        self._ping_path = calls.ping_path
        self._elsewhere = elsewhere or Elsewhere.nowhere()
        reader: RecordReader | None = photos.compiled(compiled, zone) if photos else None
        self._listing = Listing(
            client.base_url, zone, shape.photos, self._elsewhere.hosts, entry_reader(photos, reader)
        )
        self._photo_path = shape.photos.path
        image = photos.expressions.get("image") if photos else None
        self._image = compiled(image) if image else None

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return await self._asked(external_image_ids, self._bookings.ask)

    @override
    async def bookings_unhurried(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        async def ask(identifiers: Sequence[str]) -> BookingAnswers:
            async with self._questions.turns.unhurried():
                return await self._bookings.ask(identifiers)

        return await self._asked(external_image_ids, ask)

    async def _asked(self, external_image_ids: Sequence[str], ask: Ask) -> BookingAnswers:
        asked = [one for one in dict.fromkeys(external_image_ids) if one]
        return await asked_in_parts(asked, self._bookings.most, ask)

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        question = self._listing.question(view, since, after)
        async with self._questions.asked_by_import(question) as response:
            if response.status_code in _NO_LISTING and after is None:
                raise JmsCannotListError(_CANNOT_LIST)
            if response.status_code in ABSENT and self._listing.ends_with_absence:
                return PhotoRefs((), None)
            check_json(response)
            body = await body_of(response, LARGEST_PAGE)
            return await self._questions.read(
                body,
                lambda: self._listing.page(response, json_of(response, body), view, after),
                by_import=True,
            )

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        identifier, client = ref.external_image_id, None
        if ref.location:
            address: str | httpx.URL = self._listing.address(ref)
            client = self._elsewhere.client if self._listing.is_elsewhere(ref) else None
        elif can_be_in_a_path(identifier):
            address = address_of(self._photo_path, quoted(identifier))
        else:
            raise PhotoMissingError
        question = Question(address, wants=_IMAGE)
        try:
            async with self._questions.asked_by_import(question, client) as response:
                return await photo_of(response, self._questions, self._image)
        except JmsUnavailableError as error:
            if isinstance(error.__cause__, AddressRefusedError):
                raise misconfigured(
                    "has photos on a host whose address is of a private network, and "
                    "CANDID_JMS__PHOTOS__PRIVATE_HOSTS does not name it"
                ) from error
            raise

    @override
    async def ping(self) -> None:
        """Return when the JMS answers a question about an id that no booking has."""
        if self._ping_path is not None:
            await ping_by_path(self._questions, self._ping_path)
        else:
            await self._bookings.record(PING_ID)

    @override
    async def explained(self, external_image_id: str) -> tuple[MappedField, ...] | None:
        record = await self._bookings.record(external_image_id)
        return None if record is None else self._records.explained(record)

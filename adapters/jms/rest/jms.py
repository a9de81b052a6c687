"""The JMS port on a REST service: bookings one by one, and photos in pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import anyio
import httpx
import structlog
from typing_extensions import override

from adapters.jms.rest.answers import (
    ABSENT,
    LARGEST_PAGE,
    body_of,
    check_json,
    fields_of,
    misconfigured,
    photo_of,
)
from adapters.jms.rest.listing import Listing
from adapters.jms.rest.questions import Questions
from app.domain.booking import Booking
from app.domain.booking_fields import booking_from_fields
from app.domain.errors import (
    InvalidExternalImageIdError,
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsUnavailableError,
    PhotoMissingError,
)
from app.domain.field_text import clean_text
from app.domain.photo import View
from app.ports.jms import BookingAnswers, Jms, PhotoRef, PhotoRefs

PING_ID = "candid-ping"
"""An id that no booking has: a JMS that answers 404 to it is well."""

PATIENCE_SECONDS: Final = 60.0
"""For a page of the listing, or a photo: nobody waits for it, as they do for a booking."""

_CANNOT_LIST: Final = (
    "The jail management system cannot list photos: it answers no GET {base_url}/photos. It takes "
    "an answer as docs/connect-a-jms.md describes it; or import from a folder or a manifest."
)
_NO_LISTING: Final = {*ABSENT, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
_log = structlog.get_logger()


class RestJms(Jms):
    """Reads `bookings/{external_image_id}`, `photos` and `photos/{external_image_id}`.

    The caller owns the client, which carries the base URL, the credentials, the pool limits and
    the timeout. Its read timeout also bounds each booking's answer as a whole, so that a JMS that
    drips costs no more than one that hangs; `patience` bounds what imports ask for. At most
    `concurrency` questions are asked at a time, over all callers.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        concurrency: int,
        zone: tzinfo,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._questions = Questions(client, concurrency, patience)
        self._listing = Listing(client.base_url, zone)
        self._zone = zone

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        found: dict[str, Booking] = {}
        failed: dict[str, JmsUnavailableError | JmsMisconfiguredError] = {}

        async def ask(identifier: str) -> None:
            try:
                booking = await self._booking(identifier)
            except (JmsUnavailableError, JmsMisconfiguredError) as error:
                failed[identifier] = error
            else:
                if booking is not None:
                    found[identifier] = booking

        asked = dict.fromkeys(filter(_can_be_asked, external_image_ids))
        async with anyio.create_task_group() as group:
            for identifier in asked:
                group.start_soon(ask, identifier)
        if failed and len(failed) == len(asked):
            raise _worst([*failed.values()])
        for identifier, error in failed.items():
            _log.warning("booking_unavailable", external_image_id=identifier, reason=str(error))
        nobody_asked = {one for one in external_image_ids if one and not _can_be_asked(one)}
        return BookingAnswers(found, frozenset(failed) | nobody_asked)

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        params = {"view": view.value}
        if since is not None:
            moment = since.astimezone(UTC).isoformat(timespec="seconds")
            params["since"] = moment.replace("+00:00", "Z")
        if after is not None:
            params["after"] = after
        asking = self._questions.asked_by_import("photos", params, "application/json")
        async with asking as response:
            if response.status_code in _NO_LISTING and after is None:
                raise JmsCannotListError(_CANNOT_LIST)
            check_json(response)
            fields = fields_of(await body_of(response, LARGEST_PAGE))
        return self._listing.page(fields, view, after)

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        if ref.location:
            address = self._listing.address(ref)
        elif _can_be_asked(ref.external_image_id):
            address = self._listing.usual_address(_quoted(ref.external_image_id))
        else:
            raise PhotoMissingError
        async with self._questions.asked_by_import(address, {}, "image/*, */*") as response:
            return await photo_of(response)

    @override
    async def ping(self) -> None:
        """Return when the JMS answers a question about an id that no booking has."""
        await self._answer(PING_ID)

    async def _booking(self, identifier: str) -> Booking | None:
        fields = await self._answer(identifier)
        if fields is None:
            return None
        if fields.get("external_image_id") in (None, ""):
            fields = {**fields, "external_image_id": identifier}
        try:
            parsed = booking_from_fields(fields, self._zone)
        except InvalidExternalImageIdError as error:
            raise misconfigured("answers with an id that cannot be used") from error
        if clean_text(parsed.booking.external_image_id) != clean_text(identifier):
            raise misconfigured("answers with another booking than was asked for")
        if parsed.problems:
            unread = sorted({problem.field for problem in parsed.problems})
            _log.info("booking_fields_unread", external_image_id=identifier, fields=unread)
        return replace(parsed.booking, external_image_id=identifier)

    async def _answer(self, identifier: str) -> Mapping[str, object] | None:
        """Return the fields of one booking, or None when the JMS knows none."""
        async with self._questions.asked(f"bookings/{_quoted(identifier)}") as response:
            if response.status_code in ABSENT:
                await body_of(response)  # so that the connection can be used again
                return None
            check_json(response)
            return fields_of(await body_of(response))


def _can_be_asked(identifier: str) -> bool:
    """Say whether an id can be in an address; `..` must never get into a path."""
    return bool(identifier.strip("."))


def _quoted(identifier: str) -> str:
    return quote(identifier, safe="", errors="surrogatepass")


def _worst(
    errors: Sequence[JmsUnavailableError | JmsMisconfiguredError],
) -> JmsUnavailableError | JmsMisconfiguredError:
    """Return the error that someone must do something about, if there is one."""
    return next((error for error in errors if isinstance(error, JmsMisconfiguredError)), errors[0])

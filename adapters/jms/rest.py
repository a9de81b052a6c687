"""The JMS port on a REST service that answers one booking as JSON."""

import json
import ssl
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, tzinfo
from http import HTTPStatus
from urllib.parse import quote

import anyio
import httpx
import structlog
from typing_extensions import override

from app.domain.booking import Booking
from app.domain.booking_fields import booking_from_fields
from app.domain.errors import (
    InvalidExternalImageIdError,
    JmsCannotListError,
    JmsMisconfiguredError,
    JmsUnavailableError,
)
from app.domain.photo import View, checked_external_image_id
from app.ports.jms import BookingAnswers, Jms, PhotoRef, PhotoRefs

LARGEST_ANSWER = 1_000_000
"""Bytes; a booking is a few thousand."""

PING_ID = "candid-ping"
"""An id that no booking has: a JMS that answers 404 to it is well."""

_ABSENT = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_TRY_AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_CHECK = "check CANDID_JMS__BASE_URL and the credentials"
_log = structlog.get_logger()


class RestJms(Jms):
    """Reads `GET bookings/{external_image_id}`; the caller owns the client.

    The client carries the base URL, the credentials, the pool limits and the timeout. Its read
    timeout also bounds each answer as a whole, so that a JMS that drips costs no more than one
    that hangs. At most `concurrency` questions are asked at a time, over all callers.
    """

    def __init__(self, client: httpx.AsyncClient, concurrency: int, zone: tzinfo) -> None:
        self._client = client
        self._zone = zone
        self._turn = anyio.CapacityLimiter(concurrency)

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

        asked = dict.fromkeys(filter(_can_exist, external_image_ids))
        async with anyio.create_task_group() as group:
            for identifier in asked:
                group.start_soon(ask, identifier)
        if failed and len(failed) == len(asked):
            raise _worst([*failed.values()])
        for identifier, error in failed.items():
            _log.warning("booking_unavailable", external_image_id=identifier, reason=str(error))
        return BookingAnswers(found, frozenset(failed))

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        raise JmsCannotListError

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        raise JmsCannotListError

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
            raise _misconfigured("answers with an id that cannot be used") from error
        if parsed.booking.external_image_id != identifier:
            raise _misconfigured("answers with another booking than was asked for")
        if parsed.problems:
            unread = sorted({problem.field for problem in parsed.problems})
            _log.info("booking_fields_unread", external_image_id=identifier, fields=unread)
        return parsed.booking

    async def _answer(self, identifier: str) -> Mapping[str, object] | None:
        """Return the fields of one booking, or None when the JMS knows none."""
        request = self._client.stream(
            "GET",
            f"bookings/{quote(identifier, safe='')}",
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            follow_redirects=False,
        )
        async with self._turn, self._translated_errors(), request as response:
            if response.status_code in _ABSENT:
                await _body(response)  # so that the connection can be used again
                return None
            _check_head(response)
            return _fields(await _body(response))

    @asynccontextmanager
    async def _translated_errors(self) -> AsyncGenerator[None]:
        try:
            with anyio.fail_after(self._client.timeout.read):
                yield
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise _misconfigured("has no address that can be asked") from error
        except (httpx.HTTPError, TimeoutError) as error:
            if _certificate_refused(error):
                raise _misconfigured("has a certificate that cannot be trusted") from error
            raise JmsUnavailableError from error


def _can_exist(identifier: str) -> bool:
    """Say whether an id could be a booking's; `..` must never get into a path."""
    try:
        checked_external_image_id(identifier)
    except InvalidExternalImageIdError:
        return False
    return True


def _check_head(response: httpx.Response) -> None:
    """Let only a plain, uncompressed JSON answer through."""
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN:
        raise JmsUnavailableError
    if status != HTTPStatus.OK:
        raise _misconfigured(f"answers with status {status}")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise _misconfigured("answers something else than JSON, perhaps a page to sign in")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise _misconfigured("compresses its answers, which it was asked not to")


async def _body(response: httpx.Response) -> bytes:
    """Read an answer, but never more than a booking can be."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > LARGEST_ANSWER:
            raise _misconfigured(f"answers with more than {LARGEST_ANSWER:,} bytes")
    return bytes(body)


def _fields(body: bytes) -> Mapping[str, object]:
    try:
        fields: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _misconfigured("answers with JSON that cannot be read") from error
    if not isinstance(fields, dict):
        raise _misconfigured("answers with JSON that is no object")
    return fields


def _worst(
    errors: Sequence[JmsUnavailableError | JmsMisconfiguredError],
) -> JmsUnavailableError | JmsMisconfiguredError:
    """Return the error that someone must do something about, if there is one."""
    return next((error for error in errors if isinstance(error, JmsMisconfiguredError)), errors[0])


def _misconfigured(what: str) -> JmsMisconfiguredError:
    return JmsMisconfiguredError(f"The jail management system {what}; {_CHECK}.")


def _certificate_refused(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None

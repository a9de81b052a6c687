"""What a JMS on the web answers: only what was asked for gets through, and never too much of it."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import httpx

from app.domain.errors import (
    CandidError,
    JmsMisconfiguredError,
    JmsUnavailableError,
    PhotoMissingError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)
from app.ports.photo_source import PHOTO_BYTES, checked_photo

LARGEST_ANSWER: Final = 1_000_000
"""Bytes; a booking is a few thousand."""

LARGEST_PAGE: Final = 5_000_000
"""Bytes of a page of the listing; a thousand photos are a few hundred thousand."""

ABSENT: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_TRY_AGAIN: Final = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_REFUSED: Final = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
}
_NO_PICTURE: Final = {"text/html", "application/xhtml+xml", "application/json"}
_CHECK: Final = "check CANDID_JMS__BASE_URL and the credentials"


def check_json(response: httpx.Response) -> None:
    """Let only a plain, uncompressed JSON answer through."""
    status = response.status_code
    if _may_pass(status):
        raise JmsUnavailableError
    if status != HTTPStatus.OK:
        raise misconfigured(f"answers with status {status}")
    kind = _kind(response)
    if kind != "application/json" and not kind.endswith("+json"):
        raise misconfigured("answers something else than JSON, perhaps a page to sign in")
    if _is_compressed(response):
        raise misconfigured("compresses its answers, which it was asked not to")


async def body_of(response: httpx.Response, largest: int = LARGEST_ANSWER) -> bytes:
    """Read an answer, but never more than it can be."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > largest:
            raise misconfigured(f"answers with more than {largest:,} bytes")
    return bytes(body)


def fields_of(body: bytes) -> Mapping[str, object]:
    """Return the object in an answer."""
    try:
        fields: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise misconfigured("answers with JSON that cannot be read") from error
    if not isinstance(fields, dict):
        raise misconfigured("answers with JSON that is no object")
    return fields


async def photo_of(response: httpx.Response) -> bytes:
    """Read a photo, but never more than a photo may have; what it shows, its bytes will say."""
    if response.status_code != HTTPStatus.OK:
        raise _no_photo(response.status_code)
    if _kind(response) in _NO_PICTURE:
        raise UnsupportedPhotoError(
            "The jail management system answers with a page or JSON in the place of this photo."
        )
    if _is_compressed(response):
        raise PhotoUnreadableError("The photo is sent compressed, which was asked not to be.")
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > PHOTO_BYTES:
            break
    return checked_photo(bytes(body))


def misconfigured(what: str) -> JmsMisconfiguredError:
    """Return the error for an answer that no retry will mend."""
    return JmsMisconfiguredError(f"The jail management system {what}; {_CHECK}.")


def _no_photo(status: int) -> CandidError:
    """Return what a status means for one photo.

    A refused caller is mostly refused every photo: then the import had better wait, and a photo
    that alone is refused is given up after a few attempts. The same goes for redirects.
    """
    if status in ABSENT:
        return PhotoMissingError("The jail management system lists this photo and has it no more.")
    if _may_pass(status) or status in _REFUSED:
        return JmsUnavailableError(
            f"The jail management system answers with status {status} for a photo; try again."
        )
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return JmsUnavailableError(
            f"The jail management system sends callers elsewhere (status {status}) for a photo, "
            "perhaps to sign in; redirects are not followed."
        )
    return PhotoMissingError(
        f"The jail management system answers with status {status} for this photo."
    )


def _may_pass(status: int) -> bool:
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN


def _kind(response: httpx.Response) -> str:
    kind: str = response.headers.get("Content-Type", "")
    return kind.partition(";")[0].strip().lower()


def _is_compressed(response: httpx.Response) -> bool:
    encoding: str = response.headers.get("Content-Encoding", "identity")
    return encoding.lower() != "identity"

"""A photo by its address at the service, or as base64 in an answer."""

import base64
import binascii
from http import HTTPStatus
from typing import Final

import httpx

from app.domain.errors import (
    CandidError,
    JmsUnavailableError,
    PhotoMissingError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)
from app.ports.photo_source import PHOTO_BYTES, checked_photo

LARGEST_ENCODED: Final = PHOTO_BYTES * 4 // 3 * 78 // 76 + 1_000_000
"""Bytes of an answer with the largest photo in it, in lines, and what is around it."""

_NO_PICTURE: Final = {"text/html", "application/xhtml+xml", "application/json", "text/xml"}
_TRY_AGAIN: Final = {
    *(HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS),
    *(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED),
}
"""A refused caller is here too: mostly it is refused every photo, and the import should pause."""


def decoded_photo(text: str) -> bytes:
    """Return the bytes of a photo in base64, whatever white space is in it.

    Raises PhotoTooLargeError, and UnsupportedPhotoError for what is no base64.
    """
    packed = "".join(text.split())
    if len(packed) > (PHOTO_BYTES + 2) // 3 * 4:
        raise PhotoTooLargeError
    try:
        photo = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnsupportedPhotoError(
            "The jail management system's answer holds no base64 in the place of this photo."
        ) from error
    return checked_photo(photo)


async def photo_of(response: httpx.Response) -> bytes:
    """Read a photo, but never more than a photo may have; what it shows, its bytes will say.

    Raises PhotoMissingError, PhotoTooLargeError, PhotoUnreadableError, UnsupportedPhotoError and
    JmsUnavailableError.
    """
    if response.status_code != HTTPStatus.OK:
        raise _no_photo(response.status_code)
    kind: str = response.headers.get("Content-Type", "")
    if kind.partition(";")[0].strip().lower() in _NO_PICTURE:
        raise UnsupportedPhotoError(
            "The jail management system answers with a page or XML in the place of this photo."
        )
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise PhotoUnreadableError("The photo is sent compressed, which was asked not to be.")
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > PHOTO_BYTES:
            break
    return checked_photo(bytes(body))


def _no_photo(status: int) -> CandidError:
    """Return what a status means for one photo, as for the photos of other JMS."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN:
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

"""The answer with a photo: its bytes, or JSON with the bytes in it as base64."""

import base64
import binascii
from functools import partial
from http import HTTPStatus
from typing import Final

import httpx

from adapters.field_mapping.reader import Expression
from adapters.jms.rest.answers import (
    ABSENT,
    LARGEST_ANSWER,
    PAGES,
    is_compressed,
    is_json,
    is_passing,
    json_of,
    kind_of,
)
from adapters.jms.rest.questions import Questions
from app.domain.errors import (
    CandidError,
    JmsUnavailableError,
    PhotoMissingError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)
from app.ports.photo_source import PHOTO_BYTES, checked_photo

LARGEST_WITH_IMAGE: Final = PHOTO_BYTES * 4 // 3 + LARGEST_ANSWER
"""Bytes of an answer of JSON with a photo in it."""

_NO_PICTURE: Final = {*PAGES, "application/json"}
_OF_ADDRESSES: Final = str.maketrans("-_", "+/")
_REFUSED: Final = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
}


async def photo_of(
    response: httpx.Response, questions: Questions, image: Expression | None = None
) -> bytes:
    """Read a photo, but never more than a photo may have; what it shows, its bytes will say.

    Where there is an `image`, it may lie as base64 in an answer of JSON, at that expression.
    """
    if response.status_code != HTTPStatus.OK:
        raise _no_photo(response.status_code)
    has_image = is_json(response) and image is not None
    if kind_of(response) in _NO_PICTURE and not has_image:
        raise UnsupportedPhotoError(
            "The jail management system answers with a page or JSON in the place of this photo."
        )
    if is_compressed(response):
        raise PhotoUnreadableError("The photo is sent compressed, which was asked not to be.")
    if image is not None and has_image:
        body = await _started(response, LARGEST_WITH_IMAGE)
        if len(body) > LARGEST_WITH_IMAGE:
            raise PhotoTooLargeError
        work = partial(_said, image, response, body)
        return checked_photo(await questions.read(body, work, by_import=True))
    return checked_photo(await _started(response, PHOTO_BYTES))


async def _started(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > most:
            break
    return bytes(body)


def _said(image: Expression, response: httpx.Response, body: bytes) -> bytes:
    """Decode the base64 in an answer, of a data URL too."""
    said = json_of(response, body)
    try:
        found = image(said)
    except (ValueError, TypeError):
        found = None
    if not isinstance(found, str) or not found:
        raise PhotoMissingError("The jail management system's answer holds no image where it says.")
    text = found.partition("base64,")[2] if found.startswith("data:") else found
    plain = text.translate(_OF_ADDRESSES)
    try:
        return base64.b64decode("".join(plain.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnsupportedPhotoError(
            "The jail management system's answer holds no base64 in the place of this photo."
        ) from error


def _no_photo(status: int) -> CandidError:
    """Return what a status means for one photo.

    A refused caller is mostly refused every photo: then the import had better wait, and a photo
    that alone is refused is given up after a few attempts. The same goes for redirects.
    """
    if status in ABSENT:
        return PhotoMissingError("The jail management system lists this photo and has it no more.")
    if is_passing(status) or status in _REFUSED:
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

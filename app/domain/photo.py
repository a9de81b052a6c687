"""Booking photos: their ids, views and storage keys."""

import hashlib
import re
from enum import StrEnum

from app.domain.errors import InvalidExternalImageIdError

EXTERNAL_IMAGE_ID = r"^[a-zA-Z0-9_.\-:]{1,255}$"
"""Amazon Rekognition's pattern for ExternalImageId, kept whichever engine runs."""

_PATTERN = re.compile(r"[a-zA-Z0-9_.\-:]{1,255}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class View(StrEnum):
    """What a booking photo shows of the person."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    SCAR_MARK_TATTOO = "scar_mark_tattoo"
    OTHER = "other"


def checked_external_image_id(value: str) -> str:
    """Return the id unchanged; raises InvalidExternalImageIdError when it cannot be a join."""
    if not _PATTERN.fullmatch(value) or not value.strip("."):
        raise InvalidExternalImageIdError
    return value


def sha256_of(photo: bytes) -> str:
    """Return the SHA-256 of the bytes as sent, in lower-case hex."""
    return hashlib.sha256(photo).hexdigest()


def photo_key(external_image_id: str, sha256: str) -> str:
    """Return the storage key `<external_image_id>/<sha256>`, which a replacement never shares."""
    return f"{external_image_id}/{sha256}"


def sha256_in(key: str) -> str | None:
    """Return the hash in a key that `photo_key` made; None for every other key."""
    external_image_id, _, sha256 = key.partition("/")
    known = _PATTERN.fullmatch(external_image_id) and external_image_id.strip(".")
    return sha256 if known and _SHA256.fullmatch(sha256) else None

"""Ids of other systems as ExternalImageIds, and back: reversible, readable where they fit.

An id that fits the pattern of ExternalImageId stays as it is. Any other becomes `::` and its UTF-8
bytes, those of `[a-zA-Z0-9_.-]` as themselves and each other one as `:` and two hex digits: `A 1/2`
is `::A:201:2f2`. An id that begins with `::` itself is encoded too, so that decoding is exact.
"""

import re
import string

from app.domain.errors import InvalidExternalImageIdError
from app.domain.photo import checked_external_image_id

_MARK = "::"
_PLAIN = frozenset((string.ascii_letters + string.digits + "_.-").encode())
_ENCODED = re.compile(r"::(?:[a-zA-Z0-9_.\-]|:[0-9a-f]{2})*", re.ASCII)


def encoded_id(raw: str) -> str:
    """Return the ExternalImageId of an id; InvalidExternalImageIdError where it gets too long."""
    if not raw.startswith(_MARK):
        try:
            return checked_external_image_id(raw)
        except InvalidExternalImageIdError:
            pass
    if not raw:
        raise InvalidExternalImageIdError
    octets = raw.encode("utf-8", "surrogatepass")
    spelt = (chr(octet) if octet in _PLAIN else f":{octet:02x}" for octet in octets)
    return checked_external_image_id(_MARK + "".join(spelt))


def decoded_id(external_image_id: str) -> str:
    """Return the id that `encoded_id` was given; what it did not encode comes back as it is."""
    if not external_image_id.startswith(_MARK) or not _ENCODED.fullmatch(external_image_id):
        return external_image_id
    spelt = external_image_id.removeprefix(_MARK)
    parts = re.findall(r":[0-9a-f]{2}|[^:]", spelt)
    octets = bytes(int(part[1:], 16) if part[0] == ":" else ord(part) for part in parts)
    try:
        raw = octets.decode("utf-8", "surrogatepass")
        return raw if encoded_id(raw) == external_image_id else external_image_id
    except (UnicodeDecodeError, InvalidExternalImageIdError):
        return external_image_id

"""What a connection is told below the application, and how."""

from http import HTTPStatus
from typing import Final

from app.api.errors import answer
from app.api.headers import HEADERS
from app.domain.errors import TooManyCallsError

HEAD_BYTES: Final = 32_768
HEAD_LINES: Final = 100

Complaint = tuple[HTTPStatus, str, str]

TOO_SLOW = (HTTPStatus.REQUEST_TIMEOUT, "request_timeout", "The request came too slowly.")
LONG_HEAD = (
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "request_header_fields_too_large",
    f"The headers have at most {HEAD_LINES} lines and {HEAD_BYTES} bytes, with the address.",
)
LONG = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", "The request is too large.")
STRANGE = (HTTPStatus.BAD_REQUEST, "bad_request", "This is no HTTP/1.1 that is read here.")
CROWD = (HTTPStatus.TOO_MANY_REQUESTS, TooManyCallsError.code, TooManyCallsError.text)


def answered_below(complaint: Complaint) -> bytes:
    """Return the whole answer, as it goes over the wire before the connection is closed."""
    status, code, text = complaint
    refusal = answer(status, code, text)
    refusal.headers.update(HEADERS)
    refusal.headers["Connection"] = "close"
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        refusal.headers["Retry-After"] = str(TooManyCallsError.retry_after)
    lines = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode())]
    lines += [b"%s: %s" % header for header in refusal.raw_headers]
    return b"\r\n".join((*lines, b"", bytes(refusal.body)))

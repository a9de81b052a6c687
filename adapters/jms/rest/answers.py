"""What a JMS on the web answers: only what was asked for gets through, and never too much of it."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import httpx

from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError

LARGEST_ANSWER: Final = 1_000_000
"""Bytes; a booking is a few thousand."""

LARGEST_PAGE: Final = 5_000_000
"""Bytes of a page of the listing; a thousand photos are a few hundred thousand."""

MOST_VALUES: Final = 500_000
"""Of a JSON answer; a small text with more would take a hundred times its size in memory."""

ABSENT: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_TRY_AGAIN: Final = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_LONGEST_PROLOG: Final = 1000
"""Bytes of a web page until it says that it is one."""

_BEFORE_MARKUP: Final = b"\xef\xbb\xbf \t\r\n"
_UNICODE: Final = {"utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be"}
_WESTERN: Final = {"iso-8859-1", "latin1", "windows-1252", "cp1252"}
PAGES: Final = {"text/html", "application/xhtml+xml"}
_CHECK: Final = (
    "check CANDID_JMS__BASE_URL and the credentials; `candid jms check` shows what came of it"
)


def check_json(response: httpx.Response) -> None:
    """Let only a plain, uncompressed JSON answer through."""
    check_status(response)
    if not is_json(response):
        raise misconfigured("answers something else than JSON, perhaps a page to sign in")
    if is_compressed(response):
        raise misconfigured("compresses its answers, which it was asked not to")


def check_status(response: httpx.Response) -> None:
    """Let only an answer of status 200 through."""
    if is_passing(response.status_code):
        raise JmsUnavailableError
    if response.status_code != HTTPStatus.OK:
        raise misconfigured(f"answers with status {response.status_code}")


def check_is_no_gateway(response: httpx.Response, body: bytes) -> None:
    """Raise JmsUnavailableError where what says that something is absent is a web page.

    Gateways answer so while a JMS is away; for what is absent there, photos are removed.
    """
    begins = body[:_LONGEST_PROLOG].lstrip(_BEFORE_MARKUP).lower()
    is_markup = begins.startswith(b"<") and (b"<html" in begins or b"<!doctype html" in begins)
    if is_markup or (begins and kind_of(response) in PAGES):
        status = response.status_code
        raise JmsUnavailableError(
            f"The jail management system answers with status {status} and a web page, as a gateway "
            "does; of a booking that it does not know it has to say so without one."
        )


def check_is_no_page(response: httpx.Response) -> None:
    """Let no web page through, such as one to sign in."""
    if kind_of(response) in PAGES:
        raise misconfigured("answers with a web page, perhaps one to sign in")


async def body_of(response: httpx.Response, largest: int = LARGEST_ANSWER) -> bytes:
    """Read an answer, but never more than it can be."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > largest:
            raise misconfigured(f"answers with more than {largest:,} bytes")
    return bytes(body)


def json_of(response: httpx.Response, body: bytes) -> object:
    """Return what an answer says, in the encoding that it names, or else as JSON is."""
    if body.count(b",") > MOST_VALUES:
        raise misconfigured(f"answers with more than {MOST_VALUES:,} values")
    try:
        said: object = json.loads(_decoded(response, body))
    except (ValueError, LookupError, RecursionError) as error:
        raise misconfigured("answers with JSON that cannot be read") from error
    return said


def object_of(said: object) -> Mapping[str, object]:
    """Return an object; raises JmsMisconfiguredError for anything else."""
    if not isinstance(said, dict):
        raise misconfigured("answers with JSON that is no object")
    return said


def misconfigured(what: str) -> JmsMisconfiguredError:
    """Return the error for an answer that no retry will mend."""
    return JmsMisconfiguredError(f"The jail management system {what}; {_CHECK}.")


def is_passing(status: int) -> bool:
    """Say whether the same question may be answered later."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN


def kind_of(response: httpx.Response) -> str:
    """Return the media type of an answer, without its parameters."""
    kind: str = response.headers.get("Content-Type", "")
    return kind.partition(";")[0].strip().lower()


def is_json(response: httpx.Response) -> bool:
    """Say whether an answer says that it is JSON."""
    kind = kind_of(response)
    return kind == "application/json" or kind.endswith("+json")


def _decoded(response: httpx.Response, body: bytes) -> str:
    """Decode an answer; LookupError for an encoding that is not read here."""
    named = (response.charset_encoding or "utf-8").lower()
    if named in _UNICODE:
        return body.decode(json.detect_encoding(body), "surrogatepass")
    if named in _WESTERN:
        return body.decode("cp1252")
    raise LookupError(named)


def is_compressed(response: httpx.Response) -> bool:
    """Say whether an answer is compressed, which it was asked not to be."""
    encoding: str = response.headers.get("Content-Encoding", "identity")
    return encoding.lower() != "identity"

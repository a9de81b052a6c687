"""One request's body while it arrives: how large it is, how many parts, and what all hold."""

from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from app.api.deps import CALLER
from app.api.edge import FORM_BYTES, TOO_LARGE, UPLOAD_BYTES
from app.api.errors import RefusedBodyError
from app.domain.errors import PhotoTooLargeError, TooManyCallsError
from app.services.callers import UNKNOWN, Caller

MOST_PARTS: Final = 40
"""Parts of a form: more than twice as many as any call has fields."""

LONGEST_BOUNDARY: Final = 70
"""RFC 2046, 5.1.1."""

_FORM: Final = b"multipart/form-data"
_TOO_LARGE: Final = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
_BODY_TOO_LARGE: Final = (
    f"A body that is no form has at most {FORM_BYTES // 1000} kB. Send a photo as a form, as "
    "`curl -F photo=@FILE` does."
)
_CLOSE: Final = {"Connection": "close"}  # what is still on its way is not waited for


@dataclass(slots=True)
class UploadSpace:
    """What all bodies may hold together while they arrive, wait and are served, in bytes.

    One caller holds three quarters of it at most: the rest is for others.
    """

    most: int
    held: Counter[str] = field(default_factory=Counter, init=False)

    def take(self, caller: str, count: int) -> None:
        """Hold more for a caller; RefusedBodyError when that is too much."""
        own, all_hold = self.held[caller] + count, self.held.total() + count
        if own > self.most * 3 // 4 or all_hold > self.most:
            raise RefusedBodyError(
                HTTPStatus.TOO_MANY_REQUESTS,
                TooManyCallsError.code,
                TooManyCallsError.text,
                {"Retry-After": str(TooManyCallsError.retry_after)},
            )
        self.held[caller] = own

    def give_back(self, caller: str, count: int) -> None:
        """Hold less."""
        self.held[caller] -= count
        if not self.held[caller]:
            del self.held[caller]


class Parts:
    """Counts a form's parts before anything reads them."""

    def __init__(self, boundary: bytes) -> None:
        if len(boundary) > LONGEST_BOUNDARY:
            text = f"The form's boundary has more than {LONGEST_BOUNDARY} characters."
            raise RefusedBodyError(HTTPStatus.BAD_REQUEST, "bad_request", text, _CLOSE)
        self._delimiter = b"\r\n--" + boundary
        self._end = b""  # of what came before, where a delimiter may have begun
        self._count = 0

    def see(self, piece: bytes) -> None:
        """Look at more of the form; RefusedBodyError when it has too many parts."""
        seen = self._end + piece
        self._count += seen.count(self._delimiter)
        self._end = seen[1 - len(self._delimiter) :]
        if self._count > MOST_PARTS:
            text = f"The form has more than {MOST_PARTS} parts."
            raise RefusedBodyError(HTTPStatus.BAD_REQUEST, "bad_request", text, _CLOSE)


class Intake:
    """Takes a body in, piece by piece; every method raises RefusedBodyError.

    What is announced is held from the first piece on, so that no upload is begun in vain. The
    caller is asked for then: Rekognition's route knows who it is only shortly before.
    """

    def __init__(
        self, scope: Scope, receive: Receive, space: UploadSpace, most: int | None = None
    ) -> None:
        headers = Headers(scope=scope)
        kind, options = parse_options_header(headers.get("content-type", ""))
        is_form = kind == _FORM
        self._refusal = _refusal(is_form=is_form)
        self._left = most or (UPLOAD_BYTES if is_form else 0) + FORM_BYTES
        self._parts = Parts(options.get(b"boundary", b"")) if is_form and most is None else None
        self._scope, self._receive, self._space = scope, receive, space
        self._caller: str | None = None
        self._held = self._came = 0
        announced = headers.get("content-length", "0")
        if announced.isdigit() and int(announced) > self._left:
            raise self._refusal
        self._announced = int(announced) if announced.isdigit() else 0

    async def receive(self) -> Message:
        """Return the next message."""
        if self._caller is None:
            self._caller = _name_of_caller(self._scope)
            self._hold(self._caller, self._announced)
        message = await self._receive()
        piece = message.get("body", b"")
        self._left -= len(piece)
        if self._left < 0:
            raise self._refusal
        if self._parts is not None:
            self._parts.see(piece)
        self._came += len(piece)
        self._hold(self._caller, self._came - self._held)
        return message

    def _hold(self, caller: str, more: int) -> None:
        if more > 0:
            self._space.take(caller, more)
            self._held += more

    def end(self) -> None:
        """Give back what the body held."""
        if self._held:
            self._space.give_back(self._caller or "", self._held)
        self._held = 0


def _name_of_caller(scope: Scope) -> str:
    caller = scope.get(CALLER)
    return caller.name if isinstance(caller, Caller) else UNKNOWN


def _refusal(*, is_form: bool) -> RefusedBodyError:
    if is_form:
        return RefusedBodyError(_TOO_LARGE, PhotoTooLargeError.code, TOO_LARGE, _CLOSE)
    return RefusedBodyError(_TOO_LARGE, "body_too_large", _BODY_TOO_LARGE, _CLOSE)

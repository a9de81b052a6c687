"""The sockets below the application: how much they may send, how slowly, and how many there are.

What uvicorn leaves open: it waits without end for a request's head, its body and a reader of its
answer, and takes in headers of any size.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import structlog
from typing_extensions import override
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.api.complaints import (
    CROWD,
    HEAD_BYTES,
    HEAD_LINES,
    LONG,
    LONG_HEAD,
    STRANGE,
    TOO_SLOW,
    Complaint,
    answered_below,
)
from app.api.hosts import UNHOSTED
from app.domain.networks import household_of

REQUEST_BYTES: Final = 64_000_000
"""As they come over the wire: chunks may have long frames, but not any number of them."""

UNLISTED: Final = 32
"""Connections beyond the limit, on which what watches the service is answered still."""

_WATCHED = tuple(path.encode() for path in UNHOSTED)
log = structlog.get_logger("candid.connection")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a connection is waited for, in seconds, and how many there may be."""

    head: float = 10.0  # for the head of a request
    window: float = 10.0  # in which a body moves on by `pace` bytes
    pace: int = 10_000
    body: float = 300.0  # for a whole body, while it is read
    reader: float = 60.0  # for a caller who does not read the answer
    connections: int = 800
    of_one_address: int = 600  # of these; where a proxy is in front, all are of its address


class ComplaintError(Exception):
    """Leaves the parser; what is complained of is with the connection."""


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 with bounds; whoever passes one is told so, where an answer is still possible."""

    patience = Patience()

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._clock: asyncio.TimerHandle | None = None
        self._reader: asyncio.TimerHandle | None = None
        self._complaint = STRANGE
        self._household = ""
        self._in_head = self._in_body = False
        self._unread = 0  # of an answer, when its reader was looked at last
        self._head_bytes = self._open_bytes = self._request_bytes = self._moved = 0
        self._body_seconds = 0.0

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._household = household_of(self.client[0] if self.client else None)
        if self._is_crowded(UNLISTED):
            self._refuse(CROWD)
        else:
            self._await_head()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop(self._clock)
        self._stop(self._reader)
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._moved += len(data)
        self._request_bytes += len(data)
        if not self._in_head and not self._in_body and self._unanswered() is None:
            self._await_head()
        was_open = self._in_head
        super().data_received(data)
        if was_open and self._in_head:  # a line without end reaches no callback
            self._open_bytes += len(data)
        if self._open_bytes > HEAD_BYTES:
            self._refuse(LONG_HEAD)
        elif self._request_bytes > REQUEST_BYTES:
            self._refuse(LONG)

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = self._open_bytes = self._request_bytes = 0

    @override
    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count_head(len(url))

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)  # those behind the last chunk of a body too
        self._count_head(len(name) + len(value))

    @override
    def on_headers_complete(self) -> None:
        self._in_head = False
        watches = self.url.partition(b"?")[0] in _WATCHED
        if not watches and self._is_crowded():
            self._complain(CROWD)
        self._in_body = True
        self._unset_keepalive_if_required()
        super().on_headers_complete()
        self._body_seconds = 0.0
        self._await_body()

    @override
    def on_message_complete(self) -> None:
        self._in_body = False
        self._stop(self._clock)
        super().on_message_complete()
        if self._unanswered() is None:  # answered before it was read: now it is idle
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    @override
    def send_400_response(self, msg: str) -> None:
        self._refuse(self._complaint)

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reader()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop(self._reader)

    def _is_crowded(self, more: int = 0) -> bool:
        if len(self.connections) > self.patience.connections + more:
            return True
        most = self.patience.of_one_address + more
        return len(self.connections) > most and self._neighbours() > most

    def _neighbours(self) -> int:
        """Return how many connections come from where this one does, itself among them."""
        own = self._household
        return sum(getattr(one, "_household", None) == own for one in self.connections)

    def _await_reader(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._reader = self.loop.call_later(self.patience.reader, self._check_reader)

    def _check_reader(self) -> None:
        """Cut off who took nothing since the last look; a slow reader is still one."""
        if self.transport.get_write_buffer_size() >= self._unread:
            self.transport.abort()
        else:
            self._await_reader()

    def _count_head(self, count: int) -> None:
        self._head_bytes += count
        if self._head_bytes > HEAD_BYTES or len(self.headers) > HEAD_LINES:
            self._complain(LONG_HEAD)

    def _complain(self, complaint: Complaint) -> None:
        self._complaint = complaint
        raise ComplaintError

    def _await_head(self) -> None:
        self._in_head = True
        self._stop(self._clock)
        self._clock = self.loop.call_later(self.patience.head, self._refuse, TOO_SLOW)

    def _await_body(self) -> None:
        self._moved = 0
        self._stop(self._clock)
        self._clock = self.loop.call_later(self.patience.window, self._check_pace)

    def _check_pace(self) -> None:
        """Refuse who sends too little; while it is the service that does not read, nobody."""
        if not self.flow.read_paused and not self.cycle.waiting_for_100_continue:
            self._body_seconds += self.patience.window
            if self._moved < self.patience.pace or self._body_seconds >= self.patience.body:
                self._refuse(TOO_SLOW)
                return
        self._await_body()

    def _refuse(self, complaint: Complaint) -> None:
        """Answer below the application, unless it has begun to, and close."""
        self._stop(self._clock)
        if self.transport.is_closing():
            return
        status, code, _ = complaint
        log.info("connection_refused", status=int(status), code=code, address=self.client)
        cycle = self._unanswered()
        if self._may_answer(cycle):
            self.transport.write(answered_below(complaint))
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.close()

    def _may_answer(self, cycle: RequestResponseCycle | None) -> bool:
        """Say whether an answer now is one to what came, and not within or behind another."""
        if self.pipeline:
            return False
        return not self._in_body if cycle is None else not cycle.response_started

    def _unanswered(self) -> RequestResponseCycle | None:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        return None if cycle is None or cycle.response_complete else cycle

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


def patient(patience: Patience) -> type[PatientProtocol]:
    """Return the protocol with this patience, as uvicorn takes it."""
    return type("Patient", (PatientProtocol,), {"patience": patience})

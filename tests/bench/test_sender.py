"""The sender tells every call, the failed ones too, and stops in time."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from bench.sender import Order, sent

_SECONDS = 0.2
_HOUR = {"Retry-After": "3600"}


def test_a_call_that_is_answered_is_told_with_what_it_told(photo: str) -> None:
    with _service(200, b'{"timings_ms": {"total": 3.5}}') as port:
        told = _sent(port, photo)

    assert {one["status"] for one in told} == {200}
    assert told[0]["timings"] == {"total": 3.5}
    assert told[0]["in_time"]


@pytest.mark.parametrize(("status", "body"), [(503, b"<html>overloaded</html>"), (0, b"")])
def test_a_call_without_a_proper_answer_is_told_as_failed(
    photo: str, status: int, body: bytes
) -> None:
    with _service(status, body) as port:
        told = _sent(port, photo, clients=2)

    assert [one["status"] for one in told] == [0, 0]
    assert all(one["fault"] for one in told)


def test_a_client_told_to_come_after_the_end_stops(photo: str) -> None:
    with _service(429, b"{}", _HOUR) as port:
        told = _sent(port, photo)

    assert [one["status"] for one in told] == [429]


def test_a_call_answered_after_the_end_is_not_in_time(photo: str) -> None:
    answer = threading.Event()
    with _service(200, b"{}", before=answer.wait) as port:
        later = threading.Timer(2 * _SECONDS, answer.set)
        later.start()
        told = _sent(port, photo)

    assert [one["in_time"] for one in told] == [False]


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"a photo")
    return str(path)


def _sent(port: int, photo: str, clients: int = 1) -> Sequence[dict[str, Any]]:
    return sent(Order(port, "/search", clients, _SECONDS, [photo], {}))


@contextmanager
def _service(
    status: int,
    body: bytes,
    headers: dict[str, str] | None = None,
    before: Callable[[], object] = lambda: None,
) -> Iterator[int]:
    """Answer every call like this; with status 0 hang up."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            before()
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        yield server.server_address[1]
        server.shutdown()
        serving.join()

"""A publisher of a file on a real socket, who can be as bad as publishers are."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

CUT = 300_000
"""After so many bytes a cutting publisher hangs up."""
_LONGEST = 60.0  # seconds that a gate stays shut


@dataclass
class Publisher:
    """What the server does, and which ranges it was asked for."""

    content: bytes
    cuts: int = 0  # so many answers end early
    stalls: int = 0  # so many answers stop early, and keep the connection
    gate: threading.Event | None = None  # what an answer waits for after its first piece
    ranges: bool = True  # whether it understands Range
    status: int = 0  # of every answer, where it is not the file
    location: str = ""  # where it sends those who ask for /moved
    shifted: int = 0  # bytes by which a part begins elsewhere than was asked for
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/model.onnx"

    def part(self, asked: str) -> int:
        """Return where the answer to a Range header begins."""
        return int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.ranges else 0


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    publisher: Publisher

    def do_GET(self) -> None:
        publisher, asked = self.publisher, self.headers.get("Range", "")
        publisher.asked.append(asked)
        if self.path == "/moved":
            self._bare(302, Location=publisher.location)
        elif publisher.status:
            self._bare(publisher.status)
        elif publisher.part(asked) >= len(publisher.content):
            self._bare(416)
        else:
            self._file(publisher.part(asked), partly=bool(asked) and publisher.ranges)

    def _file(self, begin: int, *, partly: bool) -> None:
        publisher, rest = self.publisher, self.publisher.content[begin:]
        self.send_response(206 if partly else 200)
        if partly:
            total, said = len(publisher.content), begin + publisher.shifted
            self.send_header("Content-Range", f"bytes {said}-{total - 1}/{total}")
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if publisher.cuts or publisher.stalls:
            rest = rest[:CUT]
            self.close_connection = True
        for start in range(0, len(rest), CUT // 3):
            self.wfile.write(rest[start : start + CUT // 3])
            if publisher.gate is not None:
                publisher.gate.wait(_LONGEST)
        publisher.cuts = max(0, publisher.cuts - 1)
        if publisher.stalls:
            publisher.stalls -= 1
            self.connection.recv(1)  # until who asked hangs up

    def _bare(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


class _Server(ThreadingHTTPServer):
    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked has hung up."""


@contextmanager
def publishing(publisher: Publisher) -> Generator[Publisher]:
    """Serve on a free port of the loopback address."""
    handler = type("Answers", (_Answers,), {"publisher": publisher})
    server = _Server(("127.0.0.1", 0), handler)
    publisher.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

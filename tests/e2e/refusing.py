"""An S3 that refuses when it is told to, in front of one that serves."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

_ERROR = "<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>"
_OF_THE_CONNECTION = frozenset({"connection", "transfer-encoding", "content-length"})


@dataclass
class Refusing:
    """A line to an S3; with `refusal`, a status and a code of S3's, uploads are answered so."""

    target: str
    refusal: tuple[int, str] | None = None
    refused: int = 0
    url: str = field(default="", init=False)

    @contextmanager
    def open(self) -> Iterator["Refusing"]:
        line = self

        class Handler(_Handler):
            refusing = line

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    refusing: Refusing
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.refusing.refusal and self.command == "PUT":
            self.refusing.refused += 1
            status, code = self.refusing.refusal
            self._answer(status, [("Content-Type", "text/xml")], _ERROR.format(code=code).encode())
            return
        host = self.refusing.target.removeprefix("http://")
        connection = HTTPConnection(host, timeout=20)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        self._answer(answer.status, answer.getheaders(), answer.read())
        connection.close()

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _pass_on  # noqa: N815 - as the library asks

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _OF_THE_CONNECTION:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing."""

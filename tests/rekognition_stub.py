"""A server that speaks Amazon Rekognition's protocol on a socket.

It checks what it is sent, and what it answers, against botocore's model of the API. What it sees
in an image is told by the `Recogniser` it is given.
"""

import json
import socket
import struct
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

from tests.rekognition_answers import Collections, Recogniser, Refusal
from tests.rekognition_model import Fields, InvalidRequestError, RekognitionModel
from tests.rekognition_users import Users

RESET = "reset"
_MODEL = RekognitionModel()


@dataclass
class RekognitionStub:
    """The server, what it was asked, and what it is to do wrong: one fault a call, in order."""

    collections: Collections
    users: Users
    calls: list[tuple[str, Fields]] = field(default_factory=list)
    faults: list[Refusal | str] = field(default_factory=list)
    url: str = ""

    @classmethod
    def seeing(cls, recogniser: Recogniser) -> "RekognitionStub":
        collections = Collections(recogniser)
        return cls(collections, Users(collections))

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve on a free port of this machine."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def answer(self, operation: str, body: object) -> object:
        try:
            fields = _MODEL.request(operation, body)
        except InvalidRequestError as error:
            raise Refusal("ValidationException", str(error)) from error
        self.calls.append((operation, fields))
        answer = self.users.answer(operation, fields)
        if answer is None:
            answer = self.collections.answer(operation, fields)
        return _MODEL.answer(operation, answer)


def _handler(stub: RekognitionStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].removeprefix("RekognitionService.")
            fault = stub.faults.pop(0) if stub.faults else None
            try:
                if fault == RESET:
                    self._reset()
                    return
                if isinstance(fault, Refusal):
                    raise fault
                self._send(200, stub.answer(operation, body))
            except Refusal as refusal:
                answer = {"__type": refusal.name, "message": refusal.message}
                self._send(refusal.status, answer)

        def _reset(self) -> None:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()

        def _send(self, status: int, answer: object) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
            self.end_headers()
            self.wfile.write(content)

        @override
        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    return Handler

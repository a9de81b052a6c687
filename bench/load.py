"""A load generator that costs little: requests made beforehand, plain sockets, a few threads."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_BOUNDARY = "candid-bench"
_PART = f"--{_BOUNDARY}\r\nContent-Disposition: form-data"
CONTENT_TYPE = f"multipart/form-data; boundary={_BOUNDARY}"
_HEADERS = {"Content-Type": CONTENT_TYPE}


@dataclass
class Load:
    """What came of a load."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)


def form(photo: bytes, **fields: str) -> bytes:
    """Return a multipart body."""
    parts = [
        f'{_PART}; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()
    ]
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n'
    )
    return b"".join(parts) + head.encode() + photo + f"\r\n--{_BOUNDARY}--\r\n".encode()


def post(port: int, path: str, bodies: Sequence[bytes], threads: int) -> Load:
    """Send all bodies, `threads` at a time."""
    load, queue, lock = Load(), iter(bodies), threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while True:
            with lock:
                body = next(queue, None)
            if body is None:
                return
            began = time.perf_counter()
            connection.request("POST", path, body, _HEADERS)
            answer = connection.getresponse()
            answer.read()
            load.milliseconds.append(1e3 * (time.perf_counter() - began))
            load.statuses[answer.status] += 1

    workers = [threading.Thread(target=work) for _ in range(threads)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    load.seconds = time.perf_counter() - started
    return load


def metric(port: int, name: str) -> float:
    """Read one value of the service's metrics."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    values: Mapping[str, float] = {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in lines
        if not line.startswith("#")
    }
    return values[name]

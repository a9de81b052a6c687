"""Sends photos to a service from a process of its own: `python -m bench.sender < order.json`.

Each client sends its next photo when the last is answered, until the time is up; one that is told
429 waits as long as it is told to, but not past the time. Answers with JSON: what came of each
call, 0 being the status of one that was not answered, or not as it should be: its client stops.
"""

import http.client
import itertools
import json
import math
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load import CONTENT_TYPE, form

_HEADERS = {"Content-Type": CONTENT_TYPE}


@dataclass(frozen=True, slots=True)
class Order:
    """What to send, where, from how many clients, and for how long."""

    port: int
    path: str
    clients: int
    seconds: float
    photos: Sequence[str]
    fields: Mapping[str, str]
    named: str = ""  # what the ids of photos to index begin with

    def bodies(self) -> Iterator[bytes]:
        """Yield request bodies without end."""
        photos = [Path(photo).read_bytes() for photo in self.photos]
        for number, photo in enumerate(itertools.cycle(photos)):
            ids = {"external_image_id": f"{self.named}{number}"} if self.named else {}
            yield form(photo, **self.fields, **ids)


def sent(order: Order) -> list[dict[str, Any]]:
    """Send until the time is up, and wait for what is under way then.

    Returns each call's status, milliseconds, what it told (or its fault), and whether it was in
    time.
    """
    told: list[dict[str, Any]] = []
    bodies, lock = order.bodies(), threading.Lock()
    until = time.perf_counter() + order.seconds

    def work() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", order.port, timeout=120)) as line:
            send_by(line)

    def send_by(line: http.client.HTTPConnection) -> None:
        again = time.perf_counter()
        while again < until:
            time.sleep(max(0.0, again - time.perf_counter()))
            with lock:
                body = next(bodies)
            began = time.perf_counter()
            try:
                call, wait = _called(line, order.path, body)
            except (OSError, http.client.HTTPException, ValueError) as fault:
                call, wait = {"status": 0, "timings": {}, "fault": repr(fault)}, math.inf
            ended = time.perf_counter()
            told.append({**call, "ms": 1e3 * (ended - began), "in_time": ended <= until})
            again = ended + wait

    workers = [threading.Thread(target=work) for _ in range(order.clients)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return told


def _called(
    connection: http.client.HTTPConnection, path: str, body: bytes
) -> tuple[dict[str, Any], float]:
    """Return what a call told, and the seconds to wait before the next."""
    connection.request("POST", path, body, _HEADERS)
    answer = connection.getresponse()
    timings = json.loads(answer.read()).get("timings_ms") or {}
    refused = answer.status == http.client.TOO_MANY_REQUESTS
    wait = float(answer.headers.get("Retry-After", "")) if refused else 0.0
    return {"status": answer.status, "timings": timings}, wait


def main() -> None:
    """Do one order."""
    order = Order(**json.loads(sys.stdin.readline()))
    began, used = time.perf_counter(), time.process_time()
    told = sent(order)
    seconds = time.perf_counter() - began
    used = time.process_time() - used
    drained = max(0.0, seconds - order.seconds)
    times = {"seconds": order.seconds, "drained_s": drained, "processor_s": used}
    json.dump({"calls": told, **times}, sys.stdout)


if __name__ == "__main__":
    main()

"""The frames between the service and its worker processes: lengths, JSON, raw bytes.

Never pickle: a decoder that was taken over must not be able to run code in the service.
"""

import asyncio
import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

_LENGTHS = struct.Struct("!II")  # bytes of the JSON header, bytes of the payload

ANSWER_BYTES = 4 * 1024 * 1024
"""The most a worker may say in one answer; a longer one means that it was taken over."""


def start_of_frame(header: Mapping[str, Any], payload_bytes: int) -> bytes:
    """Return what precedes the payload on the pipe."""
    encoded = json.dumps(header, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(encoded), payload_bytes) + encoded


def read_frame(pipe: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Read one frame from a blocking pipe; raises EOFError when the other side is gone."""
    header_bytes, payload_bytes = _LENGTHS.unpack(_exactly(pipe, _LENGTHS.size))
    header: dict[str, Any] = json.loads(_exactly(pipe, header_bytes))
    return header, _exactly(pipe, payload_bytes)


async def receive_frame(pipe: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """Read one frame of a worker.

    Raises EOFError when the worker is gone and ValueError when what it says is no answer.
    """
    lengths = await pipe.readexactly(_LENGTHS.size)
    header_bytes, payload_bytes = _LENGTHS.unpack(lengths)
    if header_bytes + payload_bytes > ANSWER_BYTES:
        raise ValueError("a worker answered more than an answer may hold")
    body = await pipe.readexactly(header_bytes + payload_bytes)
    header = json.loads(body[:header_bytes])
    if not isinstance(header, dict):
        raise ValueError("a worker answered with something else than an object")  # noqa: TRY004 (what came over a pipe is a value, not a type)
    return header, body[header_bytes:]


def _exactly(pipe: BinaryIO, count: int) -> bytes:
    taken = pipe.read(count)
    if len(taken) < count:
        raise EOFError
    return taken

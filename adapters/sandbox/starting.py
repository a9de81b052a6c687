"""The start of a worker process: it loads what it needs, is closed, and only then counts."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.sandbox.calls import Answer, Call
from adapters.sandbox.process import Process, ProcessEndedError
from app.domain.errors import CandidError, EngineMisconfiguredError, PhotoTooCostlyError

START_SECONDS = 60.0
"""What a process may take to start and warm up, on a machine that is busy with something else."""

WarmUp = tuple[str, Mapping[str, Any]]
Limits = tuple[int, float, dict[str, str]]
"""Bytes that a process may allocate, seconds of a call, and its environment."""


async def started(limits: Limits, warm_up: Sequence[WarmUp]) -> Process:
    """Start a process and warm it up; raises EngineMisconfiguredError with the reason."""
    try:
        process = await Process.start(*limits)
    except OSError as error:
        raise EngineMisconfiguredError(f"No process can start: {error}.") from error
    try:
        async with asyncio.timeout(START_SECONDS):
            await _warmed(process, warm_up)
    except BaseException as error:
        await process.ended()
        if isinstance(error, (TimeoutError, ProcessEndedError, CandidError)):
            why = _reason(error, limits[0])
            raise EngineMisconfiguredError(f"No process can start: {why}") from error
        raise
    return process


def _reason(error: TimeoutError | ProcessEndedError | CandidError, memory_bytes: int) -> str:
    """Say why a process did not become ready, in a way that tells what to change."""
    if isinstance(error, TimeoutError):
        return f"it had not loaded what it needs after {START_SECONDS:.0f} seconds."
    if isinstance(error, (ProcessEndedError, PhotoTooCostlyError)):
        return (
            "it ended while it loaded what it needs, as one does whose memory is too small: it may "
            f"allocate {memory_bytes // 2**20} MB (CANDID_ENCODER__MEMORY_MB)."
        )
    return str(error) or error.code


async def _warmed(process: Process, warm_ups: Sequence[WarmUp]) -> None:
    """Have the functions load what they need, and the process closed; raises what they raise."""
    for function, request in warm_ups:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        process.send(Call(function, request, b"", answer), warm_up=True)
        (await process.reply()).settle()
        said, _ = await answer
        process.isolation = str(said.get("system_calls", ""))
    process.answered = 0

"""What a call into the sandbox costs, and how busy it keeps the workers.

Prints the time of one call that does nothing, with a photo's bytes, and the throughput of short
busy calls through the sandbox as a share of the same calls in a bare loop on as many processes.
"""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from adapters.sandbox.pool import Sandbox
from bench.results import Results, results

PHOTO_BYTES = 50_000
TURNS = 700_000  # of an empty loop: about the work of one booking photo
CALLS = 300
PROCESSES = 2


def nothing(request: dict[str, Any], _: bytes) -> tuple[dict[str, Any], bytes]:
    """Answer at once with as many bytes as a template has."""
    return request, bytes(256)


def busy(request: dict[str, Any], _: bytes) -> tuple[dict[str, Any], bytes]:
    """Work for about as long as one photo takes."""
    for _turn in range(TURNS):
        pass
    return request, bytes(256)


def bare(calls: int) -> float:
    """Return the seconds that a bare loop takes."""
    begun = time.perf_counter()
    for _call in range(calls):
        busy({}, b"")
    return time.perf_counter() - begun


async def one_at_a_time(sandbox: Sandbox) -> float:
    """Return the seconds of one call, the caller waiting for each."""
    photo = bytes(PHOTO_BYTES)
    begun = time.perf_counter()
    for _call in range(CALLS):
        await sandbox.call("bench.sandbox:nothing", {"face": None}, photo)
    return (time.perf_counter() - begun) / CALLS


async def all_at_once(sandbox: Sandbox) -> float:
    """Return the seconds of all calls, 32 callers at a time."""
    photo, begun, turns = bytes(PHOTO_BYTES), time.perf_counter(), iter(range(CALLS))

    async def caller() -> None:
        for _turn in turns:
            await sandbox.call("bench.sandbox:busy", {"face": None}, photo)

    await asyncio.gather(*(caller() for _ in range(32)))
    return time.perf_counter() - begun


def bare_seconds() -> float:
    """Return the seconds that the same calls take in bare loops, one a process."""
    with ProcessPoolExecutor(PROCESSES) as executor:
        list(executor.map(bare, [1] * PROCESSES))
        begun = time.perf_counter()
        list(executor.map(bare, [CALLS // PROCESSES] * PROCESSES))
        return time.perf_counter() - begun


def main() -> None:
    """Print the table and keep it."""
    with results("sandbox") as kept:
        asyncio.run(measure(kept))


async def measure(kept: Results) -> None:
    """Print the table."""
    async with Sandbox(PROCESSES, 1024**3, 10.0, warm_up=[("bench.sandbox:busy", {})]) as sandbox:
        overhead = await one_at_a_time(sandbox)
        through = await all_at_once(sandbox)
    loop = bare_seconds()
    kept.keep(
        "call",
        nothing_done_ms=overhead * 1000,
        bare_a_second=CALLS / loop,
        sandbox_a_second=CALLS / through,
        ratio=loop / through,
    )
    print(f"one call, nothing done      {overhead * 1000:.3f} ms")
    print(f"bare loop, {PROCESSES} processes     {CALLS / loop:.0f} calls/s")
    print(f"through the sandbox         {CALLS / through:.0f} calls/s = {loop / through:.3f} of it")


if __name__ == "__main__":
    main()

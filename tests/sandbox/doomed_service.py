"""A service with two workers, one of them at work; the test kills it."""

import asyncio
import sys

import structlog

from adapters.sandbox.pool import Sandbox

DEEDS = "tests.sandbox.deeds:"


async def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    async with Sandbox(2, 1024**3, 60.0, warm_up=[(DEEDS + "echo", {})]) as sandbox:
        sys.stdout.write(" ".join(str(pid) for pid in sandbox.pids) + "\n")
        sys.stdout.flush()
        await sandbox.call(DEEDS + "hang", {})


if __name__ == "__main__":
    asyncio.run(main())

"""A service with two workers, one of them at work; the test kills it."""

import asyncio
import sys

from adapters.sandbox.pool import Sandbox


async def main() -> None:
    async with Sandbox(2, 1024**3, 60.0) as sandbox:
        sys.stdout.write(" ".join(str(pid) for pid in sandbox.pids) + "\n")
        sys.stdout.flush()
        await sandbox.call("tests.sandbox.deeds:hang", {})


if __name__ == "__main__":
    asyncio.run(main())

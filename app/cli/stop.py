"""Ctrl-C and SIGTERM of commands that run until they are told to end."""

import asyncio
import contextlib
import signal
from typing import Self

import uvicorn


class Stop:
    """Ends the service in order on the first signal, at once on the second."""

    def __init__(self) -> None:
        self.server: uvicorn.Server | None = None
        """Ends by itself when it is told to; without one the task that made this is cancelled."""
        self._task = asyncio.current_task()

    def __enter__(self) -> Self:
        with contextlib.suppress(NotImplementedError):  # Windows has Ctrl-C alone
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().remove_signal_handler(number)

    def _stop(self) -> None:
        if self.server is not None:
            self.server.force_exit = self.server.should_exit
            self.server.should_exit = True
        elif self._task is not None:
            self._task.cancel()

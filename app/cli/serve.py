"""`candid serve`."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from contextlib import asynccontextmanager
from typing import Self

import uvicorn
from prometheus_client import CollectorRegistry
from typing_extensions import override

from app.cli.console import CommandError, tell
from app.logs import configure_logs
from app.main import create_app
from app.settings import Settings
from app.wiring import Running, running

_GRACE = 10  # seconds that requests get to end before the service stops


def serve() -> None:
    """Run the service until Ctrl-C or SIGTERM."""
    settings = Settings.read()
    configure_logs(settings.log_level)
    if not settings.authentication:
        tell("Authentication is off, which only a loopback address allows: anybody here may ask.")
    run(served(settings, lambda: _told(settings)))


async def _told(settings: Settings) -> None:
    bookings = "no bookings are connected" if settings.jms is None else "bookings are connected"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    tell(f"Candid is ready on http://{host}:{settings.port}; {bookings}; data: {settings.data_dir}")


def run(service: Coroutine[None, None, None]) -> None:
    """Run a service on the fastest event loop that is installed."""
    loop_factory = uvicorn.Config("", log_config=None).get_loop_factory()
    ended = contextlib.suppress(asyncio.CancelledError)
    with ended, asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(service)


async def served(settings: Settings, then: Callable[[], Awaitable[None]] | None = None) -> None:
    """Serve until told to stop; `then` runs once requests are answered."""
    registry = CollectorRegistry()
    with _listening(settings) as listener, _Stop() as stop:
        async with running(settings, registry) as opened:

            @asynccontextmanager
            async def already(_: Settings, __: CollectorRegistry) -> AsyncGenerator[Running]:
                yield opened

            app = create_app(settings, already, registry)
            gc.freeze()  # what lives as long as the service need not be looked through again
            config = uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE,
            )
            server = _Server(config)
            stop.server = server
            serving = asyncio.create_task(server.serve([listener]))
            try:
                await _follow(serving, server, then)
            finally:
                server.should_exit = True
                await serving
                if server.force_exit:  # uvicorn then leaves the application's end out
                    await server.lifespan.shutdown()


async def _follow(
    serving: asyncio.Task[None],
    server: uvicorn.Server,
    then: Callable[[], Awaitable[None]] | None,
) -> None:
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    if then is not None:
        following = asyncio.ensure_future(then())
        await asyncio.wait({serving, following}, return_when=asyncio.FIRST_COMPLETED)
        if following.done():
            following.result()
        following.cancel()
    await asyncio.wait({serving})


class _Server(uvicorn.Server):
    """Leaves the signals to `_Stop`, which also hears them while the service opens and closes."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class _Stop:
    """Ends the service in order on the first signal, at once on the second."""

    def __init__(self) -> None:
        self.server: uvicorn.Server | None = None
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


@contextlib.contextmanager
def _listening(settings: Settings) -> Generator[socket.socket]:
    """Take the port before anything else is opened; CommandError says when it is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise CommandError(
                f"{settings.host}:{settings.port} cannot be used: {error.strerror}. "
                "Set CANDID_PORT to a free port, or end the program that has it."
            ) from error
        yield listener

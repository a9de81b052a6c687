"""`candid serve`."""

import asyncio
import contextlib
import faulthandler
import gc
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from contextlib import asynccontextmanager

import uvicorn
from prometheus_client import CollectorRegistry
from typing_extensions import override

from app.api.connections import Patience, patient
from app.api.ending import Ending
from app.cli.console import CommandError, tell
from app.cli.stop import Stop
from app.logs import configure_logs
from app.main import create_app
from app.settings import Settings
from app.wiring import Running, hide_memory, running
from app.wiring.tls import tls_of

_GRACE = 10  # seconds that requests get to end before the service stops


def serve() -> None:
    """Run the service until Ctrl-C or SIGTERM."""
    settings = Settings.read()
    configure_logs(settings.log_level)
    hide_memory()
    if not settings.authentication:
        tell("Authentication is off, which only a loopback address allows: anybody here may ask.")
    run(served(settings, lambda: _told(settings)))


async def _told(settings: Settings) -> None:
    bookings = "no bookings are connected" if settings.jms is None else "bookings are connected"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    scheme = "http" if settings.tls.cert_file is None else "https"
    at = f"{scheme}://{host}:{settings.port}"
    tell(f"Candid is ready on {at}; {bookings}; data: {settings.data_dir}")


def run(service: Coroutine[None, None, None]) -> None:
    """Run a service on the fastest event loop that is installed; a crash says where on stderr."""
    faulthandler.enable()
    loop_factory = uvicorn.Config("", log_config=None).get_loop_factory()
    ended = contextlib.suppress(asyncio.CancelledError)
    with ended, asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(service)


async def served(settings: Settings, then: Callable[[], Awaitable[None]] | None = None) -> None:
    """Serve until told to stop; `then` runs once requests are answered."""
    registry = CollectorRegistry()
    tls = tls_of(settings)
    with _listening(settings) as listener, Stop() as stop:
        async with running(settings, registry) as opened:

            @asynccontextmanager
            async def already(_: Settings, __: CollectorRegistry) -> AsyncGenerator[Running]:
                yield opened

            app = create_app(settings, already, registry)
            gc.freeze()  # what lives as long as the service need not be looked through again
            config = uvicorn.Config(
                app,
                http=patient(_patience(settings)),
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE,
                ssl_context_factory=(lambda *_: tls) if tls else None,
            )
            server = Server(config, app.state.ending)
            stop.server = server
            serving = asyncio.create_task(server.serve([listener]))
            try:
                await _follow(serving, server, then)
            finally:
                server.should_exit = True
                await serving
                if server.force_exit:  # uvicorn then leaves the application's end out
                    await server.lifespan.shutdown()


def _patience(settings: Settings) -> Patience:
    most = settings.limits.connections
    one = most if settings.trusted_proxies else max(1, most * 3 // 4)
    return Patience(connections=most, of_one_address=one)


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


class Server(uvicorn.Server):
    """Leaves the signals to `Stop`, which also hears them while the service opens and closes.

    Before it waits for answers to end it has those end that last. Whoever does not get on with a
    handshake of TLS is let go sooner than the event loop would: no limit counts them until then.
    """

    handshake_seconds = 10.0

    def __init__(self, config: uvicorn.Config, ending: Ending) -> None:
        super().__init__(config)
        self._ending = ending

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if sockets is None:  # it opens one of its own, by its settings
            await super().startup()
            return
        await super().startup([])
        self.started = False
        loop, config, state = asyncio.get_running_loop(), self.config, self.lifespan.state
        seconds = self.handshake_seconds if config.ssl else None
        for listener in sockets:
            listening = await loop.create_server(
                lambda: config.http_protocol_class(config, self.server_state, state),  # type: ignore[call-arg]  # as uvicorn's own
                sock=listener,
                ssl=config.ssl,
                backlog=config.backlog,
                ssl_handshake_timeout=seconds,
            )
            self.servers.append(listening)
        self.started = True

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending.say()
        await super().shutdown(sockets)


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

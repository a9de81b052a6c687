"""Imports in memory, served on a socket as `candid serve` serves the real ones."""

import contextlib
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs
from typing_extensions import override

from app.api.edge import Edge, PhotoLinks
from app.api.watchers import Watchers
from app.cli.serve import Server
from app.domain.errors import RecordsUnavailableError
from app.main import create_app
from app.ports.records import Records, Unit
from app.settings import AuthSettings, Settings
from app.wiring import Running
from tests.api.applications import SECRET
from tests.e2e.processes import eventually
from tests.fakes_imports import FakeImports
from tests.jails import Jail
from tests.live import free_port


class NoRecords(Records):
    """A database that is down; imports in memory need none."""

    @override
    def unit(self) -> AbstractAsyncContextManager[Unit]:
        raise RecordsUnavailableError

    @override
    def view(self) -> AbstractAsyncContextManager[Unit]:
        raise RecordsUnavailableError

    @override
    async def ping(self) -> None:
        raise RecordsUnavailableError


@dataclass
class ServedImports:
    """A service that can be stopped and started again on its port; it knows imports alone."""

    imports: FakeImports = field(default_factory=FakeImports)
    port: int = field(default_factory=free_port)
    watchers: Watchers = field(default_factory=Watchers)
    _server: Server | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def answering(self) -> int:
        """How many requests are being answered."""
        assert self._server is not None
        return len(self._server.server_state.tasks)

    def start(self) -> None:
        jail = Jail(NoRecords(), imports=self.imports)

        @asynccontextmanager
        async def opened(_: Settings, __: CollectorRegistry) -> AsyncGenerator[Running]:
            yield Running(jail.services(), Edge(PhotoLinks(None, SECRET), kind="none"))

        app = create_app(Settings(auth=AuthSettings(kind="none")), opened)
        app.state.watchers = self.watchers
        config = uvicorn.Config(app, port=self.port, log_config=None, timeout_graceful_shutdown=30)
        server = Server(config, app.state.ending)
        self._server, self._thread = server, threading.Thread(target=server.run)
        self._thread.start()
        assert eventually(lambda: server.started)

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()


@contextlib.contextmanager
def served_imports() -> Generator[ServedImports]:
    """Serve imports in memory."""
    served = ServedImports()
    with capture_logs():  # what commands write is looked at
        served.start()
        try:
            yield served
        finally:
            served.stop()

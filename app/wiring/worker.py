"""Work on imports, inside the service or in a process of its own."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from adapters.work_queue.procrastinate import QueueWorker
from app.services.sweep_intents import SweepIntents
from app.settings import Settings
from app.wiring.meanwhile import meanwhile
from app.wiring.opened_ports import opened_ports
from app.wiring.use_cases import Ports, sweeps_of

JOBS = 4
"""At once: a listing, and chunks enough that one can begin while another one ends."""


@dataclass(frozen=True, slots=True)
class WorkerHandlers:
    """What a worker does; it lists and works on the import whose id it is given."""

    begin: Callable[[], Awaitable[object]]  # before anything else: the worker says that it lives
    list_import: Callable[[str], Awaitable[object]]
    work_chunk: Callable[[str], Awaitable[object]]
    scheduled: Callable[[], Awaitable[object]]
    keep_going_forever: Callable[[], Coroutine[None, None, None]]


HandlersOf = Callable[[Settings, Ports, SweepIntents, CollectorRegistry], WorkerHandlers]


@asynccontextmanager
async def working(worker: QueueWorker, handlers: WorkerHandlers) -> AsyncGenerator[None]:
    """Work on imports until the block is left; then what is in hand is given back."""

    async def scheduled(_: str) -> None:
        await handlers.scheduled()

    by_kind = {
        "list": handlers.list_import,
        "chunk": handlers.work_chunk,
        "scheduled": scheduled,
    }
    await handlers.begin()
    async with meanwhile(handlers.keep_going_forever()), meanwhile(worker.run(by_kind, JOBS)):
        yield


@asynccontextmanager
async def running_worker(settings: Settings, handlers_of: HandlersOf) -> AsyncGenerator[None]:
    """Open what indexing needs, hold no gallery, and work on imports until the block is left.

    Raises what `running` raises.
    """
    async with AsyncExitStack() as stack:
        registry = CollectorRegistry()
        ports = await opened_ports(settings, stack, registry, holds_gallery=False)
        sweep = sweeps_of(settings, ports).own
        handlers = handlers_of(settings, ports, sweep, registry)
        await stack.enter_async_context(meanwhile(sweep.forever()))
        await stack.enter_async_context(working(ports.worker, handlers))
        yield

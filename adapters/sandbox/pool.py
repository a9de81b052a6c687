"""The pool: worker processes, one a core, kept alive and kept fed."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import structlog

from adapters.sandbox.calls import Call
from adapters.sandbox.limits import IN_FORCE
from adapters.sandbox.line import Line
from adapters.sandbox.process import Process, ProcessEndedError
from adapters.sandbox.starting import WarmUp, started
from app.domain.errors import (
    CandidError,
    EngineUnavailableError,
    PhotoTooCostlyError,
)

SENT_AHEAD = 2
"""Calls a process may have: the one at work, and one on its pipe so that it never waits for us."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0  # seconds before a process that keeps ending is replaced

_CLOSE: WarmUp = ("adapters.sandbox.limits:close", {})

_log = structlog.get_logger(__name__)


class Sandbox:
    """Calls functions on hostile bytes in `processes` processes of `memory_bytes` each.

    `memory_bytes` is all that one process may allocate, the function's models included; a call
    may take `seconds`. Each `warm_up` (function, request) is called in each process before it
    counts as ready. It must load whatever later calls need: afterwards a process opens no file.
    `environment` is all of the service's environment that the processes see.
    """

    def __init__(
        self,
        processes: int,
        memory_bytes: int,
        seconds: float,
        *,
        warm_up: Sequence[WarmUp] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._wanted = processes
        self._limits = (memory_bytes, seconds, dict(environment or {}))
        self._warm_up = (*warm_up, _CLOSE)
        self._processes: list[Process] = []
        self._line = Line()
        self._keepers: list[asyncio.Task[None]] = []
        self._refuses = True

    async def __aenter__(self) -> Self:
        """Start every process; raises EngineMisconfiguredError when one cannot warm up."""
        starts = [
            asyncio.create_task(started(self._limits, self._warm_up)) for _ in range(self._wanted)
        ]
        try:
            self._processes = list(await asyncio.gather(*starts))
        except BaseException:
            await _abandon(starts)
            raise
        self._refuses = False
        _tell_isolation(self._processes)
        self._keepers = [asyncio.create_task(self._keep(each)) for each in self._processes]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End every process; calls that are still waiting get EngineUnavailableError."""
        self._refuses = True
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._line.refuse_all(EngineUnavailableError)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that are ready and not known to be gone, by id."""
        return tuple(process.pid for process in self._reading())

    async def call(
        self, function: str, request: Mapping[str, Any], payload: bytes = b""
    ) -> tuple[dict[str, Any], bytes]:
        """Call `package.module:function` with a JSON object and bytes; it answers with the same.

        Calls begin in the order in which they came. Raises what the function raises of
        CandidError, PhotoTooCostlyError when the call ended its process or took too much,
        TooManyCallsError when too much is waiting, and EngineUnavailableError.
        """
        if self._refuses:
            raise EngineUnavailableError
        call = Call(function, request, payload, asyncio.get_running_loop().create_future())
        self._line.join(call)
        self._feed()
        try:
            return await call.answer
        except asyncio.CancelledError:
            self._forget(call)
            raise

    def _forget(self, call: Call) -> None:
        self._line.leave(call)
        for process in self._processes:
            process.skip(call)

    def _feed(self) -> None:
        """Send what waits to those that have least; when nothing waits, let idle ones share."""
        while (process := self._least_busy()) is not None:
            call = self._line.next()
            if call is None:
                return self._share()
            process.send(call)
        return None

    def _least_busy(self) -> Process | None:
        process = min(self._reading(), key=lambda process: len(process.calls), default=None)
        return process if process is not None and len(process.calls) < SENT_AHEAD else None

    def _reading(self) -> list[Process]:
        return [process for process in self._processes if not process.is_gone]

    def _share(self) -> None:
        """Give calls that wait behind a slow one to the processes that have nothing to do."""
        for idle in (process for process in self._reading() if not process.calls):
            for busy in self._processes:
                ahead = busy.calls[1] if len(busy.calls) > 1 else None
                if ahead is not None and not ahead.shared and not ahead.answer.done():
                    ahead.shared = True
                    busy.skip(ahead)
                    idle.send(ahead)
                    break

    async def _keep(self, process: Process) -> None:
        """Serve with one process, and with the next when it ends, until cancelled."""
        pause = _FIRST_PAUSE
        while True:
            reason = ""
            try:
                await self._serve(process)
            except ProcessEndedError as error:
                reason = str(error)
            finally:
                await self._retire(process)
            _log.warning("sandbox_process_ended", exit_code=process.exit_code, reason=reason)
            pause = _FIRST_PAUSE if process.answered else min(2 * pause, _LONGEST_PAUSE)
            process = await self._replacement(pause)

    async def _serve(self, process: Process) -> None:
        """Hand out answers until the process ends, which is the only way out."""
        while True:
            reply = await process.reply()
            reply.settle()
            if reply.leaving:
                self._take_back(process.calls)
                process.calls.clear()
                raise ProcessEndedError("out of memory")
            self._feed()

    async def _retire(self, process: Process) -> None:
        """Bury a process: the call at work has cost too much, those sent ahead go elsewhere."""
        self._processes.remove(process)
        if process.calls:
            at_work = process.calls.popleft()
            if not at_work.answer.done():
                at_work.answer.set_exception(self._blame())
        self._take_back(process.calls)
        self._feed()
        await process.ended()

    def _blame(self) -> CandidError:
        return EngineUnavailableError() if self._refuses else PhotoTooCostlyError()

    def _take_back(self, calls: Iterable[Call]) -> None:
        self._line.rejoin(call for call in calls if not call.shared and not call.answer.done())

    async def _replacement(self, pause: float) -> Process:
        """Start another process, patiently; while there is none at all, calls are refused."""
        while True:
            await asyncio.sleep(pause)
            try:
                process = await started(self._limits, self._warm_up)
            except CandidError as error:
                _log.warning("sandbox_process_cannot_start", reason=str(error))
                pause = min(2 * pause, _LONGEST_PAUSE)
                self._refuse_if_alone()
                continue
            self._processes.append(process)
            self._refuses = False
            self._feed()
            return process

    def _refuse_if_alone(self) -> None:
        if not self._processes:
            self._refuses = True
            self._line.refuse_all(EngineUnavailableError)


def _tell_isolation(processes: Sequence[Process]) -> None:
    """Say how the processes are kept from the rest of the machine; loudly where they are not."""
    said = {process.isolation for process in processes}
    if said == {IN_FORCE}:
        _log.info("sandbox_isolated", system_calls=IN_FORCE, processes=len(processes))
    elif processes:
        _log.warning("sandbox_isolation_incomplete", system_calls="; ".join(sorted(said)))


async def _abandon(starts: list[asyncio.Task[Process]]) -> None:
    """End the processes of a start that failed elsewhere."""
    for start in starts:
        start.cancel()
    for outcome in await asyncio.gather(*starts, return_exceptions=True):
        if isinstance(outcome, Process):
            await outcome.ended()

"""An import as server-sent events (WHATWG HTML, 9.2), for as long as somebody watches."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from app.api.ending import Ending
from app.api.schemas.imports import ImportProgressOut
from app.domain.errors import CandidError, UnauthenticatedError
from app.domain.import_progress import ImportProgress
from app.services.imports.read_imports import ReadImports

PERIOD_SECONDS = 1.0
"""How often it is looked whether something changed."""

HEARTBEAT_SECONDS = 15.0
"""So often at least something is sent, or the caller takes the connection for dead."""

_RETRY = b"retry: 2000\n\n"  # milliseconds, after which a browser asks again


@dataclass(slots=True)
class ImportEvents:
    """One watcher's stream: `progress` whenever something changed, `end` at the end.

    While the import cannot be read the stream stays open and says so (`unavailable`, once).
    """

    read: ReadImports
    import_id: str
    ending: Ending
    still_allowed: Callable[[], Awaitable[object]]  # UnauthenticatedError: the key was taken back
    _told: str = field(default="", init=False)  # what was sent last, but for its time

    async def after(self, progress: ImportProgress) -> AsyncIterator[bytes]:
        """Send how far the import is, from here on."""
        yield _RETRY
        seen: ImportProgress | CandidError = progress
        beat = time.monotonic()
        while True:
            for event in self._events(seen):
                yield event
            if isinstance(seen, ImportProgress) and not seen.running.state.is_open:
                return
            if await self.ending.within(PERIOD_SECONDS):
                return
            if time.monotonic() - beat >= HEARTBEAT_SECONDS:
                beat = time.monotonic()
                if not await self._allowed():
                    return
                yield b":\n\n"
            seen = await self._look()

    async def _look(self) -> ImportProgress | CandidError:
        try:
            return await self.read.progress(self.import_id)
        except CandidError as error:
            return error

    async def _allowed(self) -> bool:
        try:
            await self.still_allowed()
        except UnauthenticatedError:
            return False
        except CandidError:  # nobody can say at the moment
            return True
        return True

    def _events(self, seen: ImportProgress | CandidError) -> list[bytes]:
        if isinstance(seen, CandidError):
            if self._told == seen.code:
                return []
            self._told = seen.code
            return [_event("unavailable", f'{{"code":"{seen.code}"}}')]
        shown = ImportProgressOut.at(seen)
        whole, told = shown.model_dump_json(), shown.model_dump_json(exclude={"as_of"})
        events = [] if told == self._told else [_event("progress", whole)]
        self._told = told
        return events if seen.running.state.is_open else [*events, _event("end", whole)]


def _event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()

"""The JMS port on a bookings file, which is looked at off the event loop."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final, TypeVar

from typing_extensions import override

from adapters.jms.file.index import IndexFileError
from adapters.jms.file.photo_rows import PAGE, PhotoRows
from adapters.jms.file.shape import FileShape
from adapters.jms.file.table import BookingTable, RowProblem
from adapters.jms.file.watched import WatchedFile
from adapters.picture_files import PictureFiles
from adapters.worker_threads import WorkerThreads
from app.domain.errors import JmsTimeoutError, JmsUnavailableError
from app.domain.mapped_fields import MappedField
from app.domain.photo import View
from app.ports.jms import BookingAnswers, Jms, PhotoRef, PhotoRefs

PATIENCE_SECONDS = 0.25
"""How long a call waits for a newer file before it serves what was read before."""

THREADS: Final = 16
"""For photos, and so many for lookups: a share that hangs takes none from anyone else."""

LOOKUP_SECONDS: Final = 60.0
PHOTO_SECONDS: Final = 60.0
LISTING_SECONDS: Final = 300.0
"""Of a page: thousands of files may be looked at on a slow share."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FileProblems:
    """What is wrong with the bookings file, by line and column, never by name."""

    bookings: int
    rows: tuple[RowProblem, ...]  # the first thousand
    count: int
    stale: str | None  # why the file as it is now is not what is served


class FileJms(Jms):
    """Knows the bookings of an export and the deltas beside it, and follows them as they change.

    Times in the file without an offset are in `zone`. The file is looked at on a call, at most
    every `check_seconds`; what was read before serves until what is new is read. Where it has a
    column `photo`, that is a path below its own directory, and it lists photos too.
    """

    def __init__(
        self,
        path: Path,
        zone: tzinfo,
        check_seconds: float = 1.0,
        page_size: int = PAGE,
        shape: FileShape | None = None,
    ) -> None:
        self._file = WatchedFile(path, zone, rest_seconds=2 * check_seconds, shape=shape)
        self._check_seconds = check_seconds
        self._next_look = 0.0
        self._looking: Future[None] | None = None
        self._starting = threading.Lock()
        self._pictures = PictureFiles(path.parent)
        self._page_size = page_size
        self._rows: PhotoRows | None = None
        self._listing = threading.Lock()
        self._lookups = WorkerThreads(THREADS, "jms-file")
        self._files = WorkerThreads(THREADS, "jms-photos")

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        if not external_image_ids:
            return BookingAnswers({})
        table = await self._table()
        with _told_index_errors():
            return await _within(
                self._lookups.run(LOOKUP_SECONDS, table.answers, external_image_ids)
            )

    @override
    async def photos(self, view: View, since: datetime | None, after: str | None) -> PhotoRefs:
        table = await self._table()
        with _told_index_errors():
            return await _within(
                self._files.run(LISTING_SECONDS, self._page, table, view, since, after)
            )

    @override
    async def photo(self, ref: PhotoRef) -> bytes:
        return await _within(self._files.run(PHOTO_SECONDS, self._pictures.read, ref.location))

    @override
    async def ping(self) -> None:
        """Return when the file can be read and is the one that is served."""
        await self._table()
        if trouble := self._file.trouble:
            raise trouble.kind(trouble.text)

    async def explained(self, external_image_id: str) -> tuple[MappedField, ...] | None:
        """Say what came of each column of a booking's row; `ports.jms.ExplainsBookings`."""
        table = await self._table()
        with _told_index_errors():
            return await _within(
                self._lookups.run(LOOKUP_SECONDS, _explained, table, external_image_id)
            )

    def problems(self) -> FileProblems:
        """Say what was wrong with the file when it was last read; fields follow a little later."""
        trouble = self._file.trouble
        stale = trouble.text if trouble else None
        table = self._file.table
        if table is None:
            return FileProblems(0, (), 0, stale)
        return FileProblems(len(table), tuple(table.problems), table.problem_count, stale)

    def _page(
        self, table: BookingTable, view: View, since: datetime | None, after: str | None
    ) -> PhotoRefs:
        with self._listing:
            if self._rows is None or self._rows.table is not table:
                self._rows = PhotoRows(table, self._pictures, self._page_size)
            rows = self._rows
        return rows.page(view, since, after)

    async def _table(self) -> BookingTable:
        looking = self._look()
        if not looking.done():
            patience = None if self._file.table is None else PATIENCE_SECONDS
            await asyncio.wait([asyncio.wrap_future(looking)], timeout=patience)
        if self._file.table is not None:
            return self._file.table
        trouble = self._file.trouble
        raise trouble.kind(trouble.text) if trouble else JmsUnavailableError

    def _look(self) -> Future[None]:
        """Start a look at the file when one is due; a hanging file system holds one thread."""
        with self._starting:
            looking = self._looking
            if looking is None or (looking.done() and time.monotonic() >= self._next_look):
                looking = self._looking = Future()
                threading.Thread(target=self._read, args=(looking,), daemon=True).start()
            return looking

    def _read(self, looking: Future[None]) -> None:
        before = self._file.table
        try:
            self._file.look()
        finally:
            self._next_look = time.monotonic() + self._check_seconds
            looking.set_result(None)
        table = self._file.table
        if table is not None and table is not before:
            self._file.check_fields(table)


async def _within(work: Awaitable[T]) -> T:
    """Wait for a thread's work; one that hangs on a share is left alone, with JmsTimeoutError."""
    try:
        return await work
    except TimeoutError as error:
        raise JmsTimeoutError from error


def _explained(table: BookingTable, identifier: str) -> tuple[MappedField, ...] | None:
    found = table.found(identifier)
    if found is None or found.refusal is not None:
        return None
    return found.layer.form.explained(found.row.said)


@contextmanager
def _told_index_errors() -> Generator[None]:
    try:
        yield
    except IndexFileError as error:
        raise JmsUnavailableError(f"The bookings file cannot be looked into: {error}.") from error

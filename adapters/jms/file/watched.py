"""A bookings file that may change, vanish or be half written at any moment."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple

import structlog

from adapters.jms.file.deltas import Version, check_deltas, digest_of, versions_of
from adapters.jms.file.index import IndexFileError
from adapters.jms.file.layer import Layer
from adapters.jms.file.reading import Reading
from adapters.jms.file.shape import FileShape
from adapters.jms.file.table import BookingTable
from adapters.table_rows import UnreadableFileError
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError

MOST_LOGGED = 20
"""Problems of one reading that get a log line each."""

SHRUNK_RESTS = 30
"""Rest times after which a file that lost more than half of its rows is believed."""

_PAUSE_EVERY = 64
_CHECK = "check CANDID_JMS__PATH."
_Versions = tuple[Version, ...]
_log = structlog.get_logger()


INDEX_SECONDS = 60.0
"""How long after an index could not be written the next one is tried."""

Kind = type[JmsUnavailableError | JmsMisconfiguredError]
_MISCONFIGURED: Kind = JmsMisconfiguredError


class Trouble(NamedTuple):
    """Why the file as it is now is not what is served."""

    kind: Kind
    text: str


class WatchedFile:
    """The last good content of an export and its deltas; one thread at a time calls `look`."""

    def __init__(
        self, path: Path, zone: tzinfo, rest_seconds: float, shape: FileShape | None = None
    ) -> None:
        shape = shape or FileShape()
        self._path = path
        self._pattern = shape.deltas
        self._reading = Reading(shape, zone)
        self._rest_seconds = rest_seconds
        self._seen: _Versions = ()
        self._seen_since = 0.0
        self._shrunk: BookingTable | None = None
        self._tried: _Versions = ()
        self._served: _Versions = ()
        self._not_before = 0.0
        self._layers: dict[Version, Layer] = {}
        self._digests: dict[Version, bytes] = {}  # of deltas
        self._gone: Trouble | None = None
        self._unusable: Trouble | None = None
        self._read_at = ""
        self.table: BookingTable | None = None

    @property
    def trouble(self) -> Trouble | None:
        """Why what is served, if anything, is not what the file says now."""
        trouble = self._gone or self._unusable
        if trouble is None or self.table is None:
            return trouble
        return Trouble(trouble.kind, f"{trouble.text} The bookings of {self._read_at} are served.")

    def look(self) -> None:
        """Read the file if it changed; what was served before stays when it cannot be used.

        A file put in place by renaming is read at once. One that is written in place is read
        when it was left alone for the rest time, and believed to hold less than half of what it
        held when it was left alone for a while longer. A new delta is read when it was left
        alone, and files that did not change are not read again.
        """
        try:
            versions = self._versions()
            self._gone = None
            if versions != self._seen:
                self._seen, self._seen_since, self._shrunk = versions, time.monotonic(), None
            if versions != self._tried and self._rested(versions):
                self._try(versions)
            elif self._shrunk is not None and self._left_alone(SHRUNK_RESTS):
                self._serve(versions, self._shrunk)
        except OSError as error:
            self._lose(error)

    def check_fields(self, table: BookingTable) -> None:
        """Report the fields that cannot be read, giving way to other threads all the time."""
        checked = 0

        def go_on() -> bool:
            nonlocal checked
            checked += 1
            if checked % _PAUSE_EVERY == 0:
                time.sleep(0.001)
            return self.table is table

        try:
            table.check(go_on)
        except IndexFileError as error:
            _log.warning("bookings_fields_not_checked", reason=str(error))
        self._log_problems(table)

    def _rested(self, versions: _Versions) -> bool:
        if self.table is None or not self._tried:
            return time.monotonic() >= self._not_before
        renamed = versions[0].inode != self._tried[0].inode
        return (renamed and set(versions[1:]) <= set(self._tried)) or self._left_alone(1)

    def _left_alone(self, rests: int) -> bool:
        return time.monotonic() - self._seen_since >= self._rest_seconds * rests

    def _versions(self) -> _Versions:
        return versions_of(self._path, self._pattern)

    def _try(self, versions: _Versions) -> None:
        try:
            check_deltas(versions, self._served, self._digests)
            layers = [self._layer(versions, place) for place in range(len(versions))]
            table = BookingTable(layers)
        except (UnreadableFileError, JmsMisconfiguredError) as error:
            self._refuse(versions, str(error).rstrip("."))
            return
        except IndexFileError as error:
            self._postpone(str(error))
            return
        if self.table is not None:
            if self._versions() != versions:
                return  # it changed while it was read: the next look reads it again
            if layers[0].cut_short:
                self._refuse(versions, "it ends in the middle of a row")
                return
            if len(self.table) and not len(table):
                self._refuse(versions, "it holds no bookings any more")
                return
            if len(table) * 2 < len(self.table):
                self._refuse(versions, "it lost more than half of its bookings just now")
                self._shrunk = table
                return
        self._serve(versions, table)

    def _layer(self, versions: _Versions, place: int) -> Layer:
        """Return a file as it was read before, or read it; a delta must be whole at all times."""
        version = versions[place]
        if version in self._layers:
            return self._layers[version]
        if place == 0:
            layer = self._reading.layer(version.path, is_delta=False)
        else:
            layer = self._delta(version)
        self._layers[version] = layer
        return layer

    def _delta(self, version: Version) -> Layer:
        self._digests[version] = digest_of(version.path, version.size)
        try:
            layer = self._reading.layer(version.path, is_delta=True)
        except UnreadableFileError as error:
            raise UnreadableFileError(f"its delta {version.path.name}: {error}") from error
        if layer.cut_short:
            raise UnreadableFileError(f"its delta {version.path.name} ends in the middle of a row")
        return layer

    def _serve(self, versions: _Versions, table: BookingTable) -> None:
        self.table, self._tried, self._unusable, self._shrunk = table, versions, None, None
        self._served = versions
        self._keep_layers(versions)
        self._read_at = datetime.now(UTC).isoformat(timespec="seconds")
        _log.info(
            "bookings_file_read",
            bookings=len(table),
            rows_reported=table.problem_count,
            deltas=len(versions) - 1,
        )

    def _refuse(self, versions: _Versions, reason: str) -> None:
        self._tried = versions
        self._keep_layers((*versions, *self._served))
        text = f"The bookings file {self._path} cannot be used: {reason}; {_CHECK}"
        self._unusable = Trouble(JmsMisconfiguredError, text)
        _log.warning("bookings_file_refused", reason=reason, still_serving=self.table is not None)

    def _postpone(self, reason: str) -> None:
        self._tried = ()
        self._not_before = time.monotonic() + INDEX_SECONDS
        text = f"The bookings file {self._path} cannot be used for the time being: {reason}."
        self._unusable = Trouble(JmsUnavailableError, text)
        _log.warning("bookings_file_not_indexed", still_serving=self.table is not None)

    def _keep_layers(self, versions: Sequence[Version]) -> None:
        self._layers = {one: self._layers[one] for one in versions if one in self._layers}
        self._digests = {one: self._digests[one] for one in versions if one in self._digests}

    def _lose(self, error: OSError) -> None:
        if isinstance(error, FileNotFoundError):
            kind, reason = _MISCONFIGURED, "does not exist"
        elif isinstance(error, NotADirectoryError | IsADirectoryError | PermissionError):
            kind, reason = _MISCONFIGURED, "is no file that this service may read"
        else:
            kind, reason = JmsUnavailableError, "cannot be read at the moment"
        if self._gone is None:
            _log.warning("bookings_file_lost", reason=reason, still_serving=self.table is not None)
        self._gone = Trouble(kind, f"The bookings file {self._path} {reason}; {_CHECK}")

    @staticmethod
    def _log_problems(table: BookingTable) -> None:
        for problem in table.problems[:MOST_LOGGED]:
            _log.warning(
                "bookings_row_problem",
                file=problem.file or None,
                line=problem.line,
                column=problem.column,
                reason=problem.reason,
            )
        if table.problem_count > MOST_LOGGED:
            _log.warning("bookings_row_problems", count=table.problem_count)

"""A bookings file that may change, vanish or be half written at any moment."""

import stat
import time
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple

import structlog

from adapters.jms.file.table import BookingTable, read_table
from adapters.table_rows import UnreadableFileError
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError

MOST_LOGGED = 20
"""Problems of one reading that get a log line each."""

SHRUNK_RESTS = 30
"""Rest times after which a file that lost more than half of its rows is believed."""

_PAUSE_EVERY = 64
_CHECK = "check CANDID_JMS__PATH."
_log = structlog.get_logger()


class Version(NamedTuple):
    """What tells one content of the file from another."""

    inode: int
    size: int
    modified_ns: int


Kind = type[JmsUnavailableError | JmsMisconfiguredError]
_MISCONFIGURED: Kind = JmsMisconfiguredError


class Trouble(NamedTuple):
    """Why the file as it is now is not what is served."""

    kind: Kind
    text: str


class WatchedFile:
    """The last good content of a bookings file; `look` is called by one thread at a time."""

    def __init__(self, path: Path, zone: tzinfo, rest_seconds: float) -> None:
        self._path = path
        self._zone = zone
        self._rest_seconds = rest_seconds
        self._seen: Version | None = None
        self._seen_since = 0.0
        self._shrunk: BookingTable | None = None
        self._tried: Version | None = None
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
        held when it was left alone for a while longer.
        """
        try:
            version = self._version()
            self._gone = None
            if version != self._seen:
                self._seen, self._seen_since, self._shrunk = version, time.monotonic(), None
            if version != self._tried and self._rested(version):
                self._try(version)
            elif self._shrunk is not None and self._left_alone(SHRUNK_RESTS):
                self._serve(version, self._shrunk)
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

        table.check(self._zone, go_on)
        self._log_problems(table)

    def _rested(self, version: Version) -> bool:
        renamed = self._tried is None or version.inode != self._tried.inode
        return self.table is None or renamed or self._left_alone(1)

    def _left_alone(self, rests: int) -> bool:
        return time.monotonic() - self._seen_since >= self._rest_seconds * rests

    def _version(self) -> Version:
        status = self._path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise IsADirectoryError
        return Version(status.st_ino, status.st_size, status.st_mtime_ns)

    def _try(self, version: Version) -> None:
        try:
            table = read_table(self._path)
        except UnreadableFileError as error:
            self._refuse(version, str(error))
            return
        if self.table is not None:
            if self._version() != version:
                return  # it changed while it was read: the next look reads it again
            if table.cut_short:
                self._refuse(version, "it ends in the middle of a row")
                return
            if len(self.table) and not len(table):
                self._refuse(version, "it holds no bookings any more")
                return
            if len(table) * 2 < len(self.table):
                self._refuse(version, "it lost more than half of its bookings just now")
                self._shrunk = table
                return
        self._serve(version, table)

    def _serve(self, version: Version, table: BookingTable) -> None:
        self.table, self._tried, self._unusable, self._shrunk = table, version, None, None
        self._read_at = datetime.now(UTC).isoformat(timespec="seconds")
        _log.info("bookings_file_read", bookings=len(table), rows_reported=table.problem_count)

    def _refuse(self, version: Version, reason: str) -> None:
        self._tried = version
        text = f"The bookings file {self._path} cannot be used: {reason}; {_CHECK}"
        self._unusable = Trouble(JmsMisconfiguredError, text)
        _log.warning("bookings_file_refused", reason=reason, still_serving=self.table is not None)

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
                line=problem.line,
                column=problem.column,
                reason=problem.reason,
            )
        if table.problem_count > MOST_LOGGED:
            _log.warning("bookings_row_problems", count=table.problem_count)

"""One PostgreSQL server: is it there, start it, stop it. Blocking; call it in a thread."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from adapters.records.embedded.binaries import Binaries
from adapters.records.embedded.cluster import USER, why_it_failed
from adapters.records.embedded.layout import PORT, Layout
from adapters.records.embedded.locks import PAUSE_SECONDS, is_free
from app.domain.errors import RecordsUnavailableError

START_SECONDS = 600.0  # recovery after a crash reads at most max_wal_size, 1 GB
STOP_SECONDS = 60.0
ORPHAN_SECONDS = 2.0  # backends notice within this that their postmaster is gone

_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_directories": "../run",  # relative to the cluster: never too long to bind
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "io_method": "sync",  # three processes fewer
    "max_parallel_workers_per_gather": "0",  # a container's /dev/shm is 64 MB
    "client_connection_check_interval": "2s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_error_verbosity": "terse",  # no values in the log
    "log_parameter_max_length_on_error": "0",
}
if sys.platform == "linux":  # one call instead of one a file: seconds of a recovery on a slow disk
    _SETTINGS["recovery_init_sync_method"] = "syncfs"


class Server:
    """The server of one layout, whoever started it."""

    def __init__(self, binaries: Binaries, layout: Layout) -> None:
        self._binaries = binaries
        self._layout = layout

    def conninfo(self, database: str) -> str:
        """Return the connection string of a database of this server."""
        where = str(self._layout.socket_directory())
        return make_conninfo(host=where, port=PORT, user=USER, dbname=database)

    def is_alive(self) -> bool:
        """Say whether the server is there; its processes hold the lock, whatever its pid says."""
        if is_free(self._layout.server_lock):
            return False
        postmaster = self._postmaster()
        return (postmaster is not None and self._is_ours(postmaster)) or self._answers()

    def start(self) -> None:
        """Start the server, or find it started, and wait for it; hold the start lock.

        Raises RecordsUnavailableError.
        """
        if not self.is_alive():
            self._clear_what_a_crash_left()
            self._rotate_first_words()
            with self._layout.first_words.open("ab") as output:
                settings = (f"--{name}={value}" for name, value in _SETTINGS.items())
                lock = self._layout.server_lock
                cluster = self._layout.cluster
                self._binaries.launch(cluster, lock, output, "-D", str(cluster), *settings)
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop the server cleanly, at once if it does not listen; hold the start lock."""
        for how in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate shutdown
            postmaster = self._postmaster()
            if postmaster is None or not self._is_ours(postmaster):
                return
            with suppress(ProcessLookupError):
                os.kill(postmaster, how)
            if self._gone_within(STOP_SECONDS):
                _reap(postmaster)
                return

    def _postmaster(self) -> int | None:
        try:
            return int((self._layout.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _is_ours(self, pid: int) -> bool:
        """Say whether the process lives and is of this cluster, as far as the system tells."""
        _reap(pid)
        process = Path("/proc") / str(pid)
        try:
            if not process.parent.joinpath("self").exists():
                os.kill(pid, 0)
                return True
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            return state not in "ZX" and (process / "cwd").samefile(self._layout.cluster)
        except OSError:
            return False

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.conninfo("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if is_free(self._layout.server_lock):
                raise RecordsUnavailableError(why_it_failed(self._last_words(), self._layout))
            if time.monotonic() > end:
                raise RecordsUnavailableError(
                    f"The embedded database has not become ready; its log is in {self._layout.log}."
                )
            time.sleep(PAUSE_SECONDS)

    def _clear_what_a_crash_left(self) -> None:
        """End orphaned backends, which hold the shared memory, and forget the dead postmaster."""
        if not self._gone_within(ORPHAN_SECONDS):
            for orphan in self._orphans():
                with suppress(OSError):
                    os.kill(orphan, signal.SIGKILL)
            if not self._gone_within(STOP_SECONDS):
                raise RecordsUnavailableError(
                    f"Processes of a crashed embedded database still use {self._layout.cluster}."
                )
        # Its pid may be another process's by now, which PostgreSQL would take for a running server.
        for left in (self._layout.cluster / "postmaster.pid", *self._layout.sockets.iterdir()):
            left.unlink(missing_ok=True)

    def _orphans(self) -> Iterator[int]:
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if process.joinpath("cwd").samefile(self._layout.cluster):
                    yield int(process.name)

    def _gone_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not is_free(self._layout.server_lock):
            if time.monotonic() > end:
                return False
            time.sleep(PAUSE_SECONDS)
        return True

    def _rotate_first_words(self) -> None:
        words = self._layout.first_words
        if words.exists():
            shutil.move(words, words.with_suffix(".log.1"))

    def _last_words(self) -> str:
        newest = sorted(self._layout.log.glob("*.log"), key=lambda file: file.stat().st_mtime)
        return "\n".join(file.read_text(errors="replace")[-4000:] for file in newest[-2:])


def _reap(pid: int) -> None:
    """Collect the process where it has become our child, as it does below process 1."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)

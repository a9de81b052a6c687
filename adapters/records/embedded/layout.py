"""Where the embedded database keeps its things, and how its socket is reached by a short path."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PORT = 5432
LONGEST_SOCKET_PATH = 100
"""Bytes; sockaddr_un holds 108 on Linux and 104 on macOS, the final zero included."""


@dataclass(frozen=True)
class Layout:
    """The files of one embedded database, all below `root`, which only its owner may enter."""

    root: Path

    @cached_property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory; it appears whole or not at all."""
        return self.root / "cluster"

    @cached_property
    def unfinished(self) -> Path:
        """Where a cluster is made before it is renamed."""
        return self.root / "cluster.unfinished"

    @cached_property
    def sockets(self) -> Path:
        """Holds the server's socket; its permissions are the authentication."""
        return self.root / "run"

    @cached_property
    def log(self) -> Path:
        """The server's log files, one a weekday, each overwritten a week later."""
        return self.root / "log"

    @cached_property
    def first_words(self) -> Path:
        """What the server says before its log files are open."""
        return self.log / "start.log"

    @cached_property
    def start_lock(self) -> Path:
        """Held exclusively by whoever starts or stops the server."""
        return self.root / "start.lock"

    @cached_property
    def users_lock(self) -> Path:
        """Held shared by every process that uses the server."""
        return self.root / "users.lock"

    @cached_property
    def server_lock(self) -> Path:
        """Held by every process of the running server, so it is free only when all are gone."""
        return self.root / "server.lock"

    def make_directories(self) -> None:
        """Make what is missing, for the owner alone; raises OSError."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        for directory in (self.root, self.sockets, self.log):
            directory.mkdir(mode=0o700, exist_ok=True)
        for lock in (self.start_lock, self.users_lock, self.server_lock):
            lock.touch(mode=0o600)

    def give_to(self, user: int, group: int) -> None:
        """Hand our own directories and locks, and nothing above them, to a system user."""
        for path in (self.root, *self.root.iterdir()):
            os.chown(path, user, group, follow_symlinks=False)

    def socket_directory(self) -> Path:
        """Return a way to the socket that is short enough, through a private link where needed.

        Harmless to repeat, and repeated while running: a cleaner of temporary files may have
        taken the link away.
        """
        if len(os.fsencode(self.sockets / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return self.sockets
        link = _private_directory(self._short_name) / "run"
        if not link.exists():
            link.unlink(missing_ok=True)
            link.symlink_to(self.sockets)
        return link

    @cached_property
    def _short_name(self) -> str:
        digest = hashlib.sha256(os.fsencode(self.sockets)).hexdigest()[:16]
        return f"candid-{os.geteuid()}-{digest}"


def _private_directory(name: str) -> Path:
    """Return our directory of that name among the temporary files; refuses somebody else's."""
    directory = Path(tempfile.gettempdir()) / name
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    ours = found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o077 == 0
    if not stat.S_ISDIR(found.st_mode) or not ours:
        raise PermissionError(f"{directory} belongs to somebody else; remove it")
    return directory

"""Who runs on this machine, as /proc tells."""

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from adapters.records.embedded.layout import Layout

PATIENCE = 120.0  # seconds


def command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def everybody() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def children(pid: int) -> list[int]:
    return [other for other in everybody() if _parent(other) == pid]


def encoders(service: int) -> list[int]:
    """Return the encoder processes of a service."""
    return [pid for pid in children(service) if "adapters.sandbox.worker" in command_line(pid)]


def of_directory(directory: Path) -> list[str]:
    """Return the command lines that name a directory, and those that run in it."""
    found = []
    for pid in everybody():
        with contextlib.suppress(OSError):
            inside = Path(f"/proc/{pid}/cwd").resolve().is_relative_to(directory)
            if (inside or str(directory) in command_line(pid)) and pid != os.getpid():
                found.append(f"{pid} {command_line(pid)}")
    return found


def resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgresql/cluster/postmaster.pid").read_text().split("\n", 1)[0])


def database_of(data_dir: Path) -> psycopg.Connection:
    """Connect to a service's embedded database."""
    sockets = Layout(data_dir.absolute() / "postgresql").socket_directory()
    return psycopg.connect(make_conninfo(host=str(sockets), user="candid", dbname="candid"))


def eventually(is_so: Callable[[], bool]) -> bool:
    """Say whether it becomes so; how soon is no matter of a test, on however slow a machine."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.05)
    return is_so()

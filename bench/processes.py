"""Memory and processor time of a service and of its encoder processes, as Linux counts them."""

import os
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.processes import children, postmaster

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Family:
    """A service's processes."""

    service: int
    encoders: tuple[int, ...]


def family(service: int) -> Family:
    """Find the encoder processes of a service."""
    children = Path(f"/proc/{service}/task/{service}/children").read_text().split()
    return Family(service, tuple(pid for pid in map(int, children) if _is_encoder(pid)))


def resident_mb(pid: int) -> float:
    """Return the resident memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def processor_seconds(pid: int) -> float:
    """Return the processor time used so far."""
    return _seconds(Path(f"/proc/{pid}/stat"))


def loop_seconds(pid: int) -> float:
    """Return the processor time of a process's first thread, in which its event loop runs."""
    return _seconds(Path(f"/proc/{pid}/task/{pid}/stat"))


def database_seconds(data_dir: Path) -> float:
    """Return the processor time that all processes of a service's own PostgreSQL ever used."""
    server = postmaster(data_dir)
    fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    ended = sum(int(field) for field in fields[13:15]) / _TICKS  # of children that are gone
    return ended + sum(map(processor_seconds, (server, *children(server))))


def _seconds(stat: Path) -> float:
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _is_encoder(pid: int) -> bool:
    return b"adapters.sandbox" in Path(f"/proc/{pid}/cmdline").read_bytes()

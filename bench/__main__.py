"""Every table of the README: `make bench`."""

import platform
import subprocess
import sys
from pathlib import Path

PARTS = ("accuracy", "indexing", "searching", "gallery", "sandbox")


def main() -> None:
    """Run each part in a process of its own and name the machine."""
    cores = sum(line.startswith("processor") for line in _cpu())
    name = next((line.partition(":")[2].strip() for line in _cpu() if "model name" in line), "")
    print(f"{name or platform.processor()}, {cores} cores, Python {platform.python_version()}")
    for part in PARTS:
        print(f"\n## {part}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{part}"], check=False)  # noqa: S603 - ours


def _cpu() -> list[str]:
    info = Path("/proc/cpuinfo")
    return info.read_text().splitlines() if info.exists() else []


if __name__ == "__main__":
    main()

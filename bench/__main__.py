"""Every table of the README: `make bench`."""

import subprocess
import sys

from bench import machine

PARTS = ("accuracy", "indexing", "searching", "gallery", "sandbox")


def main() -> None:
    """Run each part in a process of its own and name the machine."""
    print(machine.named())
    for part in PARTS:
        print(f"\n## {part}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{part}"], check=False)  # noqa: S603 - ours


if __name__ == "__main__":
    main()

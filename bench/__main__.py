"""Many tables in one go: `make bench` (under half an hour), `make bench-full` (hours).

Each line of a plan is a bench and its arguments; it may be run alone, as `python -m bench.NAME`.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from bench.results import FOLDER

QUICK = """
encoder --photos 8
same_probes --probes 2 --enrolled 4
detection --heads 2 --shares 12 --scenes 2
indexing --photos 4
searching --faces 500 --searches 4 --made-up
gallery --sizes 9000
vectors --peers 1000 --graphs 1000 --ours 1000 --seconds 0.2 --made-up
systems --sizes 500 --slow 500 --seconds 0.2 --people 2 --made-up
service_load --faces 500 --seconds 1 --search 1 4 --index 2 --made-up
trust --searches 4 --enrolled 4
crowd --calls 8
audit --records 2000 --seconds 0.3
sealing --faces 2000
"""
"""Whether they work, not how fast anything is."""

USUAL = """
accuracy
encoder
detection
indexing
searching
gallery
sandbox
vectors
systems --sizes 10000 100000
service_load
trust
crowd
audit
sealing
importing --photos 2000
import_overhead
"""

FULL = """
accuracy
unequal_errors
encoder
same_probes
calibration
detection --heads 204
indexing
searching
gallery
sandbox
vectors --graphs 10000 100000 300000 --ours 10000 100000 300000 1000000 3000000
systems --slow 100000
service_load --seconds 20
trust
crowd
audit --records 1000000
sealing
importing
import_overhead
import_memory
quota
killing
change_of_model
jms
"""

PLANS = {"quick": QUICK, "usual": USUAL, "full": FULL}


def parts(plan: str) -> list[list[str]]:
    """Return the benches of a plan, each with its arguments."""
    return [line.split() for line in PLANS[plan].strip().split("\n")]


def main() -> None:
    """Run each part in a process of its own; one that fails does not end the others."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("plan", nargs="?", choices=PLANS, default="usual")
    parser.add_argument("--results", type=Path, default=FOLDER)
    asked = parser.parse_args()
    failed = []
    for name, *arguments in parts(asked.plan):
        print(f"\n## {name} {' '.join(arguments)}", flush=True)
        began = time.monotonic()
        command = (sys.executable, "-m", f"bench.{name}", *arguments, "--results", asked.results)
        if subprocess.run(command, check=False).returncode:  # noqa: S603 - ours
            failed.append(name)
        print(f"({time.monotonic() - began:.0f} s)", flush=True)
    if failed:
        sys.exit(f"These failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()

"""Makes the cluster once, whole or not at all, and refuses one that this program cannot use."""

import os
import shutil
import sys
from pathlib import Path

from adapters.records.embedded.binaries import MAJOR_VERSION, Binaries
from adapters.records.embedded.layout import Layout
from app.domain.errors import RecordsUnavailableError

USER = "candid"

_INITDB = (
    "--username=candid",
    "--auth=trust",  # the socket's directory lets only the owner in, and there is no TCP
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--data-checksums",
    "--no-instructions",
    *(["--sync-method=syncfs"] if sys.platform == "linux" else []),
)


def make_sure_of_cluster(binaries: Binaries, layout: Layout) -> None:
    """Make the cluster unless it is there; raises RecordsUnavailableError. Hold the start lock."""
    if not layout.cluster.exists():
        _make(binaries, layout)
    found = _version_of(layout.cluster)
    if found != MAJOR_VERSION:
        raise RecordsUnavailableError(
            f"{layout.cluster} was made by PostgreSQL {found}, and this program brings "
            f"{MAJOR_VERSION}: dump it with the program that made it, or start with another "
            "CANDID_DATA_DIR."
        )


def _version_of(cluster: Path) -> str:
    try:
        return (cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return "(unknown: the file PG_VERSION is missing)"


def _make(binaries: Binaries, layout: Layout) -> None:
    shutil.rmtree(layout.unfinished, ignore_errors=True)
    made = binaries.run(layout.root, "initdb", f"--pgdata={layout.unfinished}", *_INITDB)
    if made.returncode != 0:
        shutil.rmtree(layout.unfinished, ignore_errors=True)
        raise RecordsUnavailableError(why_it_failed(made.stderr, layout))
    layout.unfinished.rename(layout.cluster)
    descriptor = os.open(layout.root, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def why_it_failed(said: str, layout: Layout) -> str:
    """Return one clear text from what initdb or the server said before it gave up."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return f"The disk of {layout.root} is full: the embedded database cannot start. Free some."
    if "Permission denied" in said or "has wrong ownership" in said:
        return f"The embedded database may not read or write {layout.root}: give it to this user."
    words = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line]
    last = (words or said.splitlines() or ["it said nothing"])[-1]
    return f"The embedded database does not start: {last.strip()} (its log is in {layout.log})"

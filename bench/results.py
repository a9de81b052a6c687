"""What a bench measured, as JSON: `bench-results/NAME.json`, with the machine and the command.

Every bench keeps its rows here while it prints them; `python -m bench.performance_page` makes the
page of them.
"""

import json
import math
import subprocess
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "bench-results"

Cell = str | int | float | None
Row = dict[str, Cell]


@dataclass(slots=True)
class Results:
    """The tables of one bench; a cell's name ends in its unit."""

    asked: Namespace
    part: Path  # where the tables are written as they are measured
    data: str = ""  # what was measured on, where that is not plain from the rows
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def keep(self, table: str, **cells: Cell) -> None:
        """Add a row to a table, and write it; what is no number (NaN) becomes null."""
        rounded = {key: _rounded(cell) for key, cell in cells.items()}
        self.tables.setdefault(table, []).append(rounded)
        self.write({"data": self.data, "tables": self.tables})

    def write(self, document: Mapping[str, Any]) -> None:
        """Write a document beside where it goes."""
        self.part.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
        self.part.write_text(text + "\n", encoding="utf-8")


@contextmanager
def results(bench: str, parser: ArgumentParser | None = None) -> Iterator[Results]:
    """Parse the arguments, name the machine, and write what was kept once it has all been measured.

    A bench that stops half way leaves the last results as they were; its rows are in
    NAME.json.part.
    """
    parser = parser or ArgumentParser()
    parser.prog = f"python -m bench.{bench}"
    parser.add_argument("--results", type=Path, default=FOLDER, help="the folder to write into")
    asked = parser.parse_args()
    whole: Path = asked.results / f"{bench}.json"
    kept = Results(asked, whole.with_suffix(".json.part"))
    busy, began = machine.busy(), time.monotonic()
    print(f"{machine.named()}; {busy:.0%} busy with other work before this", flush=True)
    yield kept
    seconds, busy_after = time.monotonic() - began, machine.busy()
    document = {
        "bench": bench,
        "command": _command(bench),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "seconds": round(seconds, 1),
        "machine": machine.facts(),
        "busy_before": busy,
        "busy_after": busy_after,
        "data": kept.data,
        "tables": kept.tables,
    }
    kept.write(document)
    kept.part.replace(whole)


def read(path: Path) -> dict[str, Any]:
    """Return what a bench wrote."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _rounded(cell: Cell) -> Cell:
    """Keep four digits: a second run differs in the third."""
    if not isinstance(cell, float):
        return cell
    return float(f"{cell:.4g}") if math.isfinite(cell) else None


def _command(bench: str) -> str:
    """Return the command line without where the results went."""
    where = ArgumentParser(add_help=False, allow_abbrev=False)
    where.add_argument("--results")
    _, words = where.parse_known_args()
    return " ".join(["python -m", f"bench.{bench}", *words])


def _commit() -> str:
    git = ("git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=10")
    told = subprocess.run(git, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    return told.stdout.strip() or "unknown"

"""Contenders as processes of their own, asked in turns so that both of a pair see one machine."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from typing_extensions import override

from adapters.sandbox.process import ONE_THREAD
from bench import peers

OURS = "candid.Candid"
OWN = ("candid.", "faiss_indexes.", "pgvector.")
"""Contenders that need what Candid's own environment has; the others are in that of the peers."""

_LEAST = 3  # turns, however long they take
_THREADS = {name: said for name, said in ONE_THREAD.items() if name.endswith("_THREADS")}


class NotInstalledError(Exception):
    """The contender's library is not there."""


class FailedError(Exception):
    """A contender ended, or found less than it was asked for."""

    def __init__(self, contender: str, why: str) -> None:
        super().__init__(f"{contender}: {why}")
        self.contender = contender
        self.why = why


@dataclass(frozen=True, slots=True)
class Templates:
    """Files of numpy arrays: templates, and queries for some of them."""

    templates: Path
    queries: Path


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading took."""

    seconds: float
    memory_mb: float | None  # None: of another process, which shares it, or too little to tell
    disk_mb: float


@dataclass(slots=True)
class Turns:
    """What a contender answered in its turns; no rows where it saw no face in the photo."""

    milliseconds: list[float] = field(default_factory=list)
    rows: list[Sequence[int]] = field(default_factory=list)

    @property
    def ms(self) -> float:
        """Return the median of the turns in which it found somebody."""
        taken = zip(self.milliseconds, self.rows, strict=True)
        return median(ms for ms, rows in taken if rows)

    def right(self, whom: Sequence[int], shown: int) -> str:
        """Tell in how many turns the row that was meant is among the first so many."""
        found = [row in rows[:shown] for rows, row in zip(self.rows, whom, strict=False)]
        return f"{sum(found)} of {len(found)}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """The time of one over that of the other, turn by turn: median, quartiles, how many turns."""

    middle: float
    low: float
    high: float
    turns: int

    def cells(self) -> dict[str, float | int]:
        """Return the cells of a table."""
        quartiles = {"lower_quartile": self.low, "upper_quartile": self.high}
        return {"ratio": self.middle, **quartiles, "turns": self.turns}

    @override
    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f} to {self.high:.2f} in {self.turns} turns)"


def ratio(theirs: Turns, ours: Turns) -> Ratio:
    """Compare the turns in which both found somebody."""
    both = zip(theirs.milliseconds, theirs.rows, ours.milliseconds, ours.rows, strict=True)
    each = [their / our for their, found, our, own in both if found and own]
    low, middle, high = np.quantile(each, (0.25, 0.5, 0.75)).tolist()
    return Ratio(middle, low, high, len(each))


class Process:
    """A contender that was started; whoever asks waits for the answer."""

    def __init__(self, contender: str, process: subprocess.Popen[str], log: Path) -> None:
        self.contender = contender
        self._process = process
        self._log = log

    def answer(self, order: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what it answers to an order, or says unasked; FailedError: it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            if order is not None:
                self._process.stdin.write(json.dumps(order) + "\n")
                self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise FailedError(self.contender, self._last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def load(self, of: Templates, count: int) -> Loaded:
        """Have it load so many templates."""
        order = {"templates": str(of.templates), "queries": str(of.queries), "count": count}
        return Loaded(**self.answer(order))

    def encode(self, photos: Sequence[Path], to: Path) -> None:
        """Have it write the templates of photos, in rows; those without a face are NaN."""
        self.answer({"encode": [str(photo) for photo in photos], "to": str(to)})

    def _last_words(self) -> str:
        status = self._process.wait()
        said = self._log.read_text(errors="replace").strip()
        print(f"{self.contender} ended with {status}: {said[-2000:]}", file=sys.stderr, flush=True)
        return said.rpartition("\n")[2][:100] or f"ended with {status}"


@contextmanager
def started(contender: str, *, one_core: bool = False) -> Iterator[Process]:
    """Start a contender, on one core from the first; its files go when it ends.

    Raises NotInstalledError, and FailedError where it does not start.
    """
    own = contender.startswith(OWN)
    if not own and not peers.installed():
        raise NotInstalledError(contender)
    python = sys.executable if own else str(peers.PYTHON)
    inherited = dict(os.environ)  # noqa: TID251 - a child's environment
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        log = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "log"
        with _cores(one_core=one_core):
            process = subprocess.Popen(  # noqa: S603 - ours
                (python, "-m", "bench.contenders", contender, folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stack.enter_context(log.open("w")),
                text=True,
                cwd=peers.ROOT,
                env=inherited | _THREADS if one_core else inherited,
            )
        stack.callback(_end, process)
        running = Process(contender, process, log)
        told = running.answer()
        if "not_installed" in told:
            raise NotInstalledError(told["not_installed"])
        yield running


def in_turns(
    processes: Sequence[Process], orders: Sequence[Mapping[str, Any]], seconds: float
) -> list[Turns]:
    """Give each order to each process, until the orders or the seconds end; the first warms up.

    Raises FailedError where one ends, or where there is no turn in which all find somebody.
    """
    turns = [Turns() for _ in processes]
    until = time.monotonic() + seconds
    for process in processes:
        process.answer(orders[0])
    for number, order in enumerate(orders):
        if number >= _LEAST and time.monotonic() > until:
            break
        pairs = list(zip(processes, turns, strict=True))
        for process, told in pairs if number % 2 else reversed(pairs):
            answer = process.answer(order)
            told.milliseconds.append(answer["ms"])
            told.rows.append(answer["rows"])
    for process, told in zip(processes, turns, strict=True):
        if not any(told.rows):
            raise FailedError(process.contender, "found nobody")
    if not any(map(all, zip(*(told.rows for told in turns), strict=True))):
        raise FailedError(processes[0].contender, "found nobody where the other did")
    return turns


@contextmanager
def _cores(*, one_core: bool) -> Iterator[None]:
    """Let what is started inherit one core, the last, before any library sizes its threads."""
    every = os.sched_getaffinity(0)
    if one_core:
        os.sched_setaffinity(0, {max(every)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, every)


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()

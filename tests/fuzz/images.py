"""Broken pictures through the process that reads photos: `python -m tests.fuzz.images`.

Every one must end in a picture or in an error of the domain, within the time and memory that a
photo may cost, and the process that dies of one must be the only one. `--start` goes on where a run
was ended; what is found is made again by its number and written with as few changes as show it.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.darkroom.sandboxed import REHEARSAL, SandboxedDarkroom
from adapters.sandbox import Sandbox
from app.domain.errors import (
    CandidError,
    PhotoTooCostlyError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)
from tests.e2e.processes import resident_bytes
from tests.fuzz.bases import bases
from tests.fuzz.mutation import Mutant, mutant

SECONDS = 8.0
MEMORY_BYTES = 600 * 2**20
WIDTH = 160
CLEAN = (PhotoTooCostlyError, PhotoTooLargeError, PhotoUnreadableError, UnsupportedPhotoError)
EVERY = 1000  # pictures after which a line tells how far the run is


@dataclass(slots=True)
class Findings:
    """What came of the pictures."""

    outcomes: Counter[str] = field(default_factory=Counter)
    costly: list[Mutant] = field(default_factory=list)  # the process died of it, as it may
    wrong: list[tuple[Mutant, str]] = field(default_factory=list)
    slowest: float = 0.0  # seconds
    most_resident: int = 0  # bytes of the process


@dataclass(slots=True)
class Fuzz:
    """A sandbox of one process, and the mutants of a seed."""

    sandbox: Sandbox
    seed: int
    pictures: Mapping[str, bytes] = field(default_factory=bases)
    findings: Findings = field(default_factory=Findings)

    async def run(self, start: int, count: int) -> Findings:
        """Try so many mutants, beginning with a number."""
        names = sorted(self.pictures)
        for number in range(start, start + count):
            made = mutant(self.seed, number, names)
            await self._tried(made)
            if (number + 1) % EVERY == 0:
                _tell(f"{number + 1}: {dict(self.findings.outcomes)}")
        return self.findings

    async def outcome(self, made: Mutant) -> str:
        """Return `read`, or the code of the error; of what is no clean error its text too."""
        try:
            await SandboxedDarkroom(self.sandbox).thumbnail(made.photo(self.pictures), WIDTH)
        except CLEAN as error:
            return error.code
        except CandidError as error:
            return f"{error.code}: {error}"
        return "read"

    async def _tried(self, made: Mutant) -> None:
        found, begun = self.findings, time.perf_counter()
        outcome = await self.outcome(made)
        found.slowest = max(found.slowest, time.perf_counter() - begun)
        found.outcomes[outcome] += 1
        if outcome == PhotoTooCostlyError.code:
            found.costly.append(made)
            await self._until_there_is_one_again()
        elif ":" in outcome:
            found.wrong.append((await self.smallest(made, outcome), outcome))
        for pid in self.sandbox.pids:
            found.most_resident = max(found.most_resident, resident_bytes(pid))

    async def smallest(self, made: Mutant, outcome: str) -> Mutant:
        """Leave out every change without which the outcome is the same."""
        for deed in made.deeds:
            fewer = made.with_deeds([each for each in made.deeds if each is not deed])
            if await self.outcome(fewer) == outcome:
                made = fewer
        return made

    async def _until_there_is_one_again(self) -> None:
        while not self.sandbox.pids:  # noqa: ASYNC110 - the sandbox tells nobody
            await asyncio.sleep(0.01)


def sandbox() -> Sandbox:
    """Return one process, as the service has several."""
    return Sandbox(1, MEMORY_BYTES, SECONDS, warm_up=[REHEARSAL])


def main() -> int:
    """Run, tell, and return 1 where something was no clean error."""
    asked = _arguments()
    found = asyncio.run(_run(asked))
    _tell(f"{asked.count} pictures from {asked.start}, seed {asked.seed}: {dict(found.outcomes)}")
    _tell(f"slowest {found.slowest:.2f} s; at most {found.most_resident / 2**20:.0f} MiB resident")
    pictures = bases()
    for made in found.costly:
        _tell(f"cost its process: {made.number} ({made.base}) {_kept(made, asked.keep, pictures)}")
    for made, outcome in found.wrong:
        _tell(f"WRONG: {outcome}\n  {made}\n  {_kept(made, asked.keep, pictures)}")
    return 1 if found.wrong else 0


async def _run(asked: argparse.Namespace) -> Findings:
    async with sandbox() as opened:
        return await Fuzz(opened, asked.seed).run(asked.start, asked.count)


def _kept(made: Mutant, folder: Path | None, pictures: Mapping[str, bytes]) -> str:
    if folder is None:
        return f"again: python -m tests.fuzz.images --start {made.number} --count 1"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{made.number}.bin"
    path.write_bytes(made.photo(pictures))
    return str(path)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Reads broken pictures.")
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--keep", type=Path, help="a folder for the pictures that are found")
    return parser.parse_args()


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""Whole face systems, from a photo to its candidates, each against ours in turns of one run.

`python -m bench.systems` prints, for galleries of several sizes, the milliseconds of one search on
one core: decode, detect, encode with the same network's weights, compare with every template, and
sort. Among templates made up by a law stand those of the probes' people, of another photo of each,
encoded by the system itself; how often each is among the first five stands beside the times. No
service is round any of them. CompreFace is not run: its algorithm is re-made, and only its search
among templates is compared, with ours. A system that is not installed, or fails, says so.
"""

import argparse
import itertools
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import contest
from bench.contenders.contender import Halves
from bench.laws import Law, law
from bench.photos import booking_sized, mugshots, probes
from bench.results import Results, results

_COUNT = 10
_SHOWN = 5
_TURNS = 40
_PEOPLE = 30  # enrolled; what encodes a photo in a second takes half a minute for them


@dataclass(frozen=True, slots=True)
class System:
    """A face system."""

    name: str
    contender: str
    encoder: str  # the contender whose templates of the probes' people it searches
    reads_photos: bool = True
    slow: bool = False  # a search among 100,000 takes it ten seconds and more


SYSTEMS = (
    System(
        "face_recognition, its loop", "known_faces.FaceRecognition", "known_faces.FaceRecognition"
    ),
    System('DeepFace.find, return_type="dict"', "deepface_find.Batched", "deepface_find.Batched"),
    System(
        "DeepFace.find, as it comes",
        "deepface_find.AsItComes",
        "deepface_find.Batched",
        slow=True,
    ),
    System(
        "DeepFace.search, exact, in SQLite",
        "deepface_find.Search",
        "deepface_find.Batched",
        slow=True,
    ),
    System(
        "CompreFace's algorithm, re-made (search alone)",
        "compreface.CompreFace",
        contest.OURS,
        reads_photos=False,
    ),
)


@dataclass(frozen=True, slots=True)
class People:
    """The probes' people: how each encoder enrolled them, and their probes."""

    enrolled: Mapping[str, Halves]  # by contender: (people, dimensions), NaN without a face
    missing: Mapping[str, str]  # by contender: why it enrolled nobody
    probes: Sequence[Path]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked in turns, and which row each order means."""

    orders: Sequence[Mapping[str, Any]]
    whom: Sequence[int]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 300_000])
    parser.add_argument("--slow", type=int, default=10_000, help="the largest, for the slow ones")
    parser.add_argument("--seconds", type=float, default=10.0, help="of turns, a pair")
    parser.add_argument("--people", type=int, default=_PEOPLE, help="enrolled, with a probe each")
    parser.add_argument("--made-up", action="store_true", help="not LFW's law, even where it is")
    with results("systems", parser) as kept, tempfile.TemporaryDirectory() as folder:
        drawn_by = law(made_up=kept.asked.made_up)
        people = _people(Path(folder), kept.asked.people)
        kept.data = (
            f"{drawn_by.name}; among them {len(people.probes)} people by a portrait of 600 pixels, "
            "and their probes, other portraits"
        )
        for size in kept.asked.sizes:
            _compare(kept, drawn_by, size, people)


def _people(folder: Path, most: int) -> People:
    """Have every encoder write the templates of so many people's portraits."""
    of_each = dict(zip(mugshots(), probes(), strict=False))  # samples come again and again
    pairs = list(of_each.items())[:most]
    for name in ("enrolled", "probes"):
        (folder / name).mkdir()
    portraits = booking_sized((portrait for portrait, _ in pairs), folder / "enrolled")
    shown = booking_sized((probe for _, probe in pairs), folder / "probes")
    enrolled, missing = dict[str, Halves](), dict[str, str]()
    for encoder in dict.fromkeys((contest.OURS, *(system.encoder for system in SYSTEMS))):
        try:
            with contest.started(encoder, one_core=True) as process:
                process.encode(portraits, folder / "encoded.npy")
        except contest.NotInstalledError:
            missing[encoder] = "not installed"
        except contest.FailedError as failed:
            missing[encoder] = f"failed: {failed.why}"
        else:
            enrolled[encoder] = np.load(folder / "encoded.npy")
    return People(enrolled, missing, shown)


def _compare(kept: Results, drawn_by: Law, size: int, people: People) -> None:
    gallery, queries, whom = drawn_by.drawn(size, min(_TURNS, size // 2))
    rows = np.setdiff1d(np.arange(size), whom)[: len(people.probes)]
    turns = list(itertools.islice(itertools.cycle(range(len(rows))), _TURNS))
    finding = Asked(
        [{"photo": str(people.probes[turn]), "count": _COUNT} for turn in turns],
        rows[turns].tolist(),
    )
    searching = Asked([{"query": n, "count": _COUNT} for n in range(len(whom))], whom.tolist())
    with tempfile.TemporaryDirectory() as folder:
        files = {
            encoder: _written(Path(folder), f"{n}", _among(gallery, rows, enrolled), queries)
            for n, (encoder, enrolled) in enumerate(people.enrolled.items())
        }
        with contest.started(contest.OURS, one_core=True) as ours:
            ours.load(files[contest.OURS], size)
            for system in SYSTEMS:
                if system.slow and size > kept.asked.slow:
                    continue
                if system.encoder in people.missing:
                    _keep_missing(kept, system, size, people.missing[system.encoder])
                    continue
                asked = finding if system.reads_photos else searching
                _one(kept, system, (ours, files[system.encoder]), size, asked)


def _among(gallery: Halves, rows: npt.NDArray[np.int64], enrolled: Halves) -> Halves:
    """Put the people's templates into rows; who has none stays somebody made up."""
    seen = np.isfinite(enrolled).all(axis=1)
    among = gallery.copy()
    among[rows[seen]] = enrolled[seen]
    return among


def _written(folder: Path, name: str, gallery: Halves, queries: Halves) -> contest.Templates:
    drawn = contest.Templates(folder / f"{name}.npy", folder / f"{name}-queries.npy")
    np.save(drawn.templates, gallery)
    np.save(drawn.queries, queries)
    return drawn


def _one(
    kept: Results,
    system: System,
    beside: tuple[contest.Process, contest.Templates],
    size: int,
    asked: Asked,
) -> None:
    ours, templates = beside
    try:
        with contest.started(system.contender, one_core=True) as process:
            process.load(templates, size)
            turns = contest.in_turns([process, ours], asked.orders, kept.asked.seconds)
        _keep(kept, system, size, turns, asked)
    except contest.NotInstalledError:
        _keep_missing(kept, system, size, "not installed")
    except contest.FailedError as failed:
        if failed.contender == contest.OURS:
            raise
        _keep_missing(kept, system, size, f"failed: {failed.why}")


def _keep_missing(kept: Results, system: System, size: int, why: str) -> None:
    kept.keep("find", system=system.name, templates=size, ratio=why)
    print(f"{size:>9,} {system.name:46} {why}", flush=True)


def _keep(
    kept: Results, system: System, size: int, turns: Sequence[contest.Turns], asked: Asked
) -> None:
    """Keep a row; FailedError where an answer has fewer rows than were asked for, and some."""
    theirs, own = turns
    if any(rows and len(rows) != _COUNT for rows in theirs.rows):
        raise contest.FailedError(system.contender, f"found fewer than {_COUNT}")
    what = "photo to candidates" if system.reads_photos else "template to candidates"
    ratio = contest.ratio(theirs, own)
    right, ours_right = theirs.right(asked.whom, _SHOWN), own.right(asked.whom, _SHOWN)
    kept.keep(
        "find",
        system=system.name,
        what=what,
        templates=size,
        ms=theirs.ms,
        candid_ms=own.ms,
        **ratio.cells(),
        right_in_five=right,
        candid_right_in_five=ours_right,
    )
    print(
        f"{size:>9,} {system.name:46} {theirs.ms:9.1f} ms, Candid {own.ms:6.1f} ms: {ratio} "
        f"times; right in five {right}, Candid {ours_right} ({what})",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""Our gallery and its peers on the same templates, each against ours in turns of one run.

`python -m bench.vectors` prints, for each kind and size: milliseconds of one search for the ten
nearest on one core (medians, ours in the turns between), the ratio turn by turn, how many of the
true ten were found, how often the right person was among the first five, seconds to load and build
on all cores, memory and disk. Every contender is a process of its own; ours takes turns with a
second process of ours, so that its times are of caches shared like all the others, and its ratio
tells how far from 1 chance alone goes. How cost grows: the exponent b of time = a * size^b over
three sizes or more, from 10,000 on. A peer that is not installed, or fails, says so.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np
import numpy.typing as npt

from bench import contest
from bench.contenders.contender import Halves, blocks
from bench.laws import law
from bench.percentiles import told
from bench.results import Results, results

NEAREST = 10
_SHOWN = 5
_QUERIES = 200
_SECONDS = 6.0  # of turns, a pair
_FIRST_COUNTED = 10_000  # below, what a search costs besides comparing counts for more
_LEAST_SIZES = 3  # that a line is fitted to: through two there is always one

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to search."""

    name: str
    contender: str
    exact: bool = True


OURS = Kind("Candid", contest.OURS)
PEERS = (
    Kind("faiss, flat float32", "faiss_indexes.Flat"),
    Kind("faiss, flat float16", "faiss_indexes.FlatHalf"),
    Kind("usearch, exact float16", "usearch_indexes.Exact"),
    Kind("Qdrant in the process, exact", "qdrant_shard.Exact"),
    Kind("sqlite-vec", "sqlite_vec_table.Exact"),
    Kind("pgvector, exact", "pgvector.Exact"),
    Kind("pgvector, exact float16", "pgvector.ExactHalf"),
    Kind("LanceDB, flat", "lance_table.Exact"),
    Kind("faiss, HNSW float32", "faiss_indexes.Hnsw", exact=False),
    Kind("usearch, HNSW float16", "usearch_indexes.Hnsw", exact=False),
    Kind("Qdrant in the process, HNSW", "qdrant_shard.Hnsw", exact=False),
    Kind("pgvector, HNSW", "pgvector.Hnsw", exact=False),
    Kind("LanceDB, HNSW float32", "lance_table.Hnsw", exact=False),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Templates in files, and what is true of the queries."""

    files: contest.Templates
    size: int
    nearest: Rows  # (queries, NEAREST): the rows of the truly nearest
    whom: Rows  # (queries,): the row of the person that a query shows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", type=int, nargs="*", default=[10_000, 100_000, 300_000])
    parser.add_argument("--graphs", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument(
        "--ours", type=int, nargs="*", default=[10_000, 100_000, 300_000, 1_000_000]
    )
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="of turns, a pair")
    parser.add_argument("--made-up", action="store_true", help="not LFW's law, even where it is")
    with results("vectors", parser) as kept:
        drawn_by = law(made_up=kept.asked.made_up)
        kept.data = drawn_by.name
        print(f"Templates by {drawn_by.name}.")
        asked = kept.asked
        for size in sorted({*asked.peers, *asked.graphs, *asked.ours}):
            peers = [one for one in PEERS if size in (asked.peers if one.exact else asked.graphs)]
            with tempfile.TemporaryDirectory() as folder:
                _compare(kept, _drawn(Path(folder), size, kept), peers)
        keep_growth(kept)


def _drawn(folder: Path, size: int, kept: Results) -> Drawn:
    drawn_by = law(made_up=kept.asked.made_up)
    gallery, queries, whom = drawn_by.drawn(size, min(_QUERIES, size // 2))
    files = contest.Templates(folder / "templates.npy", folder / "queries.npy")
    np.save(files.templates, gallery)
    np.save(files.queries, queries)
    return Drawn(files, size, nearest(queries, gallery), whom)


def nearest(queries: Halves, gallery: Halves) -> Rows:
    """Return the rows of the nearest, (queries, NEAREST), by the inner product of what is stored.

    Only the nearest so far and one block of scores are held at a time.
    """
    asked, best = queries.astype(np.float32), np.empty((len(queries), 0), np.float32)
    rows = np.empty((len(queries), 0), np.int64)
    for start, block in blocks(gallery):
        numbers = np.tile(np.arange(start, start + len(block)), (len(queries), 1))
        scores = np.concatenate([best, asked @ block.T], axis=1)
        kept = np.argpartition(-scores, NEAREST - 1, axis=1)[:, :NEAREST]
        best = np.take_along_axis(scores, kept, 1)
        rows = np.take_along_axis(np.concatenate([rows, numbers], axis=1), kept, 1)
    return rows


def _compare(kept: Results, drawn: Drawn, peers: Sequence[Kind]) -> None:
    orders = [{"query": n, "count": NEAREST} for n in range(len(drawn.whom))]
    with contest.started(OURS.contender) as ours:
        ours.load(drawn.files, drawn.size)
        for kind in (OURS, *peers):
            try:
                with contest.started(kind.contender) as process:
                    loaded = process.load(drawn.files, drawn.size)
                    turns = contest.in_turns([process, ours], orders, kept.asked.seconds)
            except contest.NotInstalledError:
                _keep_missing(kept, kind, drawn.size, "not installed")
            except contest.FailedError as failed:
                if failed.contender == OURS.contender:
                    raise
                _keep_missing(kept, kind, drawn.size, f"failed: {failed.why}")
            else:
                _keep(kept, kind, drawn, turns, loaded)


def _keep(
    kept: Results,
    kind: Kind,
    drawn: Drawn,
    turns: Sequence[contest.Turns],
    loaded: contest.Loaded,
) -> None:
    theirs, own = turns
    ratio, right = contest.ratio(theirs, own), theirs.right(drawn.whom.tolist(), _SHOWN)
    found = mean(
        len(set(rows) & set(true)) / NEAREST
        for rows, true in zip(theirs.rows, drawn.nearest.tolist(), strict=False)
    )
    kept.keep(
        "search",
        kind=kind.name,
        exact="yes" if kind.exact else "no",
        templates=drawn.size,
        ms=theirs.ms,
        candid_ms=own.ms,
        **ratio.cells(),
        of_true_ten=found,
        right_in_five=right,
        load_s=loaded.seconds,
        memory_mb=loaded.memory_mb,
        disk_mb=loaded.disk_mb,
    )
    print(
        f"{drawn.size:>9,} {kind.name:30} {theirs.ms:8.2f} ms, Candid {own.ms:6.2f} ms, ratio "
        f"{ratio}; of the true ten {found:.3f}; right in five {right}; "
        f"loaded in {loaded.seconds:.1f} s; {told(loaded.memory_mb)} MB held, "
        f"{loaded.disk_mb:.0f} MB on disk",
        flush=True,
    )


def _keep_missing(kept: Results, kind: Kind, size: int, why: str) -> None:
    kept.keep("search", kind=kind.name, templates=size, ratio=why)
    print(f"{size:>9,} {kind.name:30} {why}", flush=True)


def keep_growth(kept: Results) -> None:
    """Fit a straight line to the logarithms of times and sizes."""
    for kind in (OURS, *PEERS):
        measured = [
            (row["templates"], row["ms"])
            for row in kept.tables.get("search", ())
            if row["kind"] == kind.name and "ms" in row and _counts(row["templates"])
        ]
        if len(measured) < _LEAST_SIZES:
            continue
        sizes, times = np.log(np.array(measured, float)).T
        exponent, _ = np.polyfit(sizes, times, 1)
        largest, ms = measured[-1]
        assert isinstance(largest, int)
        assert isinstance(ms, float)
        kept.keep(
            "growth",
            kind=kind.name,
            sizes=", ".join(f"{size:,}" for size, _ in measured),
            exponent=float(exponent),
            ns_a_template=1e6 * ms / largest,
        )
        print(f"{kind.name:30} grows as the size to the {exponent:.2f}")


def _counts(size: object) -> bool:
    return isinstance(size, int) and size >= _FIRST_COUNTED


if __name__ == "__main__":
    main()

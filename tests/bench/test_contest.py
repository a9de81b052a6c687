"""Contenders are processes that find the same faces, or say that they are not installed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from bench import contest, peers, vectors
from bench.contest import OWN, FailedError, NotInstalledError, Ratio, Turns, in_turns, started
from bench.laws import law
from bench.results import read


@pytest.mark.parametrize(
    "contender", [contest.OURS, "faiss_indexes.FlatHalf", "pgvector.ExactHalf"]
)
def test_an_exact_contender_finds_the_ten_nearest(contender: str, tmp_path: Path) -> None:
    gallery, queries, _ = law(made_up=True).drawn(9_000, 8)
    drawn = contest.Templates(tmp_path / "templates.npy", tmp_path / "queries.npy")
    np.save(drawn.templates, gallery)
    np.save(drawn.queries, queries)
    orders: list[Mapping[str, int]] = [{"query": n, "count": 10} for n in range(8)]

    with started(contender) as process:
        process.load(drawn, len(gallery))
        [turns] = in_turns([process], orders, 60)

    scores = queries.astype(np.float32) @ gallery.astype(np.float32).T
    nearest = np.argsort(-scores, axis=1)[:, :10]
    assert [set(rows) for rows in turns.rows] == [set(rows) for rows in nearest.tolist()]


def test_a_peer_whose_environment_is_not_there_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_MADE_OF", tmp_path / "none")

    with pytest.raises(NotInstalledError, match="usearch"), started("usearch_indexes.Exact"):
        pass


def test_the_table_names_what_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "_MADE_OF", tmp_path / "none")
    asked = "vectors --peers 300 --graphs --ours 300 --seconds 0.1 --made-up --results"
    monkeypatch.setattr("sys.argv", [*asked.split(), str(tmp_path)])

    vectors.main()

    rows = read(tmp_path / "vectors.json")["tables"]["search"]
    missing = {row["kind"] for row in rows if row["ratio"] == "not installed"}
    exact = {one for one in vectors.PEERS if one.exact}
    assert missing == {one.name for one in exact if not one.contender.startswith(OWN)}


def test_a_contender_that_ends_is_a_row_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = vectors.Kind("nobody", "candid.Nobody")
    monkeypatch.setattr(vectors, "PEERS", (nobody, vectors.Kind("flat", "faiss_indexes.Flat")))
    asked = "vectors --peers 300 --graphs --ours 300 --seconds 0.1 --made-up --results"
    monkeypatch.setattr("sys.argv", [*asked.split(), str(tmp_path)])

    vectors.main()

    ours, failed, flat = read(tmp_path / "vectors.json")["tables"]["search"]
    assert failed["ratio"].startswith("failed: AttributeError")
    assert ours["turns"] >= 3
    assert flat["of_true_ten"] == 1.0


def test_a_ratio_is_of_the_turns_in_which_both_found_somebody() -> None:
    ours = Turns([1.0, 2.0, 1.0, 4.0], [[1], [1], [1], [1]])
    theirs = Turns([2.0, 6.0, 0.1, 16.0], [[1], [1], [], [1]])

    assert contest.ratio(theirs, ours) == Ratio(3.0, 2.5, 3.5, 3)
    assert theirs.ms == 6.0
    assert theirs.right([1, 2, 1, 1], 5) == "2 of 4"


def test_who_finds_nobody_has_failed() -> None:
    class Blind(contest.Process):
        def __init__(self) -> None:
            self.contender = "blind"

        @override
        def answer(self, order: Mapping[str, Any] | None = None) -> dict[str, Any]:
            return {"ms": 1.0, "rows": []}

    with pytest.raises(FailedError, match="blind: found nobody"):
        in_turns([Blind()], [{"query": 0, "count": 10}], 60)

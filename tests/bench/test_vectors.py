"""How cost grows is told of three sizes or more; the truly nearest are found block by block."""

from pathlib import Path

import numpy as np
import pytest

from bench.laws import law
from bench.results import Results, results
from bench.vectors import NEAREST, OURS, keep_growth, nearest


@pytest.mark.parametrize(("sizes", "told"), [([10_000, 100_000], 0), ([10_000, 20_000, 40_000], 1)])
def test_a_line_is_fitted_to_three_sizes_or_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: list[int], told: int
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", f"--results={tmp_path}"])
    with results("growth") as kept:
        _measured(kept, sizes)
        keep_growth(kept)

    assert [row["exponent"] for row in kept.tables.get("growth", ())] == [pytest.approx(1.0)] * told


def _measured(kept: Results, sizes: list[int]) -> None:
    for size in sizes:
        kept.keep("search", kind=OURS.name, templates=size, ms=size / 1e4)


def test_the_nearest_are_found_in_every_block() -> None:
    gallery, queries, _ = law(made_up=True).drawn(25_000, 20)

    found = nearest(queries, gallery)

    scores = queries.astype(np.float32) @ gallery.astype(np.float32).T
    true = np.argsort(-scores, axis=1)[:, :NEAREST]
    assert [set(rows) for rows in found.tolist()] == [set(rows) for rows in true.tolist()]

"""The page of figures says what the committed results say, and nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bench.performance_page import FIGURES, PAGE, README, committed, readme, written
from bench.performance_parts import PARTS, Part
from bench.readme_figures import block


def test_the_page_is_what_the_results_make_of_it() -> None:
    made = written(committed())

    files = {PAGE.name: PAGE, **{path.name: path for path in FIGURES.glob("*.svg")}}
    assert {name: path.read_text(encoding="utf-8") for name, path in files.items()} == made


def test_every_result_is_on_the_page_with_its_command() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [one["command"] for one in committed().values() if one["command"] not in page] == []


def test_the_readmes_table_is_what_the_results_make_of_it() -> None:
    text = README.read_text(encoding="utf-8")

    assert readme(text, committed()) == text


def _told(tables: Mapping[str, Sequence[Mapping[str, Any]]], **others: float) -> str:
    said = {"command": "python -m bench.vectors", "at": "2026-11-30", "commit": "1", "seconds": 1}
    facts = {"processor": "one", "cores": 2, "memory_gb": 8, "python": "3.11", "packages": "none"}
    document = {**said, "machine": facts, "busy_before": 0.0, "data": "", "tables": tables}
    return written({"vectors": document | others})["performance.md"]


ROW = {"kind": "Candid", "exact": "yes", "templates": 300, "ms": 1.0, "ratio": 1.0}
QUARTILES = {"lower_quartile": 0.9, "upper_quartile": 1.1, "turns": 9}


@pytest.mark.parametrize(("row", "old"), [(ROW, True), (ROW | QUARTILES, False)])
def test_results_without_todays_columns_are_said_to_be_old(
    row: Mapping[str, Any], *, old: bool
) -> None:
    missing = {"kind": "peer", "templates": 300, "ratio": "not installed"}

    assert ("to be measured anew" in _told({"search": [row, missing]})) == old


def test_other_work_is_told_whenever_it_was_seen() -> None:
    page = _told({"search": [ROW]}, busy_after=0.4)

    assert "Other work kept the machine 40% busy a second before or after this." in page


@pytest.mark.parametrize("part", [one for one in PARTS if one.plots], ids=lambda one: one.bench)
def test_a_plot_of_tables_that_are_missing_is_empty(part: Part) -> None:
    assert [name for name, plot in part.plots.items() if "</svg>" not in plot({})] == []


def test_the_readme_leaves_out_what_was_not_installed_or_failed() -> None:
    results: dict[str, Mapping[str, Any]] = committed()
    found = results["systems"]["tables"]["find"]
    failed = {"system": "peer", "templates": found[-1]["templates"], "ratio": "failed: out of it"}
    with_it = {**results["systems"], "tables": {"find": [*found, failed]}}

    assert block({**results, "systems": with_it}) == block(results)

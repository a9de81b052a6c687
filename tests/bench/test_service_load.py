"""A row says what failed and what was too little to tell; nothing served is a row too."""

from pathlib import Path
from typing import Any

import pytest

from bench.results import Row, read, results
from bench.service_load import Load, keep, where_it_went

_TIMINGS = {"decode": 1.0, "encode": 5.0, "match": 2.0, "enrich": 0.0, "total": 9.0}


@pytest.fixture(autouse=True)
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["bench", f"--results={tmp_path}"])


def test_the_99th_of_100_is_told_of_100_calls_only(tmp_path: Path) -> None:
    few, enough = [_call(200)] * 99, [_call(200)] * 100

    assert _row(tmp_path, few)["p99_ms"] is None
    assert _row(tmp_path, few)["p90_ms"] == 10.0
    assert _row(tmp_path, enough)["p99_ms"] == 10.0


def test_failed_and_refused_calls_are_counted_apart(tmp_path: Path) -> None:
    row = _row(tmp_path, [_call(200), _call(429), _call(503), _call(0)])

    assert (row["calls"], row["answered_429"], row["failed"]) == (4, 1, 2)


def test_calls_served_after_the_end_are_no_part_of_the_rate(tmp_path: Path) -> None:
    row = _row(tmp_path, [_call(200), _call(200), _call(200, in_time=False)])

    assert (row["a_second"], row["drained_s"]) == (1.0, 8.0)


def test_nothing_served_is_a_row(tmp_path: Path) -> None:
    row = _row(tmp_path, [_call(429)])

    assert row["p50_ms"] is None
    assert "before_ms" not in row


def _call(status: int, *, in_time: bool = True) -> dict[str, Any]:
    return {"status": status, "ms": 10.0, "timings": _TIMINGS, "in_time": in_time}


def _row(folder: Path, calls: list[dict[str, Any]]) -> Row:
    load = Load(calls, seconds=2.0, drained_s=8.0, processor_s=0.1, busy=0.5)
    with results("load") as kept:
        keep(kept, "search", 4, load, where_it_went(load))
    row: Row = read(folder / "load.json")["tables"]["search"][0]
    return row

"""What a bench keeps is written with its command and its machine, or not at all."""

import math
from argparse import ArgumentParser
from pathlib import Path

import pytest

from bench import machine
from bench.results import Results, read, results


@pytest.fixture(autouse=True)
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--results", str(tmp_path)])


def test_rows_are_kept_with_command_and_machine(tmp_path: Path) -> None:
    with results("speed") as kept:
        kept.keep("runs", kind="ours", ms=1.23456)

    written = read(tmp_path / "speed.json")
    assert written["tables"] == {"runs": [{"kind": "ours", "ms": 1.235}]}
    assert written["command"] == "python -m bench.speed"
    assert written["machine"] == machine.facts()
    assert 0 <= written["busy_before"] <= 1
    assert 0 <= written["busy_after"] <= 1


def test_a_bench_that_stops_half_way_leaves_the_last_results(tmp_path: Path) -> None:
    with results("speed"):
        pass
    before = (tmp_path / "speed.json").read_bytes()

    with pytest.raises(ZeroDivisionError), results("speed") as kept:
        kept.keep("runs", ms=1 / 0)

    assert (tmp_path / "speed.json").read_bytes() == before


def test_a_bench_that_stops_half_way_leaves_its_rows_beside(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), results("speed") as kept:
        _measure_and_stop(kept)

    assert read(tmp_path / "speed.json.part")["tables"] == {"runs": [{"ms": 2.5}]}


def test_what_is_no_number_is_null(tmp_path: Path) -> None:
    with results("speed") as kept:
        kept.keep("runs", ms=math.nan)

    assert read(tmp_path / "speed.json")["tables"] == {"runs": [{"ms": None}]}


def test_where_results_go_is_no_part_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser = ArgumentParser()
    parser.add_argument("--faces", type=int)
    monkeypatch.setattr("sys.argv", ["bench", f"--results={tmp_path}", "--faces", "9"])
    with results("speed", parser):
        pass

    assert read(tmp_path / "speed.json")["command"] == "python -m bench.speed --faces 9"


def _measure_and_stop(kept: Results) -> None:
    kept.keep("runs", ms=2.5)
    kept.keep("runs", ms=1 / 0)

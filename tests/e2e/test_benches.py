"""The benches work, at sizes that say nothing of speed."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.__main__ import PLANS, parts
from bench.performance_page import written
from bench.results import read
from tests.live import ROOT, child_environment


@pytest.mark.parametrize("part", parts("quick"), ids=" ".join)
def test_a_bench_runs_and_the_page_tells_what_it_found(part: Sequence[str], tmp_path: Path) -> None:
    name, *arguments = part
    command = (sys.executable, "-m", f"bench.{name}", *arguments, "--results", str(tmp_path))

    run = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=ROOT, env=child_environment(), capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    page = written({name: read(tmp_path / f"{name}.json")})["performance.md"]
    assert f"`python -m bench.{' '.join(part)}`" in page


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_names_benches_that_are_there(plan: str) -> None:
    names = {name for name, *_ in parts(plan)}

    assert {name for name in names if not (ROOT / "bench" / f"{name}.py").is_file()} == set()

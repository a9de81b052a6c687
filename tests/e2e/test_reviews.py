"""Reviews and a disclosure by the command line, on a running demo with the real engine."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.commands import ended
from tests.live import ROOT
from tests.recorded_examples import running_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data_dir = tmp_path_factory.mktemp("demo")
    with running_demo(data_dir, POLICY__PROFILE="example-washington") as url:
        yield url


def test_a_search_is_reviewed_disclosed_and_verified_elsewhere(demo: str, tmp_path: Path) -> None:
    [search] = httpx.get(f"{demo}/searches?limit=1").json()["items"]
    search_id = search["search_id"]
    path = f"{demo}/searches/{search_id}/reviews"
    httpx.post(f"{path}/probe", json={"suitability": "suitable"}).raise_for_status()

    listed = ended("reviews", "list", "--url", demo)
    shown = ended("reviews", "show", search_id, "--url", demo, "--on-behalf-of", "Det. P")
    answer = {"none_of_these": True}
    httpx.post(path, json=answer, headers={"X-Candid-On-Behalf-Of": "Det. P"}).raise_for_status()
    closed = ended("reviews", "show", search_id, "--url", demo)
    written = ended("disclosure", search_id, "--to", str(tmp_path / "s.zip"), "--url", demo)
    again = ended("disclosure", search_id, "--to", str(tmp_path / "s.zip"), "--url", demo)

    assert "in_review" in listed.stdout, listed.stderr
    assert search_id in listed.stdout
    assert "pictures alone" in shown.stdout
    assert "none of these" in closed.stdout
    assert written.returncode == 0, written.stderr
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    script = [sys.executable, "-I", str(ROOT / "docs" / "verify_disclosure.py"), "s.zip"]
    verified = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603  # our own script
    assert verified.stdout.endswith("0 faults\n"), verified.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["s.zip"]


def test_what_is_not_there_is_told_in_one_line(demo: str, tmp_path: Path) -> None:
    missing = ended("disclosure", "S-9", "--to", str(tmp_path / "s.zip"), "--url", demo)
    nowhere = ended("reviews", "show", "S-9", "--url", demo)

    for one in (missing, nowhere):
        assert one.returncode == 2
        assert one.stderr.count("\n") == 1
        assert "(search_not_found)" in one.stderr
    assert not list(tmp_path.iterdir())

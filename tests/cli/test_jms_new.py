"""`candid jms new`: what it writes passes its own lint and tests, and Candid finds its kind."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.console import CommandError
from app.cli.jms_new import new, skeleton
from tests.live import ROOT, child_environment

PLUGIN = """
from test_contract import anyio_backend, jms
"""
QUICK = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # of the many plugins here it needs one
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "anyio")


def run(directory: Path, *command: str, path: str = "", **settings: str) -> str:
    """Run a module of this Python in a directory; return what it printed."""
    named = {f"CANDID_{name}": value for name, value in settings.items()}
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, *command],
        cwd=directory,
        env=child_environment() | QUICK | {"PYTHONPATH": path} | named,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_is_written_passes_its_lint_and_tests_as_it_is(tmp_path: Path) -> None:
    new("acme", tmp_path)
    root = tmp_path / "candid-jms-acme"

    run(root, "-m", "ruff", "check", "--no-cache", ".")
    run(root, "-m", "ruff", "format", "--no-cache", "--check", ".")
    printed = run(root, *PYTEST, path=str(ROOT))

    assert "passed" in printed


@pytest.mark.parametrize("name", ["a", "b2", "a_jail_of_the_longest_name_ok"])
def test_any_name_makes_lint_that_passes(tmp_path: Path, name: str) -> None:
    root = skeleton(name, tmp_path)

    run(root, "-m", "ruff", "check", "--no-cache", ".")
    run(root, "-m", "ruff", "format", "--no-cache", "--check", ".")


def test_candid_finds_the_kind_once_it_is_installed(tmp_path: Path) -> None:
    root, site = skeleton("acme", tmp_path), tmp_path / "site"
    run(
        root,
        *("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"),
        *("--disable-pip-version-check", "--target", str(site), "."),
    )

    printed = run(
        tmp_path,
        *("-c", "from app.settings import Settings; print(Settings.read().jms)"),
        path=f"{ROOT}:{site}",
        JMS__KIND="acme",
        JMS__BASE_URL="http://jms.example",
    )

    assert "candid-jms-acme 0.1.0" in printed


def test_the_suite_is_run_by_its_name_on_fixtures_of_ones_own(tmp_path: Path) -> None:
    root = skeleton("acme", tmp_path)
    (root / "acme_fixtures.py").write_text(PLUGIN, "utf-8")

    printed = run(
        root,
        *(*PYTEST, "-p", "acme_fixtures", "--pyargs"),
        *("adapters.jms.contract.test_bookings", "adapters.jms.contract.test_no_photos"),
        path=f"{ROOT}:{root}:{root / 'tests'}",
    )

    assert "13 passed" in printed


@pytest.mark.parametrize(
    "name", ["", "Acme", "a-b", "1a", "a__b", "a_", "class", "ä", "a" * 31, "../a", "file", "rest"]
)
def test_a_name_that_no_kind_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError):
        skeleton(name, tmp_path)

    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    skeleton("acme", tmp_path)

    with pytest.raises(CommandError, match="cannot be made: File exists"):
        skeleton("acme", tmp_path)

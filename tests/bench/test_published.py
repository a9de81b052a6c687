"""Published figures are of a commit: nothing is measured with code that is of none."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.evaluation import Evaluation
from bench import published


class Measuring(Exception):  # noqa: N818 - no error
    """It would have begun."""


def _measured(_: published.Published) -> Evaluation:
    raise Measuring


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout with one file of code and one of text, both committed."""
    for name in ("app/code.py", "docs/text.md"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("1")
    who = "-c", "user.name=a", "-c", "user.email=a@example.org"
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "first")):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)  # noqa: S603, S607 - git
    monkeypatch.setattr(published, "ROOT", tmp_path)
    monkeypatch.setattr(published, "measured", _measured)
    monkeypatch.setattr(sys, "argv", ["published"])
    return tmp_path


@pytest.mark.parametrize("name", ["app/code.py", "app/new.py"])
def test_with_code_that_is_not_committed_nothing_is_measured(checkout: Path, name: str) -> None:
    (checkout / name).write_text("2")

    with pytest.raises(SystemExit, match=name):
        published.main()


def test_texts_that_are_not_committed_measure_nothing(checkout: Path) -> None:
    (checkout / "docs/text.md").write_text("2")

    with pytest.raises(Measuring):
        published.main()

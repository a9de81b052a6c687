"""`candid evaluate report`: the page of a kept result."""

import json
from pathlib import Path

from app.domain.evaluation import to_json
from app.wiring.evaluation_paper import evaluation_paper
from tests.domain.evaluation.samples import EVALUATION
from tests.e2e.commands import ended


def test_a_kept_result_becomes_its_page(tmp_path: Path) -> None:
    result, page = tmp_path / "result.json", tmp_path / "report.html"
    result.write_text(json.dumps(to_json(EVALUATION)))

    told = ended("evaluate", "report", str(result), "--to", str(page))

    assert told.returncode == 0, told.stderr
    assert page.read_text("utf-8") == evaluation_paper().report(EVALUATION)


def test_what_is_no_result_is_told(tmp_path: Path) -> None:
    for content, complaint in (
        ("[]", "is no result of `candid evaluate`"),
        ('{"schema": "other"}', "its schema is 'other'"),
        ("{", "cannot be read"),
    ):
        result = tmp_path / "result.json"
        result.write_text(content)

        told = ended("evaluate", "report", str(result), "--to", str(tmp_path / "page.html"))

        assert told.returncode == 2
        assert complaint in " ".join(told.stderr.split())
    assert not (tmp_path / "page.html").exists()

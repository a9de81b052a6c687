"""What is filed of an import: the summary and what failed, in plain words."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.api.schemas.imports import ImportItemOut
from app.cli.console import CommandError
from app.cli.imports import failed, summary
from app.cli.imports.reasons import MEANINGS, SKIPPED
from app.domain.imports import (
    Estimate,
    ImportOptions,
    ImportSource,
    ImportState,
    ItemReason,
    SourceKind,
)
from tests.cli.progresses import answered, large
from tests.fakes_imports import BEGAN, FakeImports, item
from tests.live import ROOT


def test_every_reason_has_a_meaning_and_something_to_do() -> None:
    assert set(MEANINGS) == set(ItemReason)
    for meaning in MEANINGS.values():
        assert meaning.means.endswith(".")
        assert meaning.to_do.endswith(".")
        assert len(meaning.short) < 26
    assert set(list(ItemReason)[:6]) == SKIPPED  # as the domain groups them


def test_the_summary_says_when_by_whom_what_and_why_not() -> None:
    imports, known = large()
    imports.waiting = 0
    ended_at = BEGAN + timedelta(minutes=10)
    imports.change(known.import_id, state=ImportState.FINISHED, ended_at=ended_at, duplicates=2)

    text = summary.as_text(answered(imports, known))

    lines = text.splitlines()
    assert max(map(len, (line for line in lines if "x" * 60 not in line))) <= 80
    for words in (
        f"Candid import {known.import_id}: finished",
        "Started     2026-11-23 08:29:34 UTC, by anonymous",
        "Ended       2026-11-23 08:39:34 UTC, after 10 min 0 s",
        "Listed      1,259 photos (2 entries named a photo once more)",
        "Indexed     1,234",
        "Speed       2.1 a second, from the start to the end",
        "        2  no face: No face was found in the photo.",
        f"Each of them: candid import failures {known.import_id} --skipped\n",
        f"Each of them: candid import failures {known.import_id}\n",
    ):
        assert words in text
    for reason in {one.reason for one in imports.items[known.import_id] if one.reason}:
        assert MEANINGS[reason].means.split(".")[0] in " ".join(text.split())


def test_the_summary_of_a_dry_run_tells_what_would_be() -> None:
    imports = FakeImports()
    known = imports.add(ImportOptions(ImportSource(SourceKind.JMS), dry_run=True))
    estimate = Estimate(300_000, 5400.0, 300.0, 40)
    imports.change(known.import_id, state=ImportState.FINISHED, estimate=estimate)
    imports.waiting = 300_000

    progress = answered(imports, known)
    text = summary.as_text(progress)

    assert "To index    300,000" in text
    assert "nothing was indexed" in text
    assert "would take about 1 h 30 min on this machine (40 photos tried)" in text
    assert "charge about $300.00" in text
    assert "Indexed" not in text


def test_the_summary_is_filed_as_text_or_json(tmp_path: Path) -> None:
    imports, known = large()
    progress = answered(imports, known)

    summary.write(tmp_path / "done.txt", progress)
    summary.write(tmp_path / "done.JSON", progress)

    assert (tmp_path / "done.txt").read_text() == summary.as_text(progress)
    filed = json.loads((tmp_path / "done.JSON").read_text())
    assert filed["import_id"] == known.import_id
    assert filed["meanings"]["no_face"].startswith("No face was found")
    with pytest.raises(CommandError, match="cannot be written"):
        summary.check_writable(tmp_path / "nowhere" / "done.txt")
    with pytest.raises(CommandError, match="cannot be written"):
        summary.check_writable(tmp_path)


def test_a_spreadsheet_runs_nothing_of_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    odd = ["=1+1", "+1", "-A1", "@x", "\tx", 'a,"b"\nc']
    items = [item(i, detail=text, external_image_id=f"A{i}") for i, text in enumerate(odd, 1)]

    failed.as_csv(ImportItemOut.model_validate(one) for one in items)

    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["detail"] for row in rows] == [f"'{text}" for text in odd[:5]] + odd[5:]
    assert rows[0]["external_image_id"] == "A1"
    assert rows[0]["reason"] == "no_face"
    assert rows[0]["settled_at"] == "2026-11-23T08:29:35.000Z"


def test_failures_as_json_are_what_the_service_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    items = [ImportItemOut.model_validate(item(i)) for i in (1, 2)]

    failed.as_json(items)
    some = json.loads(capsys.readouterr().out)
    failed.as_json([])

    assert some == [one.model_dump(mode="json") for one in items]
    assert json.loads(capsys.readouterr().out) == []


def test_the_page_for_users_explains_every_reason_as_the_summary_does() -> None:
    page = (ROOT / "docs" / "back-fill.md").read_text("utf-8")

    for reason, meaning in MEANINGS.items():
        skipped = "Skipped. " if reason in SKIPPED else ""
        assert f"| `{reason}` | {skipped}{meaning.sentence} |" in page

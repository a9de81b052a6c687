"""What `candid evaluate` writes names people: nobody but its owner reads it."""

import gzip
import stat
from array import array
from pathlib import Path

import pytest

from app.cli.console import CommandError, told
from app.cli.evaluate.measure import write_and_show
from app.cli.evaluate.private import try_private, write_private
from app.cli.evaluate.progress import Progress
from app.cli.evaluate.report import kept_evaluation, write_report
from app.cli.evaluate.scores import ScoresFile
from app.domain.evaluation import PlacedPhoto, Role
from app.services.evaluation import Step
from tests.cli.hindered import nobody_reads
from tests.domain.evaluation.samples import EVALUATION


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def photo(image: str, role: Role) -> PlacedPhoto:
    return PlacedPhoto("Ada", image, role, {})


@pytest.mark.parametrize("name", ["scores.csv", "scores.csv.gz"])
@pytest.mark.parametrize("is_there", [True, False])
def test_scores_are_their_owners_alone(tmp_path: Path, name: str, *, is_there: bool) -> None:
    path = tmp_path / name
    if is_there:
        path.write_text("older, and longer than what comes now" * 100)
        path.chmod(0o644)

    with ScoresFile(path) as scores:
        scores.begin([photo("1.jpg", Role.GALLERY_MATED)], [True])
        scores.add(photo("2.jpg", Role.PROBE_MATED), array("f", [0.5]))

    assert mode(path) == 0o600
    content = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    assert content.decode().splitlines() == [
        "role,person,image,1.jpg",
        "gallery,,,Ada",
        "enrolled,,,1",
        "probe_mated,Ada,2.jpg,0.5",
    ]


def test_results_and_reports_are_their_owners_alone(tmp_path: Path) -> None:
    result, report = tmp_path / "result.json", tmp_path / "report.html"
    report.touch(0o644)

    write_private(result, "{}\n")
    write_report(EVALUATION, report)

    assert (mode(result), mode(report)) == (0o600, 0o600)
    assert result.read_text() == "{}\n"


def test_what_utf_8_cannot_hold_is_written_escaped(tmp_path: Path) -> None:
    write_private(tmp_path / "report.html", "Jos\udce9")

    assert (tmp_path / "report.html").read_text() == r"Jos\udce9"


def test_what_is_no_file_is_written_to_and_keeps_its_mode() -> None:
    before = mode(Path("/dev/null"))

    write_private(Path("/dev/null"), "told to nobody")

    assert mode(Path("/dev/null")) == before


def test_both_files_are_tried_before_anything_is_measured(tmp_path: Path) -> None:
    there = tmp_path / "there.json"
    there.write_text("older")

    try_private(there)
    try_private(tmp_path / "new.json")
    try_private(Path("/dev/null"))

    assert there.read_text() == "older"
    assert list(tmp_path.iterdir()) == [there]
    for wrong in (tmp_path, tmp_path / "gone" / "new.json"):
        with pytest.raises(OSError, match="directory"):
            try_private(wrong)


def test_a_file_that_cannot_be_written_does_not_cost_the_other(tmp_path: Path) -> None:
    page, gone = tmp_path / "report.html", tmp_path / "gone" / "result.json"

    with pytest.raises(CommandError, match=r"result\.json cannot be written"):
        write_and_show(EVALUATION, gone, page, None)

    assert page.read_text().startswith("<!doctype html>")


def test_what_cannot_be_written_is_told_after_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"result\.json cannot be written"):
        write_and_show(EVALUATION, tmp_path / "gone" / "result.json", None, None)

    assert "Investigation" in capsys.readouterr().out


def test_who_stops_reading_the_figures_loses_no_file(tmp_path: Path) -> None:
    result, page = tmp_path / "result.json", tmp_path / "report.html"

    with nobody_reads(), pytest.raises(SystemExit):
        write_and_show(EVALUATION, result, page, None)

    assert kept_evaluation(result) == EVALUATION
    assert page.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("name", ["scores.csv", "scores.csv.gz"])
@pytest.mark.parametrize("probes", [1, 5_000], ids=["at the end", "on the way"])
def test_a_full_disk_ends_the_scores_and_nothing_else(
    tmp_path: Path, name: str, probes: int
) -> None:
    path, result = tmp_path / name, tmp_path / "result.json"
    path.symlink_to("/dev/full")

    with ScoresFile(path) as scores:
        scores.begin([photo("1.jpg", Role.GALLERY_MATED)], [True])
        for number in range(probes):
            scores.add(photo(f"{number}.jpg", Role.PROBE_MATED), array("f", [number / probes]))

    part = f"{name} holds a part of the scores at most: No space left on device"
    with pytest.raises(CommandError, match=part):
        write_and_show(EVALUATION, result, None, scores)
    assert kept_evaluation(result) == EVALUATION


@pytest.mark.parametrize(
    ("name", "size"), [("scores.csv", "72.0 GB"), ("scores.csv.gz", "33.0 GB")]
)
def test_how_large_the_scores_become_is_told_before_the_first_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, size: str
) -> None:
    gallery = [photo("1.jpg", Role.GALLERY_MATED)] * 1000
    with ScoresFile(tmp_path / name) as scores, Progress(told, scores) as progress:
        progress.began(Step.ENROL, len(gallery))
        progress.enrolled(gallery, [True] * len(gallery))
        progress.began(Step.SEARCH, 6_000_000)

    said = " ".join(capsys.readouterr().err.split())
    assert f"gets 6,000,000,000 scores, about {size};" in said
    assert "are free there. --probes N searches fewer photos." in said

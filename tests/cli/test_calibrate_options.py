"""What `candid calibrate` is asked for, what it tells of a gallery, and where a scale goes."""

import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from adapters.face_engine.local.score import DLIB_SCALE
from app.cli import main
from app.cli.calibrate.measure import write_and_show
from app.cli.calibrate.shown import show_calibration
from app.cli.console import CommandError
from app.domain.score_scale import fitted
from app.domain.selectivity import GalleryCalibration
from app.wiring.score_scale import read_scale
from tests.cli.hindered import full_disk, nobody_reads
from tests.domain.calibrations import NEARLY_EQUAL, SCORES, calibration

SCALE = fitted(
    DLIB_SCALE.engine, DLIB_SCALE.model, DLIB_SCALE.bottom, DLIB_SCALE.points, DLIB_SCALE.data
)


class Told(Protocol):
    """Runs `candid calibrate` in this process; returns its exit code and what it says."""

    def __call__(self, *arguments: str) -> tuple[int, str]: ...


@pytest.fixture
def candid(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Told:
    monkeypatch.setenv("CANDID_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["candid", "calibrate", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--gallery", "--to", "scale.json"), "PATH alone takes --to; --gallery does not."),
        (("--gallery", "--face", "central"), "PATH alone takes --face; --gallery does not."),
        (
            ("photos", "--seed", "2", "--no-groups"),
            "--gallery alone takes --seed and --groups/--no-groups; PATH",
        ),
    ],
)
def test_an_option_of_the_other_measurement_is_refused(
    candid: Told, arguments: tuple[str, ...], told: str
) -> None:
    code, said = candid(*arguments)

    assert code == 2
    assert told.replace(" ", "") in "".join(said.split())


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (calibration(compared=NEARLY_EQUAL), "at 0.9000 or above may be one under two numbers"),
        (calibration(compared=NEARLY_EQUAL, doubtful_from=SCORES[0], several=3), "have a second"),
        (calibration(compared=NEARLY_EQUAL, doubtful_from=0.8), "no more alike here than those"),
        (calibration(compared=NEARLY_EQUAL, doubtful_from=None), "Calibrate again"),
        (
            calibration(compared=(replace(NEARLY_EQUAL[0], unlabelled=7),)),
            "7 people searched of whom no race with a code is known",
        ),
        (calibration(), "No group was measured"),
    ],
    ids=["measured", "no second photos", "no more alike", "of before", "unlabelled", "no groups"],
)
def test_what_is_in_doubt_is_told(
    found: GalleryCalibration, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_calibration(found, json=False)

    assert told in capsys.readouterr().out


def test_a_scale_that_could_not_be_written_is_told_before_anything_is_measured(
    candid: Told, tmp_path: Path
) -> None:
    code, said = candid("no-photos", "--to", str(tmp_path / "gone" / "scale.json"))

    assert code == 2
    assert "scale.json cannot be written: No such file or directory" in said
    assert "no-photos" not in said


def test_who_stops_reading_keeps_the_scale(tmp_path: Path) -> None:
    scale = tmp_path / "scale.json"

    with nobody_reads(), pytest.raises(SystemExit):
        write_and_show(SCALE, scale, json=False)

    assert read_scale(scale) == SCALE
    assert stat.S_IMODE(scale.stat().st_mode) == 0o644


def test_a_full_disk_leaves_the_scale_that_was_there_and_shows_the_new_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scale = tmp_path / "scale.json"
    scale.write_text("older")

    with full_disk(100), pytest.raises(CommandError, match=r"scale\.json cannot be written"):
        write_and_show(SCALE, scale, json=False)

    assert list(tmp_path.iterdir()) == [scale]
    assert scale.read_text() == "older"
    assert SCALE.name in capsys.readouterr().out

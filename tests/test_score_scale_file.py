"""The file of a scale: what is written is read, and nothing else."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.score_scale import ScaleData, ScalePoint, ScoreScale, fitted
from app.settings import SettingsError
from app.wiring.score_scale import read_scale, written_scale

POINTS = (ScalePoint(20, 0.31, 0.1, 316, 10), ScalePoint(40, 0.42, 0.01, 32, 9))
DATA = ScaleData("own photos", "ab" * 32, 80, 3160, 10, datetime(2026, 11, 30, tzinfo=UTC))


@pytest.fixture
def scale() -> ScoreScale:
    return fitted("local", "county-net/1", 0.0, POINTS, DATA)


def test_what_is_written_is_read(scale: ScoreScale, tmp_path: Path) -> None:
    (tmp_path / "scale.json").write_bytes(written_scale(scale))

    assert read_scale(tmp_path / "scale.json") == scale


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"MODEL_CALIBRATION.*none\.json cannot be read"):
        read_scale(tmp_path / "none.json")


def test_what_is_no_scale_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scale.json").write_text("{}")

    with pytest.raises(SettingsError, match="candid calibrate PATH"):
        read_scale(tmp_path / "scale.json")


@pytest.mark.parametrize(
    "key", ["similarity", "raw_score", "false_match_rate", "pairs", "mated_pairs"]
)
def test_points_that_were_changed_by_hand_are_refused(
    scale: ScoreScale, tmp_path: Path, key: str
) -> None:
    told = json.loads(written_scale(scale))
    told["points"][1][key] += 1 if "pairs" in key else 0.1
    (tmp_path / "scale.json").write_text(json.dumps(told))

    with pytest.raises(SettingsError, match="changed after it was written"):
        read_scale(tmp_path / "scale.json")


@pytest.mark.parametrize("key", ["people", "pairs", "mated_pairs"])
def test_data_that_were_changed_by_hand_are_refused(
    scale: ScoreScale, tmp_path: Path, key: str
) -> None:
    told = json.loads(written_scale(scale))
    told["data"][key] *= 10
    (tmp_path / "scale.json").write_text(json.dumps(told))

    with pytest.raises(SettingsError, match="changed after it was written"):
        read_scale(tmp_path / "scale.json")


def test_points_that_fall_are_refused(scale: ScoreScale, tmp_path: Path) -> None:
    falling = fitted("local", "county-net/1", 0.0, POINTS[::-1], DATA)
    (tmp_path / "scale.json").write_bytes(written_scale(falling))

    assert not replace(scale, points=POINTS[::-1]).rises
    with pytest.raises(SettingsError):
        read_scale(tmp_path / "scale.json")

"""The candidates of `candid search` and of the demo, on a screen of 80 columns."""

from typing import Any

import pytest

from app.cli.search import show

CALIBRATED = {
    "expected": None,
    "low": 0.0,
    "high": 0.00123,
    "worst_group": {"high": 0.0234},
}


def _candidate(rank: int, **changes: object) -> dict[str, Any]:
    person = {"last_name": "Washington-Featherstone", "first_name": "Maximilian"}
    return {
        "rank": rank,
        "similarity": 90.0,
        "expected_false_positives": None,
        "external_image_id": f"DEMO-{rank:04}/07",
        "booking_status": "found",
        "booking": {"booking_number": f"DEMO-2026-{rank:04}", "person": person},
        "other_photos": [{"external_image_id": f"DEMO-{rank:04}/08"}],
    } | changes


def _shown(capsys: pytest.CaptureFixture[str], *candidates: dict[str, Any]) -> str:
    show(
        {
            "notice": "Investigative leads only.",
            "candidates": candidates,
            "gallery": {"faces": 3},
            "engine": {"name": "local", "model": "dlib", "scale": "dlib-resnet-v1-lfw-fmr/1"},
            "search_id": "S-1",
            "review_required": False,
            "probe": {"warnings": []},
            "withheld": 0,
        }
    )
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    return shown


def test_words_and_ids_stay_whole(capsys: pytest.CaptureFixture[str]) -> None:
    shown = _shown(capsys, *(_candidate(rank) for rank in (1, 2, 10)))

    for whole in (
        *("rank", "similarity", "DEMO-0001/07", "DEMO-0001/08", "DEMO-2026-0001"),
        *("Washington-Featherstone,", "Maximilian", "candid calibrate --gallery"),
    ):
        assert whole in shown


def test_words_stay_whole_beside_what_is_expected(capsys: pytest.CaptureFixture[str]) -> None:
    shown = _shown(capsys, _candidate(1, expected_false_positives=CALIBRATED))

    for whole in (
        *("similarity", "others", "expected", "fewer than", "0.00123", "(0.0234)"),
        *("DEMO-0001/07", "DEMO-2026-0001", "Maximilian"),
    ):
        assert whole in shown
    assert "candid calibrate" not in shown


def test_a_long_id_is_told_whole_in_several_lines(capsys: pytest.CaptureFixture[str]) -> None:
    known = "x" * 100 + "end"
    booking_less: dict[str, object] = {
        "booking": None,
        "booking_status": "unavailable",
        "other_photos": [],
    }

    shown = _shown(capsys, _candidate(1, external_image_id=known, **booking_less))

    cells = [line.split("│")[3].strip() for line in shown.splitlines() if line.startswith("│")]
    assert "".join(cells) == known
    assert "unavailable" in shown

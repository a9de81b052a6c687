import csv
import time
from pathlib import Path

import pytest

from adapters.face_engine.local.encoder import Encoder
from app.domain.errors import (
    CandidError,
    PhotoTooLargeError,
    PhotoUnreadableError,
    UnsupportedPhotoError,
)
from tests.face_engine_local.pictures import likeness

REFUSALS = (PhotoTooLargeError, PhotoUnreadableError, UnsupportedPhotoError)
SECONDS = 60


@pytest.fixture(scope="session")
def files(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "robustness" / "manifest.csv").open(newline="") as opened:
        return [
            {**row, "path": str(shared_data / "robustness" / row["file"])}
            for row in csv.DictReader(opened)
        ]


def faces(encoder: Encoder, path: str) -> int | CandidError:
    try:
        return len(encoder.read(Path(path).read_bytes(), "search").faces)
    except REFUSALS as error:
        return error


def test_every_odd_or_hostile_file_is_answered_in_time(
    encoder: Encoder, files: list[dict[str, str]]
) -> None:
    for row in files:
        started = time.monotonic()

        faces(encoder, row["path"])

        assert time.monotonic() - started < SECONDS, row["file"]


def test_as_many_faces_are_found_as_the_manifest_counts(
    encoder: Encoder, files: list[dict[str, str]]
) -> None:
    wrong = {}
    for row in files:
        found = faces(encoder, row["path"])
        least, _, most = row["faces"].partition("-")
        refusable = "4" in row["service_should_answer"]
        if isinstance(found, CandidError):
            if not refusable:
                wrong[row["file"]] = str(found)
        elif not int(least) <= found <= int(most or least):
            wrong[row["file"]] = f"{found} faces instead of {row['faces']}"

    assert wrong == {}


def test_all_forms_of_one_photo_give_comparable_templates(
    encoder: Encoder, files: list[dict[str, str]]
) -> None:
    readable = [
        row for row in files if row["person"] in {"obama", "hopper"} and row["faces"] == "1"
    ]
    bases = {
        person: encoder.read(Path(path).read_bytes(), "search").template
        for person, path in (
            (row["person"], row["path"])
            for row in readable
            if row["file"] in {"derived/base.jpg", "hopper/hopper.jpg"}
        )
    }

    for row in readable:
        if isinstance(faces(encoder, row["path"]), CandidError):
            continue
        template = encoder.read(Path(row["path"]).read_bytes(), "search").template
        assert likeness(template, bases[row["person"]]) > 0.94, row["file"]

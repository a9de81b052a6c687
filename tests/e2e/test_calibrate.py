"""`candid calibrate --gallery` beside a running service, on studio portraits."""

import csv
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.calls import index, search, write_bookings
from tests.e2e.commands import ended
from tests.face_engine_local.site_networks import network
from tests.kept import MODELS
from tests.live import LiveService, live_service


@dataclass(frozen=True)
class London:
    """A service with the neutral portraits in it."""

    service: LiveService
    photos: Path

    def command(self, *arguments: str) -> Any:  # noqa: ANN401 - JSON, or nothing
        jms = self.service.settings["CANDID_JMS__PATH"]
        given = {"DATA_DIR": str(self.service.data_dir), "JMS__PATH": jms}
        said = ended("calibrate", *arguments, **given)
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout) if said.stdout else None

    def candidates(self, person: str) -> Any:  # noqa: ANN401 - JSON
        probe = (self.photos / person / f"{person}_08_smiling.jpg").read_bytes()
        with self.service.client() as client:
            return search(client, probe).raise_for_status().json()["candidates"]


@pytest.fixture(scope="module")
def london(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[London]:
    photos, place = shared_data / "london", tmp_path_factory.mktemp("london")
    with (photos / "london_info.csv").open(newline="") as opened:
        people = {row["face_id"]: row for row in csv.DictReader(opened)}
    bookings = [
        {
            "external_image_id": f"L-{person}",
            "booking_number": f"B-{person}",
            "person_id": f"P-{person}",
            "sex": said["face_gender"],
            "race": said["face_eth"],
        }
        for person, said in people.items()
    ]
    write_bookings(place / "bookings.csv", bookings)
    jms = str(place / "bookings.csv")
    with (
        live_service(place / "data", JMS__PATH=jms) as service,
        service.client() as client,
        ThreadPoolExecutor(2) as threads,
    ):

        def indexed(person: str) -> int:
            photo = (photos / person / f"{person}_03_neutral.jpg").read_bytes()
            return index(client, f"L-{person}", photo).status_code

        assert set(threads.map(indexed, people)) == {201}
        yield London(service, photos)


def test_what_is_measured_stands_in_the_next_answer_and_is_gone_when_it_is_dropped(
    london: London,
) -> None:
    assert {one["expected_false_positives"] for one in london.candidates("001")} == {None}

    measured = london.command("--gallery", "--json")

    assert (measured["people"], measured["curves"][0]["probes"]) == (102, 102)
    assert {one["group"] for one in measured["curves"][1:]} >= {"sex M", "sex F"}
    assert london.command("show", "--json") == measured
    told = [one["expected_false_positives"] for one in london.candidates("001")]
    assert {one["calibration_id"] for one in told} == {measured["calibration_id"]}
    highs = [one["high"] for one in told]
    assert highs == sorted(highs)
    assert highs[0] > 0
    assert all(one["worst_group"]["high"] >= one["high"] * 0.5 for one in told)

    london.command("drop")

    assert {one["expected_false_positives"] for one in london.candidates("001")} == {None}


def test_people_are_told_what_it_was_measured_on(london: London) -> None:
    jms = london.service.settings["CANDID_JMS__PATH"]
    given = {"DATA_DIR": str(london.service.data_dir), "JMS__PATH": jms}

    said = ended("calibrate", "--gallery", "--no-groups", **given)

    assert said.returncode == 0, said.stderr
    for words in ("not a probability of identity", "102 people", "No group was measured"):
        assert words in said.stdout
    assert ended("calibrate", "show", **given).stdout == said.stdout


def test_what_to_type_is_said_where_nothing_is_meant(tmp_path: Path) -> None:
    said = ended("calibrate", DATA_DIR=str(tmp_path))

    assert said.returncode == 2
    assert "--gallery" in said.stderr


def test_a_network_of_ones_own_gets_its_scale_by_a_setting(
    shared_data: Path, tmp_path: Path
) -> None:
    """102 people are 5,151 pairs: the scale ends at one in a hundred."""
    own = {
        "ENGINE__MODEL_PATH": str(network(tmp_path / "own.onnx")),
        "ENGINE__MODEL_NAME": "county-net",
        "ENGINE__MODELS_DIR": str(MODELS),
    }
    file, london = tmp_path / "scale.json", shared_data / "london"

    fitted = ended("calibrate", str(london), "--to", str(file), DATA_DIR=str(tmp_path / "d"), **own)

    assert fitted.returncode == 0, fitted.stderr
    assert "It ends at 40" in fitted.stdout
    calibrated = {**own, "ENGINE__MODEL_CALIBRATION": str(file)}
    photo = (london / "001" / "001_03_neutral.jpg").read_bytes()
    with live_service(tmp_path / "data", **calibrated) as service, service.client() as client:
        index(client, "L-001", photo).raise_for_status()
        answer = search(client, photo).raise_for_status().json()
    [candidate] = answer["candidates"]
    assert candidate["similarity"] == 40
    assert candidate["score_scale"] == json.loads(file.read_text())["name"]
    assert candidate["score_scale"].startswith("fmr-london:county-net+blazeface/1-")

    other = {**calibrated, "ENGINE__MODEL_PATH": str(network(tmp_path / "other.onnx", seed=2))}
    refused = ended("calibrate", "--gallery", DATA_DIR=str(tmp_path / "data"), **other)
    assert refused.returncode == 2
    named = "CANDID_ENGINE__MODEL_CALIBRATION names a scale of the model county-net"
    assert named in refused.stderr

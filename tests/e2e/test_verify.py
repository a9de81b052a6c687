"""`candid verify` beside a running service, as cron runs it."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import install_models
from adapters.photo_store.directory import DirectoryPhotoStore
from app.domain.photo import photo_key, sha256_of
from tests.e2e.calls import faces_in_gallery, index, photo_files, write_bookings
from tests.e2e.commands import ended, environment_with
from tests.e2e.processes import database_of
from tests.e2e.test_rekognition import settings_of as of_rekognition
from tests.kept import MODELS
from tests.live import ROOT, LiveService, live_service
from tests.rekognition.real_faces import RealFaces
from tests.rekognition_stub import RekognitionStub

NAMES = ("DEMO-0001", "DEMO-0002", "DEMO-0003")


@pytest.fixture
def bookings(tmp_path: Path) -> Path:
    path = tmp_path / "bookings.csv"
    write_bookings(path, [{"external_image_id": name, "booking_number": name} for name in NAMES])
    return path


@pytest.fixture
def service(tmp_path: Path, bookings: Path, portraits: Mapping[str, Path]) -> Iterator[LiveService]:
    with live_service(tmp_path / "data", JMS__PATH=str(bookings)) as service:
        with service.client() as client:
            for name in NAMES:
                index(client, name, portraits[name].read_bytes()).raise_for_status()
        yield service


def verified(service: LiveService, *options: str, **settings: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and what was told to programs."""
    jms = service.settings["CANDID_JMS__PATH"]
    given = {"DATA_DIR": str(service.data_dir), "JMS__PATH": jms, **settings}
    said = ended("verify", "--json", *options, **given)
    assert said.stdout, said.stderr
    return said.returncode, json.loads(said.stdout)


def kinds(report: Mapping[str, Any]) -> list[str]:
    return sorted(one["finding"] for one in report["findings"] if not one["information"])


async def damage(service: LiveService) -> str:
    """Lose a photo's template, and leave a photo that nobody names; return its key."""
    key = photo_key("DEMO-0002", sha256_of(b"nobody's"))
    await DirectoryPhotoStore(service.data_dir / "photos").put(key, b"nobody's")
    with database_of(service.data_dir) as connection:
        connection.execute("UPDATE faces SET template = NULL WHERE external_image_id = 'DEMO-0001'")
    return key


async def test_damage_is_found_and_repaired_beside_a_running_service(
    service: LiveService, portraits: Mapping[str, Path]
) -> None:
    healthy_code, healthy = verified(service, "--content")
    orphan = await damage(service)
    code, found = verified(service)
    repaired_code, repaired = verified(service, "--repair")
    again_code, again = verified(service)

    assert kinds(healthy) == []
    assert [one["part"] for one in healthy["summary"]["not_compared"]] == ["listing"]
    assert healthy_code == 4  # the bookings file lists no photos
    assert (code, kinds(found)) == (1, ["missing_face", "orphaned_photo"])
    assert found["findings"][0]["photo_key"] == orphan
    assert (repaired_code, repaired["summary"]["left"]) == (4, 0)
    assert (again_code, kinds(again)) == (4, [])
    assert len(photo_files(service.data_dir)) == len(NAMES)
    with service.client() as client:
        assert faces_in_gallery(client, portraits["DEMO-PROBE"].read_bytes()) == len(NAMES)


async def test_people_are_told_in_eighty_columns(service: LiveService) -> None:
    await damage(service)
    data_dir, bookings = str(service.data_dir), service.settings["CANDID_JMS__PATH"]

    said = ended("verify", DATA_DIR=data_dir, JMS__PATH=bookings, LOG_LEVEL="warning")

    assert said.returncode == 1
    assert "missing_face: DEMO-0001" in said.stdout
    assert "2 findings are left." in said.stdout
    table = [line for line in said.stdout.splitlines() if line.startswith(("┃", "│"))]
    assert len(table) == 15
    assert all(len(line) <= 80 for line in table)
    assert said.stderr == ""


async def test_without_a_service_it_opens_the_database_itself(service: LiveService) -> None:
    await damage(service)
    service.stop()

    assert verified(service, "--repair")[1]["summary"]["left"] == 0
    assert kinds(verified(service)[1]) == []


async def test_an_engine_that_cannot_start_is_said(service: LiveService, tmp_path: Path) -> None:
    await damage(service)

    code, found = verified(service, "--repair", ENGINE__MODELS_DIR=str(tmp_path / "nothing"))

    assert code == 1
    assert [one["part"] for one in found["summary"]["not_compared"]] == ["listing", "engine"]
    assert all("nothing can be repaired now" in one["repair"] for one in found["findings"])


def test_a_wrong_setting_is_an_error(tmp_path: Path) -> None:
    said = ended("verify", "--json", DATA_DIR=str(tmp_path), JMS__PATH=str(tmp_path / "gone.csv"))

    assert said.returncode == 2
    assert said.stdout == ""
    assert "gone.csv" in said.stderr


async def test_a_repair_that_is_killed_leaves_nothing_worse(service: LiveService) -> None:
    with database_of(service.data_dir) as connection:
        connection.execute("UPDATE faces SET template = NULL")
    bookings = service.settings["CANDID_JMS__PATH"]
    given = {"DATA_DIR": str(service.data_dir), "JMS__PATH": bookings}
    for seconds in (1.0, 1.5, 2.0, 2.5, 3.0):
        repairing = subprocess.Popen(  # noqa: ASYNC220 - our own program
            [sys.executable, "-m", "app", "verify", "--repair"],
            env=environment_with(given),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds)  # noqa: ASYNC251 - nothing else runs here
        repairing.send_signal(signal.SIGKILL)
        repairing.wait()

    verified(service, "--repair")
    with database_of(service.data_dir) as connection:
        connection.execute("UPDATE intents SET opened_at = opened_at - interval '20 minutes'")
    verified(service, "--repair")

    assert kinds(verified(service, "--content")[1]) == []
    assert len(photo_files(service.data_dir)) == len(NAMES)


def test_faces_that_rekognition_lost_or_kept_are_found_and_mended(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    stub = RekognitionStub.seeing(RealFaces(Encoder(install_models(MODELS, print))))
    with stub.serving():
        settings = {
            name.removeprefix("CANDID_"): value for name, value in of_rekognition(stub).items()
        }
        keys = {name: settings.pop(name) for name in tuple(settings) if name.startswith("AWS_")}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in keys.items():
                patch.setenv(name, value)
            with live_service(tmp_path / "data", **settings) as service, service.client() as client:
                for name in NAMES:
                    index(client, name, portraits[name].read_bytes()).raise_for_status()
                [held] = stub.collections.held.values()
                (lost, face), *_ = held.items()
                del held[lost]
                kept = str(uuid4())
                held[kept] = replace(face, face={**face.face, "FaceId": kept})
                given = {"DATA_DIR": str(service.data_dir), **settings}
                time.sleep(1)
                with database_of(service.data_dir) as connection:
                    connection.execute("UPDATE photos SET changed_at = now() - interval '1 hour'")

                found = json.loads(ended("verify", "--json", **given).stdout)
                repaired = json.loads(ended("verify", "--json", "--repair", **given).stdout)
                again = json.loads(ended("verify", "--json", **given).stdout)

    assert kinds(found) == ["missing_face", "orphaned_face"]
    assert repaired["summary"]["left"] == 0
    assert kinds(again) == []
    assert len(held) == len(NAMES)

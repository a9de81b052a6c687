"""Imports of photos that are none, from a folder that goes away, while processes die or freeze."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.e2e.calls import everything_indexed
from tests.e2e.importing import (
    at_rest,
    cancel_open,
    change,
    counts,
    ended,
    items,
    nobody,
    people,
    shelve,
    start,
    told,
    under_way,
    until,
)
from tests.e2e.processes import encoders, eventually
from tests.e2e.test_faults import database_processes
from tests.live import LiveService, live_service

MANY = 100
FROZEN = 10.0  # seconds


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    with live_service(tmp_path_factory.mktemp("faults")) as service:
        yield service


@pytest.fixture
def client(service: LiveService) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client
        cancel_open(client)


def bomb() -> bytes:
    """Return a small file of far too many pixels."""
    written = BytesIO()
    Image.new("L", (9_000, 6_000)).save(written, "PNG")
    return written.getvalue()


def crowd(portraits: Mapping[str, Path]) -> bytes:
    """Return a picture of forty faces."""
    tiles = [Image.open(path).convert("RGB").resize((150, 180)) for path in portraits.values()]
    sheet = Image.new("RGB", (8 * 150, 5 * 180))
    for number in range(40):
        sheet.paste(tiles[number % len(tiles)], (number % 8 * 150, number // 8 * 180))
    written = BytesIO()
    sheet.save(written, "JPEG")
    return written.getvalue()


def tiny(portraits: Mapping[str, Path]) -> bytes:
    """Return a picture in which the face is far away."""
    sheet = Image.new("RGB", (800, 800), (90, 90, 90))
    sheet.paste(Image.open(portraits["DEMO-0001"]).convert("RGB").resize((24, 29)), (400, 400))
    written = BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()


def test_every_photo_that_is_none_is_listed_with_its_reason(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    whole = portraits["DEMO-0001"].read_bytes()
    odd = {
        "ODD-bomb": bomb(),
        "ODD-cut": whole[: len(whole) // 3],
        "ODD-empty": b"",
        "ODD-text": b"This is not a photo.\n" * 100,
        "ODD-crowd": crowd(portraits),
        "ODD-nobody": nobody(),
        "ODD-large": whole + bytes(20_000_000),
        "ODD-whole": whole,
    }
    shelf = shelve(tmp_path / "shelf", odd)

    import_id = start(client, shelf, faces="dominant")
    through = ended(client, import_id)

    found = items(client, import_id)
    assert {name: one["reason"] for name, one in found.items()} == {
        "ODD-bomb": "photo_too_large",
        "ODD-cut": "photo_unreadable",
        "ODD-empty": "photo_unreadable",
        "ODD-text": "not_a_picture",
        "ODD-crowd": "several_faces",
        "ODD-nobody": "no_face",
        "ODD-large": "photo_too_large",
        "ODD-whole": None,
    }
    failed = [one for one in found.values() if one["reason"]]
    assert {one["status"] for one in failed} == {"failed"}
    assert all(one["detail"] for one in failed)
    assert through["counts"]["failed"] == len(failed)
    known = [one["external_image_id"] for one in everything_indexed(client)]
    assert [one for one in known if one.startswith("ODD-")] == ["ODD-whole"]


def test_a_folder_that_goes_away_pauses_the_import_until_it_is_back(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    shelf = shelve(tmp_path / "shelf", people(portraits, "AWAY-", 2 * MANY))
    import_id = start(client, shelf)
    under_way(client, import_id)

    away = shelf.rename(tmp_path / "elsewhere")
    shelf.mkdir()  # as the mount point of a share that was unmounted
    paused = until(client, import_id, lambda one: one["state"] != "running", 60)
    assert paused["state"] == "paused"
    assert "is the share that it belongs to connected?" in paused["trouble"]
    ready = client.get("/health/ready").json()
    assert (ready["status"], ready["parts"]["imports"]) == ("degraded", "import_in_trouble")
    assert eventually(lambda: "candid_import_in_trouble 1.0" in client.get("/metrics").text)
    resting = at_rest(client, import_id)
    assert resting["counts"]["failed"] == 0
    assert resting["counts"]["waiting"] > 0

    shelf.rmdir()
    away.rename(shelf)
    assert change(client, import_id, "resume")["trouble"] is None
    assert counts(ended(client, import_id)) == {"indexed": 2 * MANY}


def test_a_folder_that_is_soon_back_costs_nothing(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    shelf = shelve(tmp_path / "shelf", people(portraits, "BLINK-", MANY))
    import_id = start(client, shelf)
    under_way(client, import_id)

    away = shelf.rename(tmp_path / "elsewhere")
    time.sleep(4)
    away.rename(shelf)

    assert counts(ended(client, import_id)) == {"indexed": MANY}


def test_encoders_that_are_killed_cost_no_photo(
    service: LiveService, client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    import_id = start(client, shelve(tmp_path / "shelf", people(portraits, "ENC-", MANY)))
    under_way(client, import_id)
    assert service.process is not None

    for _ in range(3):
        killed = encoders(service.process.pid)
        for pid in killed:  # all of them, the one that is still starting too
            os.kill(pid, signal.SIGKILL)
        time.sleep(1)

    assert counts(ended(client, import_id)) == {"indexed": MANY}


def test_an_import_goes_on_after_the_database_stood_still(
    service: LiveService, client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    import_id = start(client, shelve(tmp_path / "shelf", people(portraits, "ICE-", MANY)))
    under_way(client, import_id)

    frozen = database_processes(service.data_dir)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(FROZEN)
    for pid in frozen:
        os.kill(pid, signal.SIGCONT)

    through = until(client, import_id, lambda one: one["state"] != "running")
    assert counts(through) == {"indexed": MANY}
    assert told(client, import_id)["state"] == "finished"
    indexed = [one["external_image_id"] for one in everything_indexed(client)]
    assert len([one for one in indexed if one.startswith("ICE-")]) == MANY

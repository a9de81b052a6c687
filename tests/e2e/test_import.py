"""Whole imports: started, watched, steered and looked at over HTTP."""

import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.e2e.calls import everything_indexed, faces_in_gallery, ids_found
from tests.e2e.importing import (
    asked,
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
)
from tests.live import LiveService, live_service

MANY = 160
"""Enough that an import is still under way some seconds after its beginning."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    folder = tmp_path_factory.mktemp("importing")
    with live_service(folder, ENCODER__PROCESSES="1") as service:
        yield service


@pytest.fixture
def client(service: LiveService) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client
        cancel_open(client)


def indexed_of(client: httpx.Client, prefix: str) -> list[str]:
    known = (one["external_image_id"] for one in everything_indexed(client))
    return [one for one in known if one.startswith(prefix)]


def test_every_photo_of_a_folder_is_in_and_finds_itself(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    photos = people(portraits, "all-", 40)
    shelf = shelve(tmp_path / "shelf", photos)

    first = ended(client, start(client, shelf))

    assert counts(first) == {"indexed": 40}
    assert first["trouble"] is None
    assert indexed_of(client, "all-") == sorted(photos)
    assert faces_in_gallery(client, photos["all-0000"]) == len(list(everything_indexed(client)))
    for name, photo in list(photos.items())[::5]:
        found = ids_found(client, photo)
        assert found[0] == name
        assert found.count(name) == 1
        assert client.get(f"/photos/{name}").content == photo

    again = ended(client, start(client, shelf))
    assert counts(again) == {"already_indexed": 40}
    changed = ended(client, start(client, shelf, mode="changed"))
    assert counts(changed) == {"unchanged": 40}


def test_a_dry_run_changes_nothing_and_says_how_long_it_would_take(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    shelf = shelve(tmp_path / "shelf", people(portraits, "dry-", 30))
    before = list(everything_indexed(client))

    foretold = ended(client, start(client, shelf, dry_run=True))

    assert counts(foretold) == {"waiting": 30}
    assert foretold["estimate"]["photos"] == 30
    assert 0 < foretold["estimate"]["seconds"] < 60
    assert foretold["estimate"]["sampled"] == 30
    assert foretold["estimate"]["dollars"] is None
    assert list(everything_indexed(client)) == before


def test_nothing_begins_while_an_import_is_paused_and_then_it_goes_on(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    import_id = start(client, shelve(tmp_path / "shelf", people(portraits, "pause-", MANY)))
    under_way(client, import_id)

    assert change(client, import_id, "pause")["state"] == "paused"
    resting = at_rest(client, import_id)
    assert resting["counts"]["waiting"] > 0
    assert resting["seconds_left"] is None
    time.sleep(3)
    assert counts(told(client, import_id)) == counts(resting)
    assert client.post(f"/imports/{import_id}/pause").status_code == 409
    assert client.post("/imports", json=asked(tmp_path / "shelf")).status_code == 409

    assert change(client, import_id, "resume")["state"] == "running"
    assert counts(ended(client, import_id)) == {"indexed": MANY}


def test_what_a_cancelled_import_indexed_stays_and_the_next_one_takes_the_rest(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    shelf = shelve(tmp_path / "shelf", people(portraits, "cancel-", MANY))
    import_id = start(client, shelf)
    under_way(client, import_id)

    assert change(client, import_id, "cancel")["state"] == "cancelled"
    resting = at_rest(client, import_id)
    taken = resting["counts"]["indexed"]
    assert resting["counts"]["waiting"] == MANY - taken
    time.sleep(3)
    assert told(client, import_id)["counts"] == resting["counts"]
    assert len(indexed_of(client, "cancel-")) == taken
    assert client.post(f"/imports/{import_id}/resume").status_code == 409

    rest = ended(client, start(client, shelf))
    assert counts(rest) == {"already_indexed": taken, "indexed": MANY - taken}


def test_a_failed_photo_is_looked_at_mended_and_tried_again(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    photos = people(portraits, "retry-", 4)
    shelf = shelve(tmp_path / "shelf", photos | {"retry-0001": nobody(), "retry-0002": b"text"})
    import_id = start(client, shelf)
    first = ended(client, import_id)
    assert counts(first) == {"indexed": 2, "no_face": 1, "not_a_picture": 1}

    refused = items(client, import_id, status="failed")
    position = refused["retry-0001"]["position"]
    shown = client.get(f"/imports/{import_id}/items/{position}/photo", params={"width": "64"})
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert Image.open(BytesIO(shown.content)).width == 64
    other = refused["retry-0002"]["position"]
    assert client.get(f"/imports/{import_id}/items/{other}/photo").status_code == 415
    assert client.get(f"/imports/{import_id}/items/99/photo").status_code == 404

    shelve(shelf, {"retry-0001": photos["retry-0001"]})
    retry = client.post(f"/imports/{import_id}/retry", json={"reasons": ["no_face"]})
    assert retry.json()["retried"] == 1
    assert counts(ended(client, import_id)) == {"indexed": 3, "not_a_picture": 1}
    assert ids_found(client, photos["retry-0001"])[0] == "retry-0001"


def test_of_two_imports_started_at_once_one_begins(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    shelf = shelve(tmp_path / "shelf", people(portraits, "twice-", 6))
    with ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(client.post, "/imports", json=asked(shelf)) for _ in range(4)]
        answers = [call.result() for call in calls]

    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert {one.json()["code"] for one in answers if one.is_error} == {"import_running"}
    [begun] = [one.json()["import_id"] for one in answers if one.is_success]
    assert counts(ended(client, begun)) == {"indexed": 6}


def test_a_thousand_ids_of_a_manifest_on_a_few_files_are_a_thousand_items(
    client: httpx.Client, portraits: Mapping[str, Path], tmp_path: Path
) -> None:
    shelf = shelve(tmp_path / "shelf", people(portraits, "file", 3) | {"nobody": nobody()})
    shutil.copyfile(shelf / "nobody.jpg", shelf / "other.jpg")
    rows = [f"M{n:04d},{_file_of(n)}" for n in range(1000)]
    manifest = shelf / "manifest.csv"
    manifest.write_text("\n".join(["external_image_id,path", *rows, "M0007,other.jpg"]))

    through = ended(client, start(client, manifest, "manifest"))

    told = {"indexed": 60, "no_face": 40, "photo_missing": 900, "duplicate_id": 1}
    assert counts(through) == told
    assert (through["counts"]["total"], through["duplicates"]) == (1001, 1)
    assert indexed_of(client, "M") == [f"M{n:04d}" for n in range(60)]


def _file_of(number: int) -> str:
    if number < 60:
        return f"file{number % 3:04d}.jpg"
    return "nobody.jpg" if number < 100 else "gone.jpg"

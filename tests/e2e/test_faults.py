"""A disk that fills up, a database that stops: a clear 503, then work again by itself."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from adapters.photo_store.encrypted.sealed_photo import sealed_size
from tests.e2e.calls import (
    different_photos,
    everything_indexed,
    faces_in_gallery,
    ids_found,
    index,
    photo_files,
    search,
)
from tests.e2e.processes import eventually, everybody, postmaster
from tests.live import live_service

ANSWER_SECONDS = 45.0  # the service gives up after a third of it


@contextmanager
def small_disk(directory: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of its own; skips where that is not allowed."""
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(directory)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:  # noqa: S603 - our own words
        pytest.skip("only root may mount a disk to fill")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "-l", str(directory)], check=True)  # noqa: S603, S607 - the system's own


def fill(disk: Path) -> Path:
    """Take all that is left."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return ballast


def assert_refused(answer: httpx.Response, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert answer.elapsed.total_seconds() < ANSWER_SECONDS
    assert "candidates" not in answer.json()


def works_again(client: httpx.Client, probe: bytes) -> bool:
    with suppress(httpx.TransportError):
        return search(client, probe).is_success
    return False


def test_a_full_photo_disk_costs_the_call_and_leaves_nothing_half_written(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    photos = different_photos(portraits["DEMO-0001"])
    with (
        small_disk(tmp_path / "disk", 1) as disk,
        live_service(tmp_path / "data", PHOTOS__PATH=str(disk / "photos")) as service,
        service.client() as client,
    ):
        first = next(photos)
        index(client, "first", first).raise_for_status()
        ballast = fill(disk)

        refused = [index(client, f"full-{n}", next(photos)) for n in range(3)]
        replaced = index(client, "first", next(photos))

        for answer in (*refused, replaced):
            assert_refused(answer, "photo_store_unavailable")
        assert "full" in service.log.read_text()
        assert client.get("/health/ready").status_code == 503
        assert_refused(search(client, first), "photo_store_unavailable")  # it keeps the probe
        assert [one["external_image_id"] for one in everything_indexed(client)] == ["first"]
        stored = [path for path in (disk / "photos").rglob("*") if path.is_file()]
        assert [path.stat().st_size for path in stored] == [sealed_size(len(first))]
        ballast.unlink()
        assert ids_found(client, first) == ["first"]
        assert index(client, "full-0", next(photos)).status_code == 201
        assert client.get("/health/ready").status_code == 200


def test_a_full_database_disk_answers_nothing_until_there_is_space(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    photos = different_photos(portraits["DEMO-0001"])
    with (
        small_disk(tmp_path / "disk", 160) as disk,
        live_service(disk / "data") as service,
        service.client() as client,
    ):
        first = next(photos)
        index(client, "first", first).raise_for_status()
        ballast = fill(disk)

        answers = [index(client, f"full-{n}", next(photos)) for n in range(40)]
        searched = search(client, first)
        ballast.unlink()
        back = eventually(lambda: works_again(client, first))

        indexed = [n for n, answer in enumerate(answers) if answer.is_success]
        refused = [answer for answer in answers if not answer.is_success]
        expected = ["first", *(f"full-{n}" for n in indexed)]
        assert {answer.status_code for answer in refused} == {503}
        assert searched.status_code in {200, 503}
        assert back
        names = [one["external_image_id"] for one in everything_indexed(client)]
        assert sorted(names) == sorted(expected)
        assert faces_in_gallery(client, first) == len(expected)
        assert index(client, "after", next(photos)).status_code == 201


def database_processes(data_dir: Path) -> list[int]:
    """Return the processes that run in the cluster's directory."""
    cluster = (data_dir / "postgresql" / "cluster").resolve()
    found = []
    for pid in everybody():
        with suppress(OSError):
            if Path(f"/proc/{pid}/cwd").resolve() == cluster:
                found.append(pid)
    return found


def test_while_the_database_is_frozen_a_search_answers_503_and_works_again_by_itself(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    photo = portraits["DEMO-0001"].read_bytes()
    with live_service(tmp_path) as service, service.client() as client:
        index(client, "first", photo).raise_for_status()
        frozen = database_processes(tmp_path)
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            refused = search(client, photo)
            ready = client.get("/health/ready")
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
        back = eventually(lambda: works_again(client, photo))

        assert_refused(refused, "records_unavailable")
        assert ready.status_code == 503
        assert back
        assert ids_found(client, photo) == ["first"]


def test_while_the_database_cannot_restart_nothing_is_answered_and_then_it_works_again(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    photo = portraits["DEMO-0001"].read_bytes()
    control = tmp_path / "postgresql/cluster/global/pg_control"
    hidden = tmp_path / "hidden"
    with live_service(tmp_path) as service, service.client() as client:
        index(client, "first", photo).raise_for_status()
        os.kill(postmaster(tmp_path), signal.SIGKILL)
        control.rename(hidden)
        time.sleep(1)

        searched = search(client, photo)
        indexed = index(client, "second", photo)
        ready = client.get("/health/ready")
        hidden.rename(control)
        back = eventually(lambda: works_again(client, photo))

        assert_refused(searched, "records_unavailable")
        assert_refused(indexed, "records_unavailable")
        assert ready.status_code == 503
        assert client.get("/health/live").status_code == 200
        assert back
        assert ids_found(client, photo) == ["first"]
        assert len(photo_files(tmp_path)) == 1

"""`candid worker`: a process that helps with imports, and nothing else."""

import os
import shutil
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.commands import Command
from tests.e2e.processes import database_of, encoders, eventually, of_directory, postmaster
from tests.live import live_service

_PUT = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
    """VALUES ('imports bookings', 'list_import', '{"import_id": "no such import"}')"""
)
_JOBS = "SELECT count(*) FROM procrastinate_jobs"
_WORKERS = "SELECT count(*) FROM import_workers WHERE beat_at > now() - interval '20 seconds'"
NOISE = ("Traceback", '"level": "error"')


def ready(command: Command) -> None:
    """Wait until the worker says that it is ready."""
    assert command.process.stderr is not None
    for line in command.process.stderr:
        if "worker is ready" in line:
            return
    raise AssertionError(command.end())


def count(data_dir: Path, statement: str) -> int:
    with database_of(data_dir) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0])


def put_job(data_dir: Path) -> None:
    with database_of(data_dir) as connection:
        connection.execute(_PUT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_starts_says_so_takes_jobs_and_ends_in_order(
    tmp_path: Path, number: signal.Signals
) -> None:
    command = Command.started("worker", data_dir=tmp_path)
    ready(command)
    readers = encoders(command.process.pid)
    assert eventually(lambda: count(tmp_path, _WORKERS) == 1)

    put_job(tmp_path)
    assert eventually(lambda: count(tmp_path, _JOBS) == 0)
    command.signal_group(number)
    code, _, err = command.end()

    assert code == 0, err
    assert readers
    assert "worker ends" in err
    assert [word for word in NOISE if word in err] == []
    assert eventually(lambda: of_directory(tmp_path) == [])


def test_a_second_signal_ends_a_worker_at_once(tmp_path: Path) -> None:
    command = Command.started("worker", data_dir=tmp_path)
    ready(command)

    command.signal_group(signal.SIGINT)
    time.sleep(0.05)
    command.signal_group(signal.SIGINT)
    code, _, err = command.end()

    assert code == 0, err
    assert eventually(lambda: of_directory(tmp_path) == [])


def test_a_worker_goes_on_after_its_database_was_killed(tmp_path: Path) -> None:
    command = Command.started("worker", data_dir=tmp_path)
    ready(command)
    before = postmaster(tmp_path)

    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: is_back(tmp_path, before))
    put_job(tmp_path)

    assert eventually(lambda: count(tmp_path, _JOBS) == 0)
    command.signal_group(signal.SIGTERM)
    code, _, err = command.end()
    assert code == 0, err
    assert [word for word in NOISE if word in err] == []


def test_a_worker_joins_a_running_service_and_leaves_it_running(tmp_path: Path) -> None:
    with live_service(tmp_path) as service, service.client() as client:
        command = Command.started("worker", data_dir=tmp_path)
        ready(command)
        assert eventually(lambda: count(tmp_path, _WORKERS) == 2)
        command.signal_group(signal.SIGTERM)
        code, _, err = command.end()

        assert code == 0, err
        assert eventually(lambda: count(tmp_path, _WORKERS) == 1)
        assert client.get("/health/ready").is_success


def test_a_service_that_is_told_to_leave_imports_to_others_takes_no_job(tmp_path: Path) -> None:
    with live_service(tmp_path, IMPORTS__WORKER="false"):
        put_job(tmp_path)
        time.sleep(2)

        assert count(tmp_path, _WORKERS) == 0
        assert count(tmp_path, _JOBS) == 1


def test_a_worker_does_an_import_that_the_service_leaves_to_it(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for name, path in portraits.items():
        shutil.copy(path, shelf / f"{name}.jpg")
    data = tmp_path / "data"
    with live_service(data, IMPORTS__WORKER="false") as service, service.client() as client:
        asked = {"source": {"kind": "folder", "location": str(shelf)}, "faces": "largest"}
        begun = client.post("/imports", json=asked)
        assert begun.is_success, begun.text
        command = Command.started("worker", data_dir=data)

        assert eventually(lambda: client.get("/imports").json()["items"][0]["state"] != "running")
        answer = client.get("/imports").json()["items"][0]
        command.signal_group(signal.SIGTERM)
        code, _, err = command.end()

        assert answer["state"] == "finished", answer
        assert code == 0, err
        assert count(data, "SELECT count(*) FROM photos WHERE status = 'indexed'") == len(portraits)
        assert count(data, _JOBS) == 0


def is_back(data_dir: Path, before: int) -> bool:
    try:
        return postmaster(data_dir) != before and count(data_dir, _JOBS) == 0
    except Exception:  # noqa: BLE001 - not yet
        return False

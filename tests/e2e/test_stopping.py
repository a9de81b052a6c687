"""Ctrl-C and SIGTERM, whenever they come: everything ends in order and nothing is left."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from tests.e2e.commands import Command
from tests.e2e.processes import encoders, eventually, of_directory, postmaster
from tests.live import live_service

FORM = {"Content-Type": "multipart/form-data; boundary=x"}
SIGNALS = [signal.SIGINT, signal.SIGTERM]
NOISE = ("Traceback", "Error", "sandbox_process_ended", '"level": "warning"', '"level": "error"')


def assert_clean(code: int, err: str, data_dir: Path) -> None:
    assert code == 0, err
    told = "\n".join(line for line in err.splitlines() if "authentication_off" not in line)
    assert [word for word in NOISE if word in told] == []
    assert eventually(lambda: of_directory(data_dir) == [])
    assert not (data_dir / "postgresql/cluster/postmaster.pid").exists()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_to_the_whole_group_ends_the_service_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    command = Command.started("serve", data_dir=tmp_path)
    command.wait_until_ready()
    workers = encoders(command.process.pid)

    command.signal_group(number)
    code, _, err = command.end()

    assert workers
    assert_clean(code, err, tmp_path)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_to_the_whole_group_ends_the_demo_cleanly(
    tmp_path: Path, portraits: Mapping[str, Path], number: signal.Signals
) -> None:
    shutil.copytree(portraits["DEMO-0001"].parent, tmp_path / "demo")
    command = Command.started("demo", data_dir=tmp_path)
    command.wait_until_ready()
    searches = f"http://127.0.0.1:{command.port}/searches"
    assert eventually(lambda: bool(httpx.get(searches).json()["items"]))

    command.signal_group(number)
    code, out, err = command.end()

    assert_clean(code, err, tmp_path)
    assert '"external_image_id": "DEMO-0001"' in out
    assert "Candid is running" in err


@pytest.mark.parametrize("seconds", [0.3, 0.9, 1.5, 2.0, 2.5, 3.0])
def test_a_signal_during_the_start_leaves_nothing_running(tmp_path: Path, seconds: float) -> None:
    command = Command.started("serve", data_dir=tmp_path)
    time.sleep(seconds)

    command.signal_group(signal.SIGINT)
    code, _, err = command.end()

    assert code in {0, 130, -signal.SIGINT}  # a shell calls the last two 130
    assert [word for word in NOISE if word in err] == []
    assert eventually(lambda: of_directory(tmp_path) == [])


def test_a_signal_that_ends_an_encoder_during_the_start_first_is_no_error(tmp_path: Path) -> None:
    command = Command.started("serve", data_dir=tmp_path)
    assert eventually(lambda: bool(encoders(command.process.pid)))

    for pid in encoders(command.process.pid):
        os.kill(pid, signal.SIGKILL)
    command.signal_group(signal.SIGINT)
    code, _, err = command.end()

    assert code in {0, 130, -signal.SIGINT}
    assert [word for word in NOISE if word in err] == []


def test_a_request_that_is_under_way_is_answered_before_the_end(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    photo = portraits["DEMO-0001"].read_bytes()
    with live_service(tmp_path) as service:
        assert service.process is not None

        answer = httpx.post(
            f"{service.url}/search",
            content=form_cut_by_sigterm(photo, service.process),
            headers=FORM,
        )

        assert answer.status_code == 200
        assert service.process.wait(120) == 0


def form_cut_by_sigterm(photo: bytes, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Yield a search whose service is told to end when half of it has arrived."""
    yield b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    yield photo[: len(photo) // 2]
    time.sleep(0.3)
    process.terminate()
    time.sleep(0.3)
    yield photo[len(photo) // 2 :] + b"\r\n--x--\r\n"


def test_a_second_signal_ends_the_service_at_once(tmp_path: Path) -> None:
    command = Command.started("serve", data_dir=tmp_path)
    command.wait_until_ready()

    command.signal_group(signal.SIGINT)
    time.sleep(0.05)
    command.signal_group(signal.SIGINT)
    code, _, err = command.end()

    assert_clean(code, err, tmp_path)


def test_when_the_service_is_killed_its_encoders_end_too_and_the_next_one_takes_over(
    tmp_path: Path,
) -> None:
    with live_service(tmp_path) as service:
        assert service.process is not None
        workers, server = encoders(service.process.pid), postmaster(tmp_path)
        service.kill()

        assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
        service.start()
        assert postmaster(tmp_path) == server
        assert service.stop() == 0
    assert eventually(lambda: of_directory(tmp_path) == [])

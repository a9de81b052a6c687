"""`candid jms demo-server`, as a process of its own."""

import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from app.cli.console import CommandError
from app.cli.jms_demo import demo_server as demo_server_command
from app.demo_jms.jail import given_photo
from app.wiring.material import demo_portraits
from tests.live import ROOT, child_environment


@contextmanager
def demo_server(*options: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run it until the end of the block; give the process and the address that it prints."""
    process = subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", "app", "jms", "demo-server", *options],
        env=child_environment(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_it_prints_its_address_serves_what_it_is_told_and_ends_in_order() -> None:
    options = ("--port", "0", "--count", "3", "--seed", "4", "--sealed", "DEMO-000002")
    with demo_server(*options, "--token", "sesame") as (process, url):
        headers = {"Authorization": "Bearer sesame"}
        sealed = httpx.get(f"{url}/bookings/DEMO-000002", headers=headers)
        beyond = httpx.get(f"{url}/bookings/DEMO-000004", headers=headers)
        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 0
    assert sealed.json()["status"] == "sealed"
    assert beyond.status_code == 404


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(  # noqa: S603 - ours
            [sys.executable, "-m", "app", "jms", "demo-server", "--port", port, "--count", "0"],
            env=child_environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert f"127.0.0.1:{port} cannot be used" in done.stderr


def test_without_faker_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['faker'] = None; sys.argv[1:] = ['jms', 'demo-server']; "
        "from app.__main__ import main; main()"
    )
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", program],
        env=child_environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "pip install 'candid[demo]'" in done.stderr


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_?"])
def test_pushing_needs_a_secret(secret: str) -> None:
    with pytest.raises(CommandError, match="--push-secret"):
        demo_server_command(push="http://127.0.0.1:8000/jms/events", push_secret=secret)


def test_the_portraits_of_the_demo_are_bookings_of_people_without_charges() -> None:
    given = [given_photo(*one) for one in demo_portraits(print)]

    assert len(given) == 5
    assert {photo.booking["last_name"] for photo in given} == {"Sample"}
    assert {photo.booking["charges"] for photo in given} == {""}
    assert {photo.read()[:2] for photo in given} == {b"\xff\xd8"}

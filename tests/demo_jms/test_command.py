"""`candid jms demo-server`, as a process of its own."""

import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import httpx

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

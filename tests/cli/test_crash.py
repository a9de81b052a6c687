"""A process that crashes says where, so that whoever runs it can send that on."""

import signal
import subprocess
import sys

from tests.live import ROOT

_CRASHES = """
import asyncio, os, signal
from app.cli.serve import run
run(asyncio.sleep(0))
os.kill(os.getpid(), signal.SIGSEGV)
"""


def test_a_crash_of_a_service_writes_where_it_was() -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", _CRASHES], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == -signal.SIGSEGV
    assert "Fatal Python error: Segmentation fault" in done.stderr
    assert "most recent call first" in done.stderr

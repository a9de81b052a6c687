"""`candid` as it is typed: with an environment of its own, in a process group of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.e2e.processes import eventually
from tests.live import ROOT, free_port


def environment_with(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this environment with these settings of Candid and no others."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CANDID_")}  # noqa: TID251 - a child's environment
    return kept | {f"CANDID_{name}": value for name, value in settings.items()}


def ended(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command that is expected to end by itself; whoever has the usual port keeps it."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "app", *arguments],
        env=environment_with({"PORT": str(free_port()), **settings}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@dataclass
class Command:
    """A command that runs until it is told to end."""

    process: subprocess.Popen[str]
    port: int

    @classmethod
    def started(cls, *arguments: str, data_dir: Path, **settings: str) -> "Command":
        port = free_port()
        named = {"DATA_DIR": str(data_dir), "PORT": str(port), **settings}
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "app", *arguments],
            env=environment_with(named),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        return cls(process, port)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health/ready").is_success
        except httpx.TransportError:
            return False

    def wait_until_ready(self) -> None:
        assert eventually(self.is_ready)

    def signal_group(self, number: signal.Signals) -> None:
        """Signal as a terminal and `timeout` do: everybody in the process group."""
        os.killpg(self.process.pid, number)

    def end(self, seconds: float = 240) -> tuple[int, str, str]:
        """Wait for the end; return exit code, standard output and standard error.

        AssertionError, where it does not end, says what it waited for.
        """
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as late:
            self.process.send_signal(signal.SIGABRT)  # which has it write all its stacks
            _, err = self.process.communicate(timeout=10)
            raise AssertionError(f"not ended after {seconds:.0f} s: {err}") from late
        return self.process.returncode, out, err

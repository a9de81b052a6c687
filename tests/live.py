"""The service as its users meet it: a process of its own on a real socket."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

START_SECONDS = 180.0
ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """Return a port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def child_environment() -> dict[str, str]:
    """Return the environment for a service of its own: no setting of this one's."""
    return {k: v for k, v in os.environ.items() if not k.startswith("CANDID_")}  # noqa: TID251 - a child's environment


@dataclass
class LiveService:
    """`candid serve` on a data directory; it may be killed and started again."""

    data_dir: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    program: tuple[str, ...] = ("-m", "app")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data_dir / f"service-{self.port}.log"

    def start(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CANDID_")}  # noqa: TID251 - a child's environment
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users' Python keeps what it compiled
        environment |= {"CANDID_DATA_DIR": str(self.data_dir), "CANDID_PORT": str(self.port)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - ours
                [sys.executable, *self.program, "serve"],
                env=environment | dict(self.settings),
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health/ready", timeout=30).is_success:
                    return
            assert self.process is not None
            assert self.process.poll() is None, f"it ended:\n{self.log.read_text()[-3000:]}"
            time.sleep(0.05)
        raise AssertionError(f"not ready in time:\n{self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """End it as its administrator would; return its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(120)

    def client(self, **options: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {options['key']}"} if "key" in options else {}
        return httpx.Client(base_url=self.url, timeout=180, headers=headers)


@contextlib.contextmanager
def live_service(data_dir: Path, **settings: str) -> Generator[LiveService]:
    """Run a service; settings are named as in `CANDID_JMS__PATH`, without the prefix."""
    named = {f"CANDID_{name}": value for name, value in settings.items()}
    service = LiveService(data_dir, named)
    try:
        service.start()
        yield service
    finally:
        if service.process is not None and service.process.poll() is None:
            service.stop()

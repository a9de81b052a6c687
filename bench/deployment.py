"""Whole services on a simulated AWS, sharing one data directory: database, photos and secret."""

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import family, processor_seconds
from tests.live import LiveService, live_service

COLLECTION = "jail"
REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": "simulated"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """What runs, and where it is found."""

    services: Sequence[LiveService]
    simulation: str  # its address
    pids: Mapping[str, Sequence[int]]  # of the processes of each part

    def processor_seconds(self) -> dict[str, float]:
        """Return the processor time that each part has used so far."""
        return {part: sum(map(processor_seconds, pids)) for part, pids in self.pids.items()}

    def told(self) -> dict[str, Any]:
        """Return what the simulation counted, by operation."""
        with urllib.request.urlopen(f"{self.simulation}/simulation") as answer:  # noqa: S310 - ours
            counts: dict[str, Any] = json.load(answer)
        return counts

    def records(self) -> list[dict[str, Any]]:
        """Return every record of the services, as one of them lists it."""
        records: list[dict[str, Any]] = []
        with self.services[0].client() as client:
            after = ""
            while True:
                page = client.get("/index", params={"after": after, "limit": "500"}).json()
                records += page["items"]
                after = page["next"]
                if after is None:
                    return records


@contextmanager
def deployed(processes: int, *, on_wire: bool, quota: float, burst: float) -> Iterator[Deployment]:
    """Run services in front of a simulation that knows nothing and has forgotten nothing.

    Behind it is Candid's own endpoint on the local engine (`on_wire`), or made-up faces.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        conditions = ["--quota", str(quota), "--burst", str(burst)]
        behind: list[int] = []
        if on_wire:
            endpoint = stack.enter_context(live_service(folder / "endpoint"))
            conditions += ["--upstream", f"{endpoint.url}/"]
            behind = _pids(endpoint)
        simulator, url = stack.enter_context(_simulated(conditions))
        services = [_service(folder / "data", url, stack) for _ in range(processes)]
        own = [pid for service in services for pid in _pids(service)]
        yield Deployment(
            services, url, {"services": own, "simulation": [simulator], "endpoint": behind}
        )


def _service(data_dir: Path, simulation: str, stack: ExitStack) -> LiveService:
    settings = {
        **CREDENTIALS,
        "CANDID_ENGINE__KIND": "rekognition",
        "CANDID_ENGINE__REGION": REGION,
        "CANDID_ENGINE__ENDPOINT_URL": simulation,
        "CANDID_ENGINE__COLLECTION_ID": COLLECTION,
    }
    service = LiveService(data_dir, settings)
    stack.callback(_stop, service)
    service.start()
    return service


def _stop(service: LiveService) -> None:
    if service.process is not None and service.process.poll() is None:
        service.stop()


def _pids(service: LiveService) -> list[int]:
    assert service.process is not None
    found = family(service.process.pid)
    return [found.service, *found.encoders]


@contextmanager
def _simulated(conditions: Sequence[str]) -> Iterator[tuple[int, str]]:
    command = (sys.executable, "-m", "bench.simulated_aws", *conditions)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        try:
            yield process.pid, process.stdout.readline().split()[-1]
        finally:
            process.terminate()

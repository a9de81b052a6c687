"""20,000 photos imported by three processes, of which one or PostgreSQL is killed again and again.

`python -m bench.killing [--photos N] [--kills N]` says what was lost, doubled or done twice.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bench.importing import start
from bench.photos import mugshots, press, probes
from bench.results import Results, results
from tests.e2e.processes import postmaster
from tests.live import ROOT, LiveService, child_environment

SEED = 20261129
_PAUSES = (1.5, 6.0)  # seconds between two kills
_DEAD = (0.2, 2.0)  # seconds before what was killed is started again


@dataclass
class Deployment:
    """A service and two workers on one data directory; each counts what it enrols."""

    folder: Path
    chance: random.Random
    service: LiveService = field(init=False)
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.service = LiveService(self.folder / "data")

    @property
    def count(self) -> int:
        """How many photos the engine was asked to enrol, by all processes that ever were."""
        file = self.folder / "counted"
        return file.stat().st_size if file.exists() else 0

    def start(self, name: str) -> None:
        """Start the service, or a worker."""
        data = self.service.data_dir
        data.mkdir(parents=True, exist_ok=True)
        settings = {"CANDID_DATA_DIR": str(data), "CANDID_PORT": str(self.service.port)}
        settings["CANDID_ENCODER__PROCESSES"] = "1"
        command = (sys.executable, "-m", "bench.counted", str(self.folder / "counted"))
        verb = "serve" if name == "service" else "worker"
        with self.service.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - ours
                (*command, verb),
                env=child_environment() | settings,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        if name == "service":
            self.service.process = process
            self.service.wait_until_ready()
        else:
            self.workers[name] = process

    def kill(self, name: str) -> None:
        """End one of them as a power cut would, and start it again a little later."""
        self.killed[name] += 1
        if name == "database":
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                os.kill(postmaster(self.service.data_dir), signal.SIGKILL)
            return
        process = self.service.process if name == "service" else self.workers[name]
        assert process is not None
        process.kill()
        process.wait()
        time.sleep(self.chance.uniform(*_DEAD))
        self.start(name)

    def stop(self) -> None:
        """End everything in order."""
        for process in self.workers.values():
            process.terminate()
        for process in self.workers.values():
            process.wait(60)
        self.service.stop()

    def progress(self, import_id: str) -> dict[str, Any] | None:
        """Ask how far the import is; None while nobody answers."""
        try:
            with self.service.client() as client:
                answer = client.get(f"/imports/{import_id}")
        except httpx.TransportError:
            return None
        told: dict[str, Any] = answer.json()
        return told if answer.is_success else None


def main() -> None:
    """Import, kill, and look at what is there in the end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=60)
    with results("killing", parser) as kept, tempfile.TemporaryDirectory() as folder:
        photos, kills = kept.asked.photos, kept.asked.kills
        deployment = Deployment(Path(folder), random.Random(SEED))  # noqa: S311 - not for secrets
        manifest = _manifest(Path(folder) / "manifest.csv", photos)
        for name in ("service", "worker 1", "worker 2"):
            deployment.start(name)
        began = time.monotonic()
        source = {"kind": "manifest", "location": str(manifest)}
        import_id = start(deployment.service, source, faces="largest")
        told = _killed_through(deployment, import_id, kills)
        seconds = time.monotonic() - began
        _report(kept, deployment, told, seconds)
        deployment.stop()


def _killed_through(deployment: Deployment, import_id: str, kills: int) -> dict[str, Any]:
    """Kill at random moments; return what is told of the import at its end."""
    victims = ("service", "worker 1", "worker 2", "database")
    while True:
        told = deployment.progress(import_id)
        if told is not None and told["state"] != "running":
            return told
        if deployment.killed.total() < kills:
            time.sleep(deployment.chance.uniform(*_PAUSES))
            deployment.kill(deployment.chance.choice(victims))
        else:
            time.sleep(1)


def _report(kept: Results, deployment: Deployment, told: dict[str, Any], seconds: float) -> None:
    counts = told["counts"]
    tried = counts["indexed"] + counts["failed"]
    kills = ", ".join(f"{name} {count}" for name, count in sorted(deployment.killed.items()))
    print(f"{deployment.killed.total()} times killed ({kills}) in {seconds:.0f} s: {told['state']}")
    print(f"items: {json.dumps(counts)}")
    wasted = deployment.count - tried
    print(
        f"enrolled {deployment.count} times for {tried} photos: {100 * wasted / tried:.2f} % wasted"
    )
    with deployment.service.client() as client:
        records = _records(client)
    ids = [record["external_image_id"] for record in records]
    held = Counter(face["face_id"] for record in records for face in record["faces"])
    files = sum(len(names) for _, _, names in os.walk(deployment.service.data_dir / "photos"))
    kept.keep(
        "killed",
        photos=counts["total"],
        kills=deployment.killed.total(),
        indexed=counts["indexed"],
        records=len(set(ids)),
        double=len(ids) - len(set(ids)),
        done_twice_share=wasted / tried,
    )
    print(
        f"records {len(ids)} (different {len(set(ids))}), faces {held.total()} (different "
        f"{len(held)}), files {files}, indexed {counts['indexed']}"
    )
    verified = subprocess.run(
        (sys.executable, "-m", "app", "verify"),
        env=child_environment() | {"CANDID_DATA_DIR": str(deployment.service.data_dir)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"candid verify: exit {verified.returncode}\n{verified.stdout}{verified.stderr[-500:]}")


def _records(client: httpx.Client) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    after = ""
    while True:
        page = client.get("/index", params={"after": after, "limit": "1000"}).json()
        records += page["items"]
        after = page["next"]
        if after is None:
            return records


def _manifest(path: Path, photos: int) -> Path:
    """Name the real photos under as many ids as are wanted."""
    files = press(6000) + mugshots() + probes()
    rows = (f"K{number:06d},{files[number % len(files)]}\n" for number in range(photos))
    path.write_text("external_image_id,path\n" + "".join(rows))
    return path


if __name__ == "__main__":
    main()

"""`python -m tests.recorded_examples`: asks a running demo, and keeps what it answered.

The file app/api/examples.json is made of it, and the OpenAPI document shows it.
"""

import contextlib
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from app.api.edge import UPLOAD_BYTES
from app.api.examples import Examples
from tests.live import ROOT, START_SECONDS, child_environment, free_port

FILE = ROOT / "app" / "api" / "examples.json"
SEARCH = {"purpose": "criminal_investigation", "case_number": "26-001234", "max_candidates": 2}


@dataclass
class Recorder:
    """Asks, and keeps each answer under its operation or its code."""

    client: httpx.Client
    examples: Examples = field(
        default_factory=lambda: Examples(requests={}, parameters={}, answers={}, problems={})
    )

    def ask(self, operation: str, method: str, path: str, **sent: Any) -> Any:  # noqa: ANN401 - JSON
        """Keep a success under the operation, anything else under its code."""
        response = self.client.request(method, path, **sent)
        body = response.json() if response.content else None
        if response.is_success and body is not None:
            self.examples.answers.setdefault(operation, {})[str(response.status_code)] = body
        elif body is not None:
            self.examples.problems[body["code"]] = body
        return body

    def answers(self, photos: Path) -> None:
        booking, probe = (photos / f"DEMO-{one}.jpg" for one in ("0001", "PROBE"))
        sent = {"external_image_id": "DEMO-0001", "view": "front"}
        self.ask("index", "POST", "/index", data=sent, files={"photo": booking.read_bytes()})
        self.client.delete("/index/DEMO-0005").raise_for_status()
        other = {"external_image_id": "DEMO-0005"}
        photo = {"photo": (photos / "DEMO-0005.jpg").read_bytes()}
        self.ask("index", "POST", "/index", data=other, files=photo)
        self.ask("index", "POST", "/index", data=other | {"restore": "true"}, files=photo)
        self.ask("index_list", "GET", "/index?limit=1")
        self.ask("index_one", "GET", "/index/DEMO-0001")
        form = {"data": SEARCH, "files": {"photo": probe.read_bytes()}}
        answer = self.ask("search", "POST", "/search", **form)
        self.ask("searches", "GET", "/searches?case_number=26-001234&limit=1")
        self.ask("search_again", "GET", f"/searches/{answer['search_id']}")
        self.ask("detect", "POST", "/detect", files={"photo": probe.read_bytes()})
        self.ask("booking", "GET", "/bookings/DEMO-0001")
        self.ask("live", "GET", "/health/live")
        self.ask("ready", "GET", "/health/ready")
        measured = self.client.get("/metrics").text.splitlines(keepends=True)
        stages = [line for line in measured if "stage_seconds_sum" in line]
        self.examples.answers["metrics"] = {"200": "".join(stages)}
        self.examples.requests |= {"index": dict(sent), "search": dict(SEARCH)}
        self.examples.parameters |= {
            "external_image_id": "DEMO-0001",
            "search_id": answer["search_id"],
            "case_number": "26-001234",
        }

    def problems(self, photos: Path) -> None:
        booking, probe = (photos / f"DEMO-{one}.jpg" for one in ("0001", "PROBE"))
        whole = probe.read_bytes()
        test = {"purpose": "training_test"}
        index = {"external_image_id": "DEMO-9999"}
        form = {"Content-Type": "multipart/form-data"}
        self.ask("", "POST", "/detect")
        self.ask("", "POST", "/detect", headers=form, content=b"no boundary")
        self.ask("", "POST", "/detect", files={"photo": whole[: len(whole) // 2]})
        self.ask("", "POST", "/detect", files={"photo": b"%PDF-1.7"})
        self.ask("", "POST", "/detect", files={"photo": bytes(UPLOAD_BYTES + 1)})
        self.ask("", "POST", "/search", files={"photo": whole})
        self.ask("", "POST", "/search", files={"photo": whole}, data={"purpose": "missing_person"})
        self.ask("", "POST", "/search", files={"photo": _jpeg(_blank())}, data=test)
        self.ask("", "POST", "/search", files={"photo": whole}, data=test | {"face": "3"})
        self.ask("", "POST", "/index", data=index, files={"photo": _beside(booking, probe)})
        self.ask("", "POST", "/index", data=index, files={"photo": _small(booking)})


@contextlib.contextmanager
def running_demo(data_dir: Path, **settings: str) -> Generator[str]:
    """Run `candid demo`; give its address once it has shown its search."""
    port = free_port()
    given = {"DATA_DIR": str(data_dir), "PORT": str(port)} | settings
    environment = child_environment() | {f"CANDID_{name}": value for name, value in given.items()}
    log = data_dir / "demo.log"
    with log.open("wb") as out:
        demo = subprocess.Popen(
            [sys.executable, "-m", "app", "demo"], env=environment, cwd=ROOT, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + 3 * START_SECONDS
        while "Candid is running" not in log.read_text():
            assert demo.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        demo.terminate()
        demo.wait(30)


def record(data_dir: Path) -> Examples:
    """Return the answers of a fresh demo with keys on."""
    with running_demo(data_dir, AUTH__KIND="keys") as url:
        key = (data_dir / "first-key").read_text().strip()
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            recorder = Recorder(client)
            recorder.answers(data_dir / "demo")
            recorder.problems(data_dir / "demo")
        return recorder.examples


def _blank() -> Image.Image:
    return Image.new("RGB", (480, 600), "grey")


def _beside(*photos: Path) -> bytes:
    pictures = [Image.open(photo).convert("RGB").resize((480, 600)) for photo in photos]
    both = Image.new("RGB", (960, 600))
    for i, picture in enumerate(pictures):
        both.paste(picture, (480 * i, 0))
    return _jpeg(both)


def _small(photo: Path) -> bytes:
    picture = Image.open(photo).convert("RGB")
    return _jpeg(picture.resize((picture.width // 10, picture.height // 10)))


def _jpeg(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "JPEG")
    return content.getvalue()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        made = record(Path(directory))
    FILE.write_text(json.dumps(made.model_dump(), indent=1, ensure_ascii=False) + "\n", "utf-8")

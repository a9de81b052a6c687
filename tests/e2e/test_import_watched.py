"""A real import that somebody watches while the service stops and comes back."""

import time
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.commands import ended
from tests.live import live_service

STOPS_WITHIN = 8.0


def test_a_service_that_is_watched_stops_in_time_and_the_import_goes_on(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    folder = next(iter(portraits.values())).parent
    asked = {"source": {"kind": "folder", "location": str(folder), "pattern": "DEMO-000{id}"}}
    with live_service(tmp_path / "data", ENCODER__PROCESSES="1") as service:
        with service.client() as client:
            started = client.post("/imports", json=asked).json()
            path = f"/imports/{started['import_id']}"
            client.post(f"{path}/pause").raise_for_status()
            with client.stream("GET", f"{path}/events") as watched:
                lines = watched.iter_lines()
                assert any(line == "event: progress" for line in lines)
                began = time.monotonic()
                code = service.stop()
                took = time.monotonic() - began
                rest = [line for line in lines if line.startswith("event")]
        service.start()
        with service.client() as client:
            client.post(f"{path}/resume").raise_for_status()
        said = ended("import", "watch", "--json", CLIENT__URL=service.url)

    assert (code, rest) == (0, [])
    assert took < STOPS_WITHIN
    assert said.returncode in {0, 1}, said.stderr  # what else lies in the folder may fail
    assert '"indexed": 5' in said.stdout

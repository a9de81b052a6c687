"""A site's own ONNX file by settings alone: index, search, calibrate, evaluate."""

import json
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.e2e.calls import index, search, write_bookings
from tests.e2e.commands import ended
from tests.face_engine_local.site_networks import network
from tests.live import LiveService, live_service

MODEL = "county-net+blazeface/1-"


def test_another_file_works_by_setting_alone(shared_data: Path, tmp_path: Path) -> None:
    settings = {
        "ENGINE__MODEL_PATH": str(network(tmp_path / "county.onnx", batch=1)),
        "ENGINE__MODEL_NAME": "county-net",
        "ENCODER__PROCESSES": "1",
    }
    photos = {path.name: path for path in sorted((shared_data / "london").glob("*/*_neutral.jpg"))}
    known = [{"external_image_id": name, "person_id": f"P-{name}"} for name in photos]
    write_bookings(tmp_path / "bookings.csv", known)
    jms = str(tmp_path / "bookings.csv")
    with live_service(tmp_path / "data", JMS__PATH=jms, **settings) as service:
        check_searches(service, photos)
        calibrated = json.loads(
            done("calibrate", "--gallery", "--no-groups", "--json", service=service).stdout
        )
    evaluated = tmp_path / "evaluated.json"
    few = tmp_path / "few.csv"
    few.write_text("person,image\n" + "".join(map(_row, list(photos.values())[:8])))
    done("evaluate", str(few), "--json", str(evaluated), settings=settings)

    assert calibrated["people"] == len(photos)
    assert MODEL in json.dumps(calibrated)
    assert MODEL in evaluated.read_text()


def check_searches(service: LiveService, photos: Mapping[str, Path]) -> None:
    """Index every photo; the same photo then finds itself first, with the model's own scale."""
    with service.client() as client, ThreadPoolExecutor(2) as threads:

        def indexed(name: str) -> int:
            return index(client, name, photos[name].read_bytes()).status_code

        assert set(threads.map(indexed, photos)) == {201}
        name = next(iter(photos))
        answer = search(client, photos[name].read_bytes()).raise_for_status().json()
    assert answer["candidates"][0]["external_image_id"] == name
    assert answer["engine"]["model"].startswith(MODEL)
    assert answer["engine"]["scale"].startswith("uncalibrated-cosine:county-net")


def done(
    *arguments: str,
    service: LiveService | None = None,
    settings: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command with the settings of a service, or with these."""
    if service is not None:
        given = {name.removeprefix("CANDID_"): one for name, one in service.settings.items()}
        settings = {**given, "DATA_DIR": str(service.data_dir)}
    said = ended(*arguments, **(settings or {}))
    assert said.returncode == 0, said.stderr
    return said


def _row(photo: Path) -> str:
    """Give both portraits of a person."""
    smiling = photo.with_name(photo.name.replace("03_neutral", "08_smiling"))
    return f"{photo.parent.name},{photo}\n{photo.parent.name},{smiling}\n"

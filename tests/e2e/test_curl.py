"""The three calls as someone types them who connects a CAD system."""

import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.processes import of_directory
from tests.live import ROOT, live_service


def curl(*arguments: str) -> tuple[int, Any]:
    """Run curl; return the status and the JSON of the answer."""
    command = ["curl", "-sS", "-w", "\n%{http_code}", *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own words
    body, _, status = said.rpartition("\n")
    return int(status), json.loads(body)


@pytest.fixture
def other_address() -> str:
    """An address of this machine that is not its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it asks which address would be used
            address = str(probe.getsockname()[0])
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        pytest.skip("this machine has no address but its loopback")
    return address


def test_a_photo_is_indexed_and_searched_with_curl_alone(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    with live_service(tmp_path) as service:
        where = f"localhost:{service.port}"
        booked, probe = portraits["DEMO-0001"], portraits["DEMO-PROBE"]

        first = curl("-F", f"photo=@{booked}", "-F", "external_image_id=A1", f"{where}/index")
        second = curl("-F", f"photo=@{probe}", f"{where}/search")

    assert (first[0], first[1]["outcome"]) == (201, "created")
    assert second[0] == 200
    assert second[1]["candidates"][0]["external_image_id"] == "A1"
    assert second[1]["candidates"][0]["booking_status"] == "not_configured"
    assert second[1]["purpose"] == "training_test"
    assert second[1]["probe"]["warnings"]


def test_from_another_address_a_key_is_needed_and_suffices(
    tmp_path: Path, portraits: Mapping[str, Path], other_address: str
) -> None:
    with live_service(tmp_path, HOST="0.0.0.0") as service:  # noqa: S104 - that is what is tried
        where = f"http://{other_address}:{service.port}/search"
        key = (tmp_path / "first-key").read_text().strip()
        photo = ("-F", f"photo=@{portraits['DEMO-PROBE']}")
        why = ("-F", "case_number=26-001234", "-F", "purpose=criminal_investigation")
        signed = ("-H", f"Authorization: Bearer {key}")

        without_key = curl(*photo, *why, where)
        with_another = curl("-H", "Authorization: Bearer candid_00000000_x", *photo, *why, where)
        without_purpose = curl(*signed, *photo, where)
        with_key = curl(*signed, *photo, *why, where)

    assert (without_key[0], without_key[1]["code"]) == (401, "unauthenticated")
    assert with_another[0] == 401
    assert (without_purpose[0], without_purpose[1]["code"]) == (422, "purpose_required")
    assert (with_key[0], with_key[1]["case_number"]) == (200, "26-001234")
    assert (tmp_path / "first-key").stat().st_mode & 0o077 == 0


def test_authentication_cannot_be_off_where_others_reach_the_service(tmp_path: Path) -> None:
    environment = {
        "CANDID_DATA_DIR": str(tmp_path),
        "CANDID_HOST": "0.0.0.0",  # noqa: S104 - that is what is refused
        "CANDID_AUTH__KIND": "none",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "app", "serve"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "loopback" in ended.stderr
    assert not of_directory(tmp_path)

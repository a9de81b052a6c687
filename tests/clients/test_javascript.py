"""@aws-sdk/client-rekognition, unmodified, under Node."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import Endpoint, Portraits

SCENARIO = Path(__file__).with_name("js")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario with the SDK installed beside it, as its lock file pins it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node is not installed")
    directory = tmp_path_factory.mktemp("js")
    for name in ("package.json", "package-lock.json", "scenario.mjs"):
        shutil.copy(SCENARIO / name, directory)
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    done = subprocess.run(  # noqa: S603 - npm, with our own words
        command, cwd=directory, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"the SDK cannot be installed: {done.stderr[-300:]}")
    return directory


def test_an_application_does_its_whole_work(
    scenario: Path, endpoint: Endpoint, portraits: Portraits, tmp_path: Path
) -> None:
    name, probe = next(iter(portraits.probes.items()))
    photos = tmp_path / "photos.json"
    booked = {one: str(path) for one, path in portraits.booked.items()}
    photos.write_text(json.dumps({"booked": booked, "probe": {"name": name, "path": str(probe)}}))

    done = subprocess.run(  # noqa: S603 - the program under test
        ["node", "scenario.mjs", str(photos)],  # noqa: S607 - wherever it is installed
        cwd=scenario,
        env={"PATH": os.environ["PATH"], **endpoint.environment()},  # noqa: TID251 - a child's environment
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["listed"] == seen["faces"]
    assert set(seen["faces"]) == set(booked)
    assert seen["first"] == name
    assert seen["user"] == "P-1"
    assert (seen["deleted"], seen["left"]) == (len(booked), 0)
    assert seen["errors"] == {
        "pattern": "InvalidParameterException",
        "again": "ResourceAlreadyExistsException",
        "unknown": "ResourceNotFoundException",
        "number": "InvalidParameterException",
        "large": "ImageTooLargeException",
        "signature": "InvalidSignatureException",
    }

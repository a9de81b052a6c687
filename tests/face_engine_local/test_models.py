import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.face_engine.local.models import WEIGHTS, Network, install_models, installed_models
from adapters.face_engine.local.models.catalogue import ModelFiles
from app.domain.errors import EngineMisconfiguredError


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


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(EngineMisconfiguredError, match="file/models cannot be used: Not a dir"):
        install_models(tmp_path / "file" / "models", None)


def test_provenance_reads_as_one_line() -> None:
    line = str(WEIGHTS[Network.RECOGNITION].provenance)

    assert "Davis King" in line
    assert "leads for human review" in line
    assert "\n" not in line


def test_missing_models_say_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(EngineMisconfiguredError, match="candid models install"):
        installed_models(tmp_path / "nowhere")

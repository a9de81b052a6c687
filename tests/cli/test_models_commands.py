"""`candid models`, as it is typed."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from adapters.face_engine.local.models import REGISTRY, install_models, registry
from adapters.face_engine.local.models.publisher import hash_of
from app.cli import main
from app.cli.console import console
from tests.face_engine_local.site_networks import network
from tests.kept import MODELS


class Told(Protocol):
    """Runs `candid models` in this process; returns its exit code and what it says."""

    def __call__(self, *arguments: str, **settings: str) -> tuple[int, str]: ...


@pytest.fixture
def candid(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    def run(*arguments: str, **settings: str) -> tuple[int, str]:
        for name, value in settings.items():
            monkeypatch.setenv(f"CANDID_{name}", value)
        monkeypatch.setattr(console, "width", 200)
        monkeypatch.setattr(sys, "argv", ["candid", "models", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models directory of which one network is missing, and the rest is as installed."""
    install_models(MODELS, print)
    directory = tmp_path_factory.mktemp("models") / "some"
    shutil.copytree(MODELS, directory)
    (directory / "dlib-resnet-v1.onnx").unlink()
    return directory


def test_the_list_tells_people_and_programs_the_same(candid: Told, directory: Path) -> None:
    code, told = candid("list", ENGINE__MODELS_DIR=str(directory))
    asked = candid("list", "--json", ENGINE__MODELS_DIR=str(directory))

    listed = {one["name"]: one for one in json.loads(asked[1])["models"]}
    assert (code, asked[0]) == (0, 0)
    assert all(name in told for name in listed)
    assert "Trained on: not stated (asked in opencv_zoo" in told
    assert not listed["dlib-resnet-v1"]["installed"]
    assert listed["blazeface-short-range"]["installed"]
    assert listed["sface"]["provenance"]["licence"] == "Apache-2.0"
    assert listed["sface"]["warnings"]
    assert listed["dlib-resnet-v1"]["differential"]["ratio"] == 28.2
    assert listed["dlib-resnet-v1"]["differential"]["worst"]["false_matches"] == 121
    assert listed["dlib-resnet-v1"]["calibration"]["name"] == "dlib-resnet-v1-lfw-fmr/1"


def test_a_machine_without_internet_takes_its_files_from_another(
    candid: Told, directory: Path, tmp_path: Path
) -> None:
    code, told = candid(
        "install", "dlib-resnet-v1", "--from", str(MODELS), ENGINE__MODELS_DIR=str(tmp_path)
    )
    wrong = candid(
        "install",
        "dlib-resnet-v1",
        "--from",
        str(directory / "blazeface-full-range.onnx"),
        ENGINE__MODELS_DIR=str(directory),
    )

    assert code == 0, told
    assert "dlib-resnet-v1 is installed" in told
    assert (tmp_path / "dlib-resnet-v1.onnx").is_file()
    assert (wrong[0], "is not the file of dlib-resnet-v1" in wrong[1]) == (2, True)


def test_what_may_not_be_installed_is_told(candid: Told) -> None:
    for name, why in (("facenet", "not offered"), ("arcface-w600k-r50", "--accept-licence")):
        code, told = candid("install", name)
        assert (code, why in told) == (2, True), told


def test_a_file_is_checked_and_its_settings_are_printed(candid: Told, tmp_path: Path) -> None:
    own = network(tmp_path / "County Net 2.onnx")

    code, told = candid("check", str(own), "--color-order", "BGR", "--mean", "0")

    assert code in {0, 1}, told  # random numbers may tell the samples apart, and may not
    assert f"CANDID_ENGINE__MODEL_PATH={own}" in told
    assert "CANDID_ENGINE__MODEL_NAME=County-Net-2" in told
    assert "CANDID_ENGINE__MODEL_COLOR_ORDER=BGR" in told
    assert "CANDID_ENGINE__MODEL_MEAN=0.0" in told
    assert "64 numbers, 128 bytes a face" in told


def test_the_pixels_of_a_file_that_is_known_are_the_registrys(
    candid: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = network(tmp_path / "own.onnx")
    sface = replace(REGISTRY["sface"], sha256=hash_of(own))
    asked = ("--mean", "0", "--scale", "1")  # what the registry says of sface
    as_asked = candid("check", str(own), *asked)[1]

    monkeypatch.setattr(registry, "REGISTRY", {**REGISTRY, "sface": sface})
    told = candid("check", str(own))[1]

    assert version(told) == version(as_asked)
    assert "CANDID_ENGINE__MODEL=sface" in told


def version(told: str) -> str:
    line = next(line for line in told.splitlines() if line.startswith("Model:"))
    return line.rpartition("/")[2]


def test_the_model_in_use_is_checked_without_a_name(candid: Told) -> None:
    code, told = candid("check")

    assert code == 0, told
    assert "told apart" in told
    assert "faces a second" in told


def test_a_file_that_is_no_network_is_told(candid: Told, tmp_path: Path) -> None:
    (tmp_path / "own.onnx").write_bytes(b"no network")

    code, told = candid("check", str(tmp_path / "own.onnx"))

    assert (code, "cannot be loaded" in told) == (2, True)


def test_going_to_a_model_is_a_matter_of_settings(candid: Told, tmp_path: Path) -> None:
    served = {
        "ENGINE__MODEL_PATH": str(network(tmp_path / "own.onnx")),
        "ENGINE__MODEL_NAME": "county-net",
        "ENGINE__MODEL_MEAN": "0",
    }

    code, told = candid("use", "dlib-resnet-v1", **served)

    assert code == 0, told
    assert "CANDID_ENGINE__MODEL=dlib-resnet-v1" in told
    assert "CANDID_ENGINE__NEXT__MODEL=dlib-resnet-v1" in told
    assert "candid model switch" in told
    for part in ("PATH", "NAME", "MEAN"):
        assert told.count(f"CANDID_ENGINE__MODEL_{part}") == 2, told


def test_what_a_model_runs_on_goes_with_it(candid: Told) -> None:
    install_models(MODELS, print)

    code, told = candid(
        "use",
        "dlib-resnet-v1",
        ENGINE__MODEL="sface",
        ENGINE__PROVIDER="CUDA",
        ENGINE__MODELS_DIR=str(MODELS),
    )

    assert code == 0, told
    assert "CANDID_ENGINE__NEXT__PROVIDER=CUDA" in told
    assert told.count(" CANDID_ENGINE__PROVIDER=CUDA") == 2
    assert "Move every CANDID_ENGINE__NEXT__X to CANDID_ENGINE__X" in told


def test_a_directory_that_cannot_be_used_is_told_in_one_line(candid: Told, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    code, told = candid("install", ENGINE__MODELS_DIR=str(tmp_path / "file" / "models"))

    assert (code, "file/models cannot be used: Not a directory" in told) == (2, True), told


def test_a_file_that_is_known_is_fed_as_the_registry_says(candid: Told, tmp_path: Path) -> None:
    install_models(MODELS, print)
    own = shutil.copyfile(MODELS / "dlib-resnet-v1.onnx", tmp_path / "own.onnx")

    code, told = candid("check", str(own), "--mean", "0")

    assert code == 0, told
    assert "Model:     dlib-resnet-v1+" in told
    assert "MODEL_PATH" not in told


def test_a_model_that_is_not_here_is_not_gone_to(candid: Told) -> None:
    code, told = candid("use", "sface")

    assert (code, "candid models install sface" in told) == (2, True)

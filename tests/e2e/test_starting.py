"""What is wrong is said in one clear line, with exit code 2 and nothing left running."""

import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.commands import Command, ended
from tests.e2e.processes import eventually, of_directory
from tests.kept import MODELS
from tests.live import free_port

TOLD_BEFORE = ("Authentication is off", '"sandbox_isolated"')
"""What is said of a start that goes well so far."""


def assert_one_line(said: subprocess.CompletedProcess[str], *words: str) -> None:
    written = said.stderr.splitlines()
    lines = [line for line in written if not any(one in line for one in TOLD_BEFORE)]
    assert said.returncode == 2, said.stderr
    assert len(lines) == 1, said.stderr
    assert lines[0].startswith("candid: ")
    assert [word for word in words if word not in lines[0]] == [], lines[0]


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with taken_port() as port:
        said = ended("serve", DATA_DIR=str(tmp_path), PORT=str(port))

    assert_one_line(said, str(port), "CANDID_PORT")
    assert not of_directory(tmp_path)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_data_directory_that_cannot_be_used_is_named(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_bytes(b"")

    said = ended(command, DATA_DIR=str(tmp_path / "file" / "data"), PORT=str(free_port()))

    assert said.returncode == 2
    assert str(tmp_path / "file") in said.stderr
    assert "Traceback" not in said.stderr


def test_missing_models_are_told_with_the_command_that_fetches_them(tmp_path: Path) -> None:
    said = ended(
        "serve",
        DATA_DIR=str(tmp_path / "data"),
        PORT=str(free_port()),
        ENGINE__MODELS_DIR=str(tmp_path / "nowhere"),
    )

    assert_one_line(said, str(tmp_path / "nowhere"), "candid models install")
    assert eventually(lambda: of_directory(tmp_path) == [])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ENGINE__MODEL": "nonsense"}, ("CANDID_ENGINE__MODEL: nonsense", "sface")),
        ({"ENGINE__MODEL": "sface"}, ("sface.onnx", "candid models install sface")),
        ({"ENGINE__PROVIDER": "CUDA"}, ("CANDID_ENGINE__PROVIDER", "onnxruntime-gpu")),
    ],
)
def test_a_model_or_a_provider_that_is_not_there_is_named(
    tmp_path: Path, settings: Mapping[str, str], words: tuple[str, ...]
) -> None:
    shutil.copytree(MODELS, tmp_path / "models")

    said = ended(
        "serve",
        DATA_DIR=str(tmp_path / "data"),
        PORT=str(free_port()),
        ENGINE__MODELS_DIR=str(tmp_path / "models"),
        **settings,
    )

    assert_one_line(said, *words)
    assert not of_directory(tmp_path)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"DATABSE_URL": "x"}, ["CANDID_DATABSE_URL", "CANDID_DATABASE_URL"]),
        ({"JMS__PAHT": "x"}, ["CANDID_JMS", "PAHT", "PATH"]),
        ({"JMS__PATH": "x", "JMS__BASE_URL": "http://127.0.0.1"}, ["CANDID_JMS", "contradictory"]),
        ({"PORT": "eighty"}, ["CANDID_PORT"]),
        ({"SECRET": "short"}, ["CANDID_SECRET"]),
        ({"TIME_ZONE": "Mars/Olympus"}, ["CANDID_TIME_ZONE", "Mars/Olympus"]),
        ({"ENGINE__KIND": "magic"}, ["CANDID_ENGINE", "magic"]),
    ],
)
def test_a_wrong_setting_is_named(
    tmp_path: Path, settings: dict[str, str], words: list[str]
) -> None:
    said = ended("serve", DATA_DIR=str(tmp_path), **settings)

    assert_one_line(said, *words)
    assert "short" not in said.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://candid:secret-word@127.0.0.1:1/candid",
        "postgresql://candid:secret-word@no-such-host.invalid/candid",
        "mysql://candid:secret-word@127.0.0.1/candid",
        "not an address secret-word",
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    tmp_path: Path, url: str
) -> None:
    said = ended("serve", DATA_DIR=str(tmp_path), PORT=str(free_port()), DATABASE_URL=url)

    assert_one_line(said, "CANDID_DATABASE_URL")
    assert "secret-word" not in said.stderr


def test_a_bookings_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    bookings = tmp_path / "nowhere" / "bookings.csv"

    said = ended(
        "serve", DATA_DIR=str(tmp_path / "data"), PORT=str(free_port()), JMS__PATH=str(bookings)
    )

    assert_one_line(said, str(bookings))
    assert eventually(lambda: of_directory(tmp_path) == [])


def test_a_demo_that_cannot_go_on_says_why_in_one_line(
    tmp_path: Path, portraits: Mapping[str, Path]
) -> None:
    people = tmp_path / "people" / "ann"
    people.mkdir(parents=True)
    (people / "1.jpg").write_bytes(portraits["DEMO-0001"].read_bytes())
    (people / "2.jpg").write_bytes(b"no photo")  # the last one is the probe

    command = Command.started("demo", "--photos", str(people.parent), data_dir=tmp_path / "data")
    code, _, err = command.end()

    assert code == 2
    assert "Traceback" not in err
    assert "ExceptionGroup" not in err
    assert err.splitlines()[-1].startswith("candid: ")
    assert "unsupported_photo" in err
    assert eventually(lambda: of_directory(tmp_path) == [])

"""Files that are there whole or not at all, and what is no file but a way to somewhere."""

import os
import stat
from pathlib import Path

import pytest

from app.cli.console import CommandError
from app.cli.writing import try_whole, write_whole


def test_that_a_file_could_be_written_is_found_out_and_leaves_nothing(tmp_path: Path) -> None:
    there, pipe = tmp_path / "there.json", tmp_path / "pipe"
    there.write_text("older")
    os.mkfifo(pipe)

    for path in (there, tmp_path / "new.json", pipe):
        try_whole(path)

    assert there.read_text() == "older"
    assert sorted(tmp_path.iterdir()) == [pipe, there]


@pytest.mark.parametrize(
    ("name", "told"), [(".", "Is a directory"), ("gone/new.json", "No such file or directory")]
)
def test_what_could_not_be_written_is_told_before(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        try_whole(tmp_path / name)


def test_what_a_link_names_is_written_and_the_link_stays(tmp_path: Path) -> None:
    link, file = tmp_path / "link.json", tmp_path / "file.json"
    link.symlink_to(file)

    write_whole(link, "new")

    assert link.is_symlink()
    assert file.read_text() == "new"


def test_what_is_no_file_is_written_into_and_stays_what_it_is() -> None:
    before = Path("/dev/null").stat()

    write_whole(Path("/dev/null"), "told to nobody")

    assert stat.S_ISCHR(before.st_mode)
    assert Path("/dev/null").stat().st_ino == before.st_ino

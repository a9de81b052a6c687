"""Data keys in a file: what is on the disk, who may read it, and what a kill leaves."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from adapters.data_keys.file import FileDataKeys, opened_file_data_keys
from adapters.key_wrapping import EncryptionKeys, KeyFile
from app.domain.errors import DataKeysMisconfiguredError
from tests.key_stores import encryption_keys
from tests.live import ROOT

FACES = [f"face/bookings/f-{number:03}" for number in range(200)]
WINDOW = 16
"""Bytes of a wrapped key that nothing else has."""


def wrapped_in(path: Path) -> set[bytes]:
    """Return what is wrapped in the store: every page, as it is written."""
    with sqlite3.connect(path) as connection:
        found = {bytes(row[0]) for row in connection.execute("SELECT sealed FROM pages")}
    connection.close()
    return found


def remnants(pages: set[bytes], directory: Path) -> int:
    """Count pieces of these pages in all files of a directory."""
    written = b"".join(file.read_bytes() for file in directory.rglob("*") if file.is_file())
    pieces = (page[at : at + WINDOW] for page in pages for at in range(0, len(page) - WINDOW, 16))
    return sum(piece in written for piece in pieces)


async def test_a_destroyed_key_leaves_no_byte_of_it_in_any_file(tmp_path: Path) -> None:
    path, gone = tmp_path / "store" / "keys.db", set[bytes]()
    async with opened_file_data_keys(path, encryption_keys()) as keys:
        await keys.made(FACES)
        for at in range(0, 190, 19):
            before = wrapped_in(path)
            await keys.destroy(FACES[at : at + 7])
            await keys.made([f"face/bookings/new-{at}"])
            gone |= before - wrapped_in(path)
        assert remnants(wrapped_in(path), path.parent) > 0

        assert len(gone) > 10
        assert remnants(gone, path.parent) == 0
        await keys.destroy(list(await keys.all_of("")))
        assert b"face/" not in path.read_bytes()


async def test_a_rotation_leaves_nothing_that_the_old_wrapping_key_opens(tmp_path: Path) -> None:
    path = tmp_path / "store" / "keys.db"
    async with opened_file_data_keys(path, encryption_keys()) as keys:
        made = await keys.made(FACES)
        before = wrapped_in(path)

        await keys.wrapping.add_generation()
        assert sum([done async for done in keys.wrapping.rewrap()]) == len(FACES)
        assert await keys.wrapping.retire() == [1]

        assert remnants(before, path.parent) == 0
        assert await keys.all_of("face/") == made


async def test_only_the_services_user_may_read_it(tmp_path: Path) -> None:
    directory = tmp_path / "data-keys"
    key_file = tmp_path / "data" / "key-encryption-key"

    keys = EncryptionKeys(KeyFile(key_file))
    async with opened_file_data_keys(directory / "keys.db", keys) as store:
        await store.made(FACES)

        assert directory.stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o777 for file in directory.iterdir()} == {0o600}
        assert key_file.stat().st_mode & 0o777 == 0o600


def maker_of(path: Path, key_file: Path, name: str) -> "subprocess.Popen[str]":
    program = [sys.executable, "-m", "tests.data_keys.maker", str(path), str(key_file), name]
    return subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours


def printed(process: "subprocess.Popen[str]", lines: int) -> Iterator[tuple[str, bytes]]:
    assert process.stdout is not None
    for _ in range(lines):
        name, key = process.stdout.readline().split()
        yield name, bytes.fromhex(key)


async def test_what_several_processes_made_is_there_after_all_were_killed(tmp_path: Path) -> None:
    path, key_file = tmp_path / "store" / "keys.db", tmp_path / "key-encryption-key"
    told = dict[str, bytes]()
    with ExitStack() as stack:
        makers = [stack.enter_context(maker_of(path, key_file, name)) for name in ("a", "b", "c")]
        for maker in makers:
            told.update(printed(maker, 50))
        for maker in makers:
            maker.kill()

    async with opened_file_data_keys(path, EncryptionKeys(KeyFile(key_file))) as keys:
        kept = await keys.all_of("face/")
        assert {name: kept[name] for name in told} == told
        assert await keys.made(FACES)


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    async with opened_file_data_keys(tmp_path / "keys.db", KEYS) as keys:
        await keys.made(FACES)
    return tmp_path / "keys.db"


KEYS = encryption_keys()


async def opened(path: Path) -> FileDataKeys:
    async with opened_file_data_keys(path, KEYS) as keys:
        await keys.all_of("")
        return keys


def change_a_byte(store: Path) -> None:
    content = bytearray(store.read_bytes())
    page = next(iter(wrapped_in(store)))
    content[content.index(page[-WINDOW:])] ^= 1
    store.write_bytes(content)


def replace_by_copy(store: Path) -> None:
    copy = store.with_name("copy")
    copy.write_bytes(store.read_bytes())
    copy.rename(store)


async def test_a_byte_that_was_changed_is_found(store: Path) -> None:
    change_a_byte(store)

    with pytest.raises(DataKeysMisconfiguredError, match="not what was written"):
        await opened(store)


async def test_a_file_that_is_no_store_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    path.write_bytes(b"these are my notes" * 1000)

    with pytest.raises(DataKeysMisconfiguredError, match=r"keys\.db, is damaged"):
        await opened(path)

    assert path.read_bytes() == b"these are my notes" * 1000


async def test_a_store_of_a_newer_version_is_left_alone(store: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()

    with pytest.raises(DataKeysMisconfiguredError, match="newer version"):
        await opened(store)


async def test_a_store_replaced_while_it_is_used_takes_no_more_keys(store: Path) -> None:
    async with opened_file_data_keys(store, KEYS) as keys:
        replace_by_copy(store)

        with pytest.raises(DataKeysMisconfiguredError, match="replaced while it was in use"):
            await keys.made(["face/bookings/lost"])


async def test_a_store_written_over_by_an_older_copy_is_refused(store: Path) -> None:
    copy = store.with_name("copy.db")
    shutil.copyfile(store, copy)
    async with opened_file_data_keys(store, KEYS) as keys:
        await keys.destroy(FACES[:1])
        shutil.copyfile(copy, store)  # the same file to the system, with other content

        for use in (keys.of(FACES), keys.made(["face/bookings/new"]), keys.ping()):
            with pytest.raises(DataKeysMisconfiguredError, match="restart every process"):
                await use

    async with opened_file_data_keys(store, KEYS) as keys:
        assert set(await keys.of(FACES)) == set(FACES)


async def test_an_index_that_names_what_no_page_has_is_damage(store: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("INSERT INTO names VALUES ('face/bookings/lost', 1)")
        connection.execute("INSERT INTO names VALUES ('face/bookings/nowhere', 999)")
    connection.close()

    async with opened_file_data_keys(store, KEYS) as keys:
        for name in ("face/bookings/lost", "face/bookings/nowhere"):
            with pytest.raises(DataKeysMisconfiguredError, match="damaged"):
                await keys.of([name])


async def test_a_lost_wrapping_key_is_told(store: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE pages SET generation = 7")
    connection.close()

    with pytest.raises(DataKeysMisconfiguredError, match="a wrapping key that is not there"):
        await opened(store)


async def test_no_new_wrapping_key_is_made_beside_data_keys_that_lost_theirs(store: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("DELETE FROM wrapping_keys")
    connection.close()

    with pytest.raises(DataKeysMisconfiguredError, match="lost every wrapping key"):
        await opened(store)


async def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DataKeysMisconfiguredError, match=r"keys\.db"):
        await opened(tmp_path / "file" / "keys.db")

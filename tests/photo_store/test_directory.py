import itertools
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.photo_store.directory import DirectoryPhotoStore
from app.domain.errors import PhotoStoreUnavailableError
from tests.contract.test_photo_store import HOSTILE_KEYS

WRITER = """
import anyio, pathlib, sys
from adapters.photo_store.directory import DirectoryPhotoStore

async def write():
    store = DirectoryPhotoStore(pathlib.Path(sys.argv[1]))
    for number in range(100_000):
        await store.put(f"{sys.argv[2]}-{number:06}", bytes([number % 251]) * 400_000)

print("ready", flush=True)
anyio.run(write)
"""


def run(*command: str) -> bool:
    return not subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603 -- our own words


def names_below(directory: Path) -> list[str]:
    return [path.name for path in directory.rglob("*")]


def add_foreign_files(root: Path) -> None:
    for drawer in root.iterdir():
        for name in (".DS_Store", "p-not base32", "p-1", "photo.jpg"):
            (drawer / name).write_bytes(b"")


def kill_a_writer(root: Path, turn: int) -> None:
    command = [sys.executable, "-c", WRITER, str(root), str(turn)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:  # noqa: S603 -- our own words
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.03 + turn * 0.02)
        writer.kill()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if shutil.which("mount") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can make a small disk, on a system that has mount")
    if not run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)):
        pytest.skip("this system lets nobody mount a small disk")
    try:
        yield disk
    finally:
        run("umount", "-l", str(disk))


async def test_a_full_disk_is_said_and_what_was_stored_stays(small_disk: Path) -> None:
    store = DirectoryPhotoStore(small_disk / "photos")
    await store.put("first", b"f" * 200_000)

    with pytest.raises(PhotoStoreUnavailableError, match="disk is full"):
        await store.put("second", b"s" * 600_000)

    assert await store.get("first") == b"f" * 200_000
    assert await store.get("second") is None
    await store.put("third", b"t" * 200_000)
    assert (await store.list(None)).items == ("first", "third")


async def test_a_disk_mounted_read_only_is_said(small_disk: Path) -> None:
    store = DirectoryPhotoStore(small_disk / "photos")
    await store.prepare()
    assert run("mount", "-o", "remount,ro", str(small_disk))

    with pytest.raises(PhotoStoreUnavailableError, match="read-only"):
        await store.ping()


async def test_a_root_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "photos").write_bytes(b"")

    with pytest.raises(PhotoStoreUnavailableError):
        await DirectoryPhotoStore(tmp_path / "photos").put("key", b"photo")


async def test_putting_again_replaces(tmp_path: Path) -> None:
    store = DirectoryPhotoStore(tmp_path)

    await store.put("key", b"first")
    await store.put("key", b"second")

    assert await store.get("key") == b"second"
    assert (await store.list(None)).items == ("key",)


@pytest.mark.parametrize("hostile", HOSTILE_KEYS)
async def test_a_hostile_key_is_kept_like_any_other(hostile: str, tmp_path: Path) -> None:
    store = DirectoryPhotoStore(tmp_path)

    await store.put(hostile, b"photo")

    assert await store.get(hostile) == b"photo"
    assert (await store.list(None)).items == (hostile,)


async def test_nobody_else_may_read_the_photos(tmp_path: Path) -> None:
    root = tmp_path / "photos"
    await DirectoryPhotoStore(root).put("k" * 400, b"photo")

    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob("*")]}
    assert modes == {True: 0o700, False: 0o600}


async def test_a_deleted_long_key_leaves_no_trace(tmp_path: Path) -> None:
    store = DirectoryPhotoStore(tmp_path)
    await store.put("k" * 600, b"photo")
    await store.put("k" * 600 + "2", b"photo")

    await store.delete("k" * 600)
    await store.delete("k" * 600 + "2")

    assert not [name for name in names_below(tmp_path) if name.startswith(("d-", "p-"))]


async def test_files_of_others_are_not_listed(tmp_path: Path) -> None:
    store = DirectoryPhotoStore(tmp_path)
    await store.put("key", b"photo")
    add_foreign_files(tmp_path)

    assert (await store.list(None)).items == ("key",)


async def test_ten_thousand_strange_files_hide_no_photo_and_break_no_listing(
    tmp_path: Path,
) -> None:
    store = DirectoryPhotoStore(tmp_path)
    for key in ("A1", "B2"):
        await store.put(key, b"photo")
    drawer = tmp_path / "00"
    drawer.mkdir(exist_ok=True)
    for number in range(10_001):
        for sorted_before_or_after in "!~":
            (drawer / f"p-{sorted_before_or_after}{number}").touch()
    for name in ("p-\xfc", "d-no directory", os.fsdecode(b"p-\xff")):
        (drawer / name).touch()

    page = await store.list(None)
    after = await store.list(page.next)

    assert page.items == ("A1", "B2")
    assert (after.items, after.next) == ((), None)


async def test_leftovers_of_a_killed_writer_go_but_not_a_living_ones_file(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    store = DirectoryPhotoStore(tmp_path)
    await store.prepare()
    (tmp_path / "unfinished/dead").write_bytes(b"half a ph")
    with (tmp_path / "unfinished/alive").open("wb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)

        await store.prepare()

        assert [path.name for path in (tmp_path / "unfinished").iterdir()] == ["alive"]


async def test_writers_killed_at_any_moment_leave_only_whole_photos(tmp_path: Path) -> None:
    store = DirectoryPhotoStore(tmp_path)
    for turn in itertools.count():
        if turn >= 8 and (await store.list(None)).items:
            break
        kill_a_writer(tmp_path, turn)

    await store.prepare()
    keys = (await store.list(None)).items
    for key in keys:
        assert await store.get(key) == bytes([int(key[2:]) % 251]) * 400_000
    assert keys
    assert not list((tmp_path / "unfinished").iterdir())

"""Photos in a folder: its own rules, beside what every source promises."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.photo_source.folder import FolderPhotoSource
from adapters.photo_source.walk import MOST_LEVELS
from app.domain.errors import (
    PhotoMissingError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.domain.imports import ItemReason, NewItem
from tests.photo_source.files import fill

needs_permissions = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="everything may be read by this user"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "photos"
    root.mkdir()
    return root


def fill_bytes(root: Path, *names: bytes) -> None:
    for name in names:
        os.close(os.open(os.path.join(os.fsencode(root), name), os.O_CREAT))  # noqa: PTH118 - bytes


def take_away(root: Path) -> Path:
    return root.rename(root.with_name("aside"))


def leave_the_mount_point(root: Path) -> None:
    root.mkdir()


def bring_back(root: Path, aside: Path) -> None:
    root.rmdir()
    aside.rename(root)


async def listed(
    root: Path, pattern: str | None = None, since: datetime | None = None
) -> Sequence[NewItem]:
    source = await FolderPhotoSource.opened(root, pattern, since)
    return (await source.page(None)).items


async def test_files_come_in_the_bytewise_order_of_their_paths(root: Path) -> None:
    paths = ["b.jpg", "a/2.jpg", "a/10.jpg", "a.jpg", "a-1.jpg", "B.jpg", "ü.jpg", "a/b/c.jpg"]
    fill(root, *paths)

    found = [item.location for item in await listed(root)]

    assert found == sorted(paths, key=os.fsencode)


async def test_what_is_no_photo_is_listed_and_what_programs_left_is_not(root: Path) -> None:
    fill(root, "A1.jpg", "A1.pdf", "notes", "Thumbs.db", ".hidden.jpg", ".cache/x.jpg", "A1.xmp")

    items = {item.location: item.reason for item in await listed(root)}

    assert items == {
        "A1.jpg": None,
        "A1.pdf": ItemReason.ENTRY_UNUSABLE,
        "notes": ItemReason.ENTRY_UNUSABLE,
    }


async def test_a_link_that_leads_out_is_listed_and_never_followed(
    root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "secret.jpg"
    outside.write_bytes(b"secret")
    fill(root, "real.jpg", "sub/x.jpg")
    (root / "out.jpg").symlink_to(outside)
    (root / "up").symlink_to(tmp_path)
    (root / "in.jpg").symlink_to(root / "real.jpg")
    (root / "loop").symlink_to(root)
    (root / "itself.jpg").symlink_to(root / "itself.jpg")
    source = await FolderPhotoSource.opened(root, None)

    items = {item.location: item for item in (await source.page(None)).items}

    assert {name for name, item in items.items() if item.reason} == {"out.jpg", "up", "loop"}
    assert "leads out of the folder" in (items["out.jpg"].detail or "")
    assert await source.photo("in.jpg") == b"photo"
    for location in ("out.jpg", "up/secret.jpg", "../secret.jpg", str(outside), "itself.jpg"):
        with pytest.raises(PhotoMissingError):
            await source.photo(location)


async def test_a_pipe_is_listed_and_nobody_waits_for_it(root: Path) -> None:
    fill(root, "A1.jpg")
    os.mkfifo(root / "pipe.jpg")
    source = await FolderPhotoSource.opened(root, None)

    items = {item.location: item.reason for item in (await source.page(None)).items}

    assert items == {"A1.jpg": None, "pipe.jpg": ItemReason.ENTRY_UNUSABLE}
    with pytest.raises(PhotoMissingError):
        await source.photo("pipe.jpg")


async def test_a_directory_is_no_photo(root: Path) -> None:
    fill(root, "odd.jpg/A1.jpg")
    source = await FolderPhotoSource.opened(root, None)

    assert [item.location for item in (await source.page(None)).items] == ["odd.jpg/A1.jpg"]
    with pytest.raises(PhotoMissingError):
        await source.photo("odd.jpg")


async def test_a_name_that_is_not_utf_8_is_listed_so_that_it_can_be_kept(root: Path) -> None:
    fill_bytes(root, b"M\xfcller.jpg")

    (item,) = await listed(root)

    assert item.reason is ItemReason.ENTRY_UNUSABLE
    assert item.location == "M\\udcfcller.jpg"


async def test_a_cursor_can_be_kept_whatever_the_name(root: Path) -> None:
    fill_bytes(root, b"M\xfcller 1.jpg", b"a\nb.jpg", b"100%.jpg")
    cursor, places = None, list[str]()
    for _ in range(3):
        source = await FolderPhotoSource.opened(root, None, page_size=1)
        page = await source.page(cursor)
        places += [item.location for item in page.items]
        cursor = page.next
        assert cursor is None or cursor.isascii()

    assert places == ["100%.jpg", "M\\udcfcller 1.jpg", "a\nb.jpg"]


async def test_directories_too_deep_are_listed(root: Path) -> None:
    deep = root.joinpath(*(["d"] * (MOST_LEVELS + 5)))
    deep.mkdir(parents=True)
    (deep / "A1.jpg").write_bytes(b"photo")

    (item,) = await listed(root)

    assert item.reason is ItemReason.ENTRY_UNUSABLE
    assert "too deep" in (item.detail or "")


@needs_permissions
async def test_a_directory_that_may_not_be_read_is_listed_once(root: Path) -> None:
    fill(root, "a/1.jpg", "b/2.jpg", "c/3.jpg")
    (root / "b").chmod(0)
    found, cursor = list[str](), None
    for _ in range(4):
        source = await FolderPhotoSource.opened(root, None, page_size=1)
        page = await source.page(cursor)
        found += [item.location for item in page.items]
        cursor = page.next
    (root / "b").chmod(0o700)

    assert found == ["a/1.jpg", "b", "c/3.jpg"]
    assert cursor is None


@needs_permissions
async def test_a_photo_that_may_not_be_read_may_be_tried_again(root: Path) -> None:
    fill(root, "A1.jpg")
    (root / "A1.jpg").chmod(0)
    source = await FolderPhotoSource.opened(root, None)

    with pytest.raises(SourceUnavailableError, match="Permission denied"):
        await source.photo("A1.jpg")


async def test_many_old_files_do_not_make_a_page_endless(root: Path) -> None:
    fill(root, *(f"{number:03}.jpg" for number in range(100)))
    new = datetime.now(UTC) + timedelta(days=1)
    os.utime(root / "077.jpg", (new.timestamp(), new.timestamp()))
    source = await FolderPhotoSource.opened(root, None, new, page_size=2)
    pages = [await source.page(None)]
    while (cursor := pages[-1].next) is not None:
        pages.append(await source.page(cursor))

    assert [item.location for page in pages for item in page.items] == ["077.jpg"]
    assert len(pages) > 4


async def test_a_share_that_is_away_makes_no_photo_missing(root: Path) -> None:
    fill(root, "A1.jpg", "A2.jpg")
    source = await FolderPhotoSource.opened(root, None, page_size=1)
    page = await source.page(None)
    aside = take_away(root)

    with pytest.raises(SourceUnavailableError):
        await source.photo("A1.jpg")
    leave_the_mount_point(root)
    with pytest.raises(SourceUnavailableError, match="is empty"):
        await source.photo("A1.jpg")
    bring_back(root, aside)

    assert await source.photo("A1.jpg") == b"photo"
    assert len((await source.page(page.next)).items) == 1


async def test_an_empty_folder_is_most_likely_a_share_that_is_away(root: Path) -> None:
    with pytest.raises(SourceUnavailableError, match="is the share that it belongs to connected"):
        await FolderPhotoSource.opened(root, None)


@pytest.mark.parametrize(("name", "told"), [("none", "does not exist"), ("file", "no directory")])
async def test_what_is_no_folder_is_refused(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(SourceUnusableError, match=told):
        await FolderPhotoSource.opened(tmp_path / name, None)

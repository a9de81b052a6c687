"""Photos in a ZIP file: its own rules, beside what every source promises."""

import struct
import tracemalloc
import warnings
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio
import pytest

from adapters.photo_source.zip import ZipPhotoSource
from app.domain.errors import PhotoTooLargeError, PhotoUnreadableError, SourceUnusableError
from app.domain.imports import ItemReason, NewItem
from app.domain.photo import View

DENVER = ZoneInfo("America/Denver")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "photos.zip"


def pack(path: Path, *names: str, content: bytes = b"photo", method: int = 0) -> None:
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of names that are there twice
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, (2026, 5, 17, 14, 30, 0)), content, method)


def change(path: Path, old: bytes, new: bytes, *, last: bool = False) -> None:
    content = path.read_bytes()
    place = content.rindex(old) if last else content.index(old)
    path.write_bytes(content[:place] + new + content[place + len(old) :])


async def listed(
    path: Path, pattern: str | None = None, since: datetime | None = None
) -> Sequence[NewItem]:
    async with ZipPhotoSource.opened(path, pattern, since, DENVER) as source:
        return (await source.page(None)).items


async def test_members_keep_their_order_and_directories_are_none(path: Path) -> None:
    pack(path, "z/", "z/B.jpg", "z/A.jpg", "__MACOSX/z/._B.jpg", "notes.pdf", "Thumbs.db")

    items = [(item.location, item.reason) for item in await listed(path)]

    assert items == [
        ("z/B.jpg", None),
        ("z/A.jpg", None),
        ("notes.pdf", ItemReason.ENTRY_UNUSABLE),
    ]


async def test_a_pattern_reads_the_names_of_windows_too(path: Path) -> None:
    pack(path, "drawer\\A1-L.jpg", "drawer/A2-F.jpg")

    items = [(item.external_image_id, item.view) for item in await listed(path, "*/{id}-{view}")]

    assert items == [("A1", View.LEFT), ("A2", View.FRONT)]


@pytest.mark.parametrize("name", ["../../up.jpg", "/etc/up.jpg", "c:\\up.jpg"])
async def test_a_name_that_leads_away_leads_nowhere(path: Path, name: str) -> None:
    pack(path, name)
    async with ZipPhotoSource.opened(path, None, None, UTC) as source:
        (item,) = (await source.page(None)).items

        assert item.external_image_id == "up"
        assert await source.photo(item.location) == b"photo"


async def test_an_encrypted_member_is_listed_with_its_reason(path: Path) -> None:
    pack(path, "A1.jpg")
    change(path, b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\1\0")
    async with ZipPhotoSource.opened(path, None, None, UTC) as source:
        (item,) = (await source.page(None)).items

        assert item.reason is ItemReason.ENTRY_UNUSABLE
        assert "encrypted" in (item.detail or "")
        with pytest.raises(PhotoUnreadableError):
            await source.photo("A1.jpg")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
async def test_compression_that_cannot_be_read_in_pieces_is_refused(
    path: Path, method: int
) -> None:
    pack(path, "A1.jpg", method=method)
    async with ZipPhotoSource.opened(path, None, None, UTC) as source:
        (item,) = (await source.page(None)).items

        assert item.reason is ItemReason.ENTRY_UNUSABLE
        with pytest.raises(PhotoUnreadableError):
            await source.photo("A1.jpg")


async def test_a_damaged_member_costs_only_itself(path: Path) -> None:
    pack(path, "A1.jpg", content=b"first photo")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("A2.jpg", b"second photo")
    change(path, b"first photo", b"worst photo")
    async with ZipPhotoSource.opened(path, None, None, UTC) as source:
        with pytest.raises(PhotoUnreadableError):
            await source.photo("A1.jpg")

        assert await source.photo("A2.jpg") == b"second photo"


async def test_a_bomb_is_not_unpacked_whatever_its_directory_says(path: Path) -> None:
    size = 300_000_000
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("A1.jpg", "w") as f,
    ):
        for _ in range(300):
            f.write(bytes(size // 300))
    tracemalloc.start()
    async with ZipPhotoSource.opened(path, None, None, UTC) as source:
        with pytest.raises(PhotoTooLargeError):
            await source.photo("A1.jpg")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 100_000_000


async def test_a_size_that_the_directory_makes_up_is_not_believed(path: Path) -> None:
    pack(path, "A1.jpg", content=bytes(30_000_000), method=zipfile.ZIP_DEFLATED)
    change(path, struct.pack("<I", 30_000_000), struct.pack("<I", 10), last=True)
    async with ZipPhotoSource.opened(path, None, None, UTC) as source:
        with pytest.raises(PhotoUnreadableError):
            await source.photo("A1.jpg")


async def test_times_are_those_of_the_time_zone(path: Path) -> None:
    pack(path, "A1.jpg")

    assert await listed(path, since=datetime(2026, 5, 17, 20, 30, tzinfo=UTC))
    assert not await listed(path, since=datetime(2026, 5, 17, 20, 31, tzinfo=UTC))


async def test_a_zip_that_was_exchanged_is_noticed(path: Path) -> None:
    pack(path, "A1.jpg", "A2.jpg", "A3.jpg")
    async with ZipPhotoSource.opened(path, None, None, UTC, page_size=2) as source:
        cursor = (await source.page(None)).next
    pack(path, "A0.jpg", "A1.jpg", "A2.jpg", "A3.jpg")

    async with ZipPhotoSource.opened(path, None, None, UTC) as source:
        with pytest.raises(SourceUnusableError, match="another one"):
            await source.page(cursor)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "no ZIP file"), (b"PK\x03\x04 cut short", "no ZIP file"), (b"x" * 99, "no ZIP file")],
)
def test_what_is_no_zip_is_refused(path: Path, content: bytes, told: str) -> None:
    path.write_bytes(content)

    with pytest.raises(SourceUnusableError, match=told):
        anyio.run(listed, path)


async def test_a_path_with_nothing_there_is_refused(path: Path) -> None:
    with pytest.raises(SourceUnusableError, match="does not exist"):
        await listed(path)


async def test_a_directory_is_no_zip(tmp_path: Path) -> None:
    with pytest.raises(SourceUnusableError, match="is a directory"):
        await listed(tmp_path)

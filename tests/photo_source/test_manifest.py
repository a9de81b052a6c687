"""Photos of a manifest: its own rules, beside what every source promises."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.photo_source.manifest import Allowed, ManifestPhotoSource
from adapters.photo_source.manifest_file import LONGEST_LINE
from app.domain.encoded_ids import encoded_id
from app.domain.errors import (
    PhotoMissingError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.domain.imports import ItemReason, ItemStatus, NewItem
from app.domain.photo import View

DENVER = ZoneInfo("America/Denver")
HERE_ONLY = Allowed(())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").write_bytes(b"first photo")
    return tmp_path / "manifest.csv"


def write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def take_away(path: Path) -> None:
    path.unlink()


async def opened(
    path: Path, content: str | bytes, since: datetime | None = None, page_size: int = 1000
) -> ManifestPhotoSource:
    write(path, content)
    return await ManifestPhotoSource.opened(path, HERE_ONLY, since, DENVER, page_size=page_size)


async def listed(
    path: Path, content: str | bytes, since: datetime | None = None
) -> Sequence[NewItem]:
    return (await (await opened(path, content, since)).page(None)).items


async def test_all_columns_are_read_whatever_their_spelling(path: Path) -> None:
    (item,) = await listed(
        path,
        "Booking Number;View;Taken At;External Image-ID;File\n"
        "26-1;L;05/17/2026 2:30 PM;A 1;photos/1.jpg\n",
    )

    assert item == NewItem(
        external_image_id="::A:201",
        location="photos/1.jpg",
        view=View.LEFT,
        taken_at=datetime(2026, 5, 17, 20, 30, tzinfo=UTC),
        booking_number="26-1",
    )


async def test_json_lines_are_read_with_numbers_as_ids(path: Path) -> None:
    rows = [
        {"externalImageId": 7, "path": "photos/1.jpg", "view": "front"},
        {"external_image_id": "A2", "photo": "photos/2.jpg", "taken_at": "2026-05-17T14:30Z"},
    ]

    items = await listed(path.with_suffix(".jsonl"), "\n\n".join(map(json.dumps, rows)))

    assert [(item.external_image_id, item.location) for item in items] == [
        ("7", "photos/1.jpg"),
        ("A2", "photos/2.jpg"),
    ]
    assert items[1].taken_at == datetime(2026, 5, 17, 14, 30, tzinfo=UTC)


async def test_json_lines_are_known_by_their_look_too(path: Path) -> None:
    assert len(await listed(path, '{"external_image_id": "A1", "path": "1.jpg"}')) == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A1", "Line 3 has 1 columns where the header has 3."),
        ('"A1,1.jpg,F', "Line 3 has a quotation mark that is not closed"),
        (",1.jpg,F", "Line 3 has no external_image_id that can be used."),
        ("A1,,F", "Line 3 names no path or url that can be used."),
        ("A1,a\0b.jpg,F", "Line 3 names no path or url that can be used."),
        ("A1,1.jpg,Q", "Line 3 has a view that is not known; front or F would be."),
        ("A1,../1.jpg,F", "Line 3 leads out of the folders that CANDID_IMPORTS__FOLDERS allows."),
        ("A1,/etc/passwd,F", "Line 3 leads out of the folders that CANDID_IMPORTS__FOLDERS"),
        ("A1,ftp://h/1.jpg,F", "Line 3 has an address that is neither http nor https."),
        ("A1,file:/etc/1.jpg,F", "Line 3 has an address that is neither http nor https."),
        ("A1,C:\\1.jpg,F", "Line 3 has a path of Windows; give it relative to the manifest."),
        ("A1,\\\\nas\\1.jpg,F", "Line 3 has a path of Windows; give it relative to the manifest."),
        ("A1,http://h/1.jpg,F", "Line 3 names a photo that is not fetched: web servers"),
    ],
)
async def test_a_row_that_says_too_little_is_an_entry_that_names_its_line(
    path: Path, row: str, told: str
) -> None:
    content = f"external_image_id,path,view\r\nA0,photos/1.jpg,F\r\n{row}\r\nA9,photos/1.jpg,F"

    before, item, after = await listed(path, content)

    assert (before.external_image_id, after.external_image_id) == ("A0", "A9")
    assert (item.external_image_id, item.status) == ("", ItemStatus.FAILED)
    assert item.reason is ItemReason.ENTRY_UNUSABLE
    assert (item.detail or "").startswith(told)


async def test_a_row_that_is_no_object_is_an_entry_that_names_its_line(path: Path) -> None:
    good = '{"external_image_id": "A1", "path": "1.jpg"}'
    odd = ["[]", "nonsense", '{"external_image_id": ["A1"], "path": "1.jpg"}', '{"path": 7}']

    items = await listed(path.with_suffix(".jsonl"), "\n".join((good, *odd)))

    assert [item.reason for item in items] == [None, *[ItemReason.ENTRY_UNUSABLE] * 4]
    assert [item.detail for item in items[1:3]] == [
        "Line 2 is no JSON object.",
        "Line 3 is no JSON object.",
    ]


async def test_a_long_id_names_its_line(path: Path) -> None:
    (item,) = await listed(path, f"external_image_id,path\n{'é' * 200},1.jpg\n")

    assert item.reason is ItemReason.ID_NOT_ENCODABLE
    assert (item.detail or "").startswith("Line 2: ")


async def test_a_time_that_cannot_be_read_costs_no_photo(path: Path) -> None:
    (item,) = await listed(path, "external_image_id,path,taken_at\nA1,photos/1.jpg,17/05/2026\n")

    assert (item.reason, item.taken_at) == (None, None)
    assert item.detail == "Line 2: taken_at is no time that can be read, and was left out."


async def test_paths_of_windows_lead_into_its_folders(path: Path) -> None:
    source = await opened(path, "external_image_id,path\nA1,photos\\1.jpg\n")
    (item,) = (await source.page(None)).items

    assert await source.photo(item.location) == b"first photo"


async def test_photos_may_lie_in_every_folder_that_is_allowed(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "2.jpg").write_bytes(b"second photo")
    (tmp_path / "linked").symlink_to(elsewhere)
    inner = tmp_path / "photos" / "manifest.csv"
    inner.write_text(
        f"external_image_id,path\nA1,1.jpg\nA2,{elsewhere}/2.jpg\nA3,../linked/2.jpg\nA4,{path}"
    )
    allowed = Allowed([tmp_path / "linked"])
    source = await ManifestPhotoSource.opened(inner, allowed, None, UTC)

    items = (await source.page(None)).items

    assert [item.reason for item in items] == [None, None, None, ItemReason.ENTRY_UNUSABLE]
    assert await source.photo(items[1].location) == b"second photo"
    assert await source.photo(items[2].location) == b"second photo"


async def test_without_limits_a_photo_may_lie_anywhere(path: Path) -> None:
    inner = path.parent / "photos" / "manifest.csv"
    inner.write_text("external_image_id,path\nA1,../photos/1.jpg\n")
    source = await ManifestPhotoSource.opened(inner, Allowed(None), None, UTC)
    (item,) = (await source.page(None)).items

    assert await source.photo(item.location) == b"first photo"


async def test_a_link_that_leads_out_is_not_followed(path: Path, tmp_path: Path) -> None:
    secret = tmp_path.with_name(f"{tmp_path.name}-secret.jpg")
    secret.write_bytes(b"secret")
    (tmp_path / "photos" / "out.jpg").symlink_to(secret)
    source = await opened(path, "external_image_id,path\nA1,photos/out.jpg\n")

    with pytest.raises(PhotoMissingError):
        await source.photo("photos/out.jpg")


async def test_text_of_excel_is_read(path: Path) -> None:
    utf_8, windows = "external_image_id,path\nMüller,1.jpg\n".encode("utf-8-sig"), "Muñoz,1.jpg\n"

    items = await listed(path, utf_8 + windows.encode("cp1252"))

    assert [item.external_image_id for item in items] == [
        encoded_id("Müller"),
        encoded_id("Muñoz"),
    ]


async def test_a_line_of_any_length_costs_only_itself(path: Path) -> None:
    long = b"x" * (2 * LONGEST_LINE + 7)

    items = await listed(path, b"external_image_id,path\nA1,1.jpg\n" + long + b"\nA3,1.jpg\n")

    assert [item.external_image_id for item in items] == ["A1", "", "A3"]
    assert items[1].detail == "Line 3 is longer than a megabyte."


async def test_what_is_no_file_is_refused(path: Path) -> None:
    for place, told in ((path, "does not exist"), (path.parent, "is a directory")):
        with pytest.raises(SourceUnusableError, match=told):
            await ManifestPhotoSource.opened(place, HERE_ONLY, None, UTC)


async def test_a_manifest_that_is_changed_while_it_is_listed_is_noticed(path: Path) -> None:
    head = "external_image_id,path\nA1,1.jpg\nA2,2.jpg\n"
    cursor = (await (await opened(path, f"{head}A3,3.jpg\n", page_size=2)).page(None)).next

    added = await (await opened(path, f"{head}A3,3.jpg\nA4,4.jpg\n")).page(cursor)
    assert [item.external_image_id for item in added.items] == ["A3", "A4"]
    for other in (head.replace("A1", "B1"), head.replace("A1", "AA1"), ""):
        changed = await opened(path, f"{other}external_image_id,path\nA3,3.jpg\n")
        with pytest.raises(SourceUnusableError, match="another one"):
            await changed.page(cursor)


async def test_a_manifest_that_is_gone_makes_no_photo_missing(path: Path) -> None:
    source = await opened(path, "external_image_id,path\nA1,photos/2.jpg\n")
    with pytest.raises(PhotoMissingError):
        await source.photo("photos/2.jpg")
    take_away(path)

    with pytest.raises(SourceUnavailableError):
        await source.photo("photos/2.jpg")
    with pytest.raises(SourceUnavailableError):
        await source.page(None)


async def test_since_asks_the_file_and_not_when_the_photo_was_taken(path: Path) -> None:
    os.utime(path.parent / "photos" / "1.jpg", (0, datetime(2026, 5, 1, tzinfo=UTC).timestamp()))
    row = "external_image_id,path,taken_at\nA1,photos/1.jpg,2020-01-01\nA2,photos/gone.jpg,\n"

    before = await listed(path, row, datetime(2026, 4, 30, tzinfo=UTC))
    after = await listed(path, row, datetime(2026, 5, 2, tzinfo=UTC))

    assert [item.external_image_id for item in before] == ["A1", "A2"]
    assert [item.external_image_id for item in after] == ["A2"]

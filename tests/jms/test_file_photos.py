"""The photos that a bookings file names: which are listed, and that nothing else is ever read."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.jms.file import FileJms
from app.domain.errors import JmsCannotListError, PhotoMissingError
from app.domain.imports import ItemReason
from app.domain.photo import View
from app.ports.jms import PhotoRef, PhotoRefs

HEADER = "external_image_id,view,photo,booked_at\n"
MAY, JUNE = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def jms_of(directory: Path, content: str, name: str = "b.csv", page_size: int = 1000) -> FileJms:
    (directory / name).write_text(content, "utf-8")
    return FileJms(directory / name, UTC, page_size=page_size)


def ids(page: PhotoRefs) -> list[str]:
    return [ref.external_image_id for ref in page.items]


def at(location: str) -> PhotoRef:
    return PhotoRef("A1", None, View.FRONT, None, location)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("b.csv", "external_image_id,last_name\nA1,photo\n"),
        ("b.jsonl", '{"external_image_id": "A1", "last_name": "photo"}\n'),
    ],
)
async def test_a_file_that_names_no_photos_says_what_it_would_take(
    tmp_path: Path, name: str, content: str
) -> None:
    with pytest.raises(JmsCannotListError, match="no column photo"):
        await jms_of(tmp_path, content, name).photos(View.FRONT, None, None)


async def test_rows_are_listed_in_the_order_of_their_ids_with_what_they_say(
    tmp_path: Path,
) -> None:
    rows = "B,F,b.jpg,\nA,,a.jpg,2026-05-01\nC,left,c.jpg,\nD,front,,\nE,front, ,\n"
    jms = jms_of(tmp_path, HEADER + rows)

    page = await jms.photos(View.FRONT, None, None)

    assert page.items == (
        PhotoRef("A", None, View.FRONT, MAY, "a.jpg"),
        PhotoRef("B", None, View.FRONT, None, "b.jpg"),
    )
    assert page.problems == ()


async def test_rows_that_cannot_be_used_are_told_once(tmp_path: Path) -> None:
    rows = ("A,F,a.jpg,", "B,odd,b.jpg,", "C,F", ",F,d.jpg,", "E,F,e.jpg,", 'F,"F,f.jpg,')
    jms = jms_of(tmp_path, HEADER + "\n".join(rows), page_size=1)

    page = await jms.photos(View.FRONT, None, None)
    pages = [page]
    while page.next is not None:
        page = await jms.photos(View.FRONT, None, page.next)
        pages.append(page)

    assert [one for page in pages for one in ids(page)] == ["A", "E"]
    told = {one.name: one for page in pages for one in page.problems}
    assert sum(len(page.problems) for page in pages) == len(told)
    assert {name: one.detail for name, one in told.items()} == {
        "B": "Line 3: the column view is no view known here; front or F would be.",
        "C": "Line 4: the row has 2 columns where the header has 4.",
        "line 5": "Line 5: the column external_image_id is empty or not an id that can be used.",
        "line 7": (
            "Line 7: the row has a quotation mark that is not closed, or text after the closing "
            "one."
        ),
    }
    assert {one.reason for one in told.values()} == {ItemReason.ENTRY_UNUSABLE}


async def test_a_photo_of_a_json_line_that_is_no_path_is_told(tmp_path: Path) -> None:
    rows = '{"external_image_id": 1, "photo": ["a"]}\n{"external_image_id": 2, "photo": "a"}\n'
    jms = jms_of(tmp_path, rows, "b.jsonl")

    page = await jms.photos(View.FRONT, None, None)

    assert ids(page) == ["2"]
    assert [one.name for one in page.problems] == ["1"]


async def test_a_new_booking_and_a_new_photo_are_both_new(tmp_path: Path) -> None:
    rows = "A,,a,2026-05-01\nB,,b,2026-06-01\nC,,c,2026-05-01\nD,,d,\nE,,missing,2026-05-01\n"
    jms = jms_of(tmp_path, HEADER + rows)
    for name, moment in (("a", MAY), ("b", MAY), ("c", JUNE), ("d", MAY)):
        (tmp_path / name).write_bytes(b"photo")
        os.utime(tmp_path / name, (moment.timestamp(), moment.timestamp()))

    page = await jms.photos(View.FRONT, JUNE, None)

    assert ids(page) == ["B", "C", "E"]


async def test_a_file_that_changes_while_it_is_listed_goes_on_after_the_last_id(
    tmp_path: Path,
) -> None:
    first = jms_of(tmp_path, HEADER + "A,,a,\nB,,b,\nC,,c,\n", page_size=2)
    page = await first.photos(View.FRONT, None, None)
    later = jms_of(tmp_path, HEADER + "C,,c,\nAA,,aa,\nD,,d,\nA,,a,\n", page_size=2)

    assert ids(page) == ["A", "B"]
    assert ids(await later.photos(View.FRONT, None, page.next)) == ["C", "D"]


@pytest.mark.parametrize("named", ["photos/a.jpg", "photos\\a.jpg", "./photos/../photos/a.jpg"])
async def test_a_photo_below_the_files_directory_is_read(tmp_path: Path, named: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/a.jpg").write_bytes(b"photo")

    assert await jms_of(tmp_path, HEADER).photo(at(named)) == b"photo"


async def test_nothing_outside_the_files_directory_is_read(tmp_path: Path) -> None:
    inside = tmp_path / "exports"
    inside.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (inside / "link").symlink_to(tmp_path / "secret")
    (inside / "up").symlink_to(tmp_path)
    os.mkfifo(inside / "pipe")
    (inside / "loop").symlink_to(inside / "loop")
    jms = jms_of(inside, HEADER)

    for named in ("../secret", str(tmp_path / "secret"), "link", "up/secret", "pipe", "loop", "."):
        with pytest.raises(PhotoMissingError):
            await jms.photo(at(named))

"""Excel sheets as people save them, and as nobody should."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adapters.jms.file import FileJms, FileShape
from app.domain.errors import JmsMisconfiguredError
from tests.jms.test_file import OFTEN, pings_badly

HEAD = ("External Image ID", "booking_number", "date_of_birth", "booked_at", "weight")


def written(path: Path, *rows: tuple[Any, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.worksheets[0].append(list(row))
    book.create_sheet("Other").append(["external_image_id"])
    book.save(path)
    return path


def jms_of(path: Path, sheet: str | None = None) -> FileJms:
    return FileJms(path, UTC, OFTEN, shape=FileShape(sheet=sheet))


MOMENT = datetime(2026, 5, 17, 14, 30, tzinfo=UTC)


async def test_numbers_dates_and_days_that_excel_counts_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path / "b.xlsx",
        (4711, 26.0, date(1980, 5, 17), MOMENT.replace(tzinfo=None), 180),
        ("A2", "026", 29358, 46159.604166667, None),
        (),
        ("A3", True, 19800517, "05/17/2026 14:30", 180.5),
    )

    found = (await jms_of(path).bookings(["4711", "A2", "A3"])).found

    assert [one.person.date_of_birth for one in found.values()] == [date(1980, 5, 17)] * 3
    assert [one.booked_at for one in found.values()] == [MOMENT] * 3
    assert [one.booking_number for one in found.values()] == ["26", "026", "True"]
    assert found["4711"].person.weight_pounds == 180


async def test_a_row_with_a_formula_is_unavailable(tmp_path: Path) -> None:
    path = written(tmp_path / "b.xlsx", ("A1", "=1+1"), ("=A2", "26-2"), ("A3", "26-3"))
    jms = jms_of(path)

    answers = await jms.bookings(["A1", "A3"])

    assert set(answers.found) == {"A3"}
    assert answers.unavailable == {"A1"}
    assert [(one.line, one.reason) for one in jms.problems().rows] == [
        (2, "holds a formula; export values only"),
        (3, "holds a formula; export values only"),
    ]


async def test_the_sheet_is_the_one_that_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "b.xlsx", ("A1", "26-1"))

    assert (await jms_of(path, "Other").bookings(["A1"])).found == {}
    with pytest.raises(JmsMisconfiguredError, match="no sheet Third; it has Sheet, Other"):
        await jms_of(path, "Third").ping()


def repacked(path: Path, part: str, content: bytes) -> None:
    """Put another content in the place of a part of a workbook."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, held in (parts | {part: content}).items():
            new.writestr(name, held)


SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<dimension ref="A1:XFD1048576"/><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>external_image_id</t></is></c></row>'
    b"%s</sheetData></worksheet>"
)
ROW = b'<row r="%d"><c r="%s" t="inlineStr"><is><t>A1</t></is></c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="2"/>' * 50_000 + ROW % (150_000, b"A150000"),
        ROW % (2, b"A2") + b'<row r="3"><c r="XFD3"/></row>',
    ],
    ids=["a great many empty rows", "a cell at the far end"],
)
async def test_empty_cells_cost_nothing_to_speak_of(tmp_path: Path, rows: bytes) -> None:
    path = written(tmp_path / "b.xlsx")
    repacked(path, "xl/worksheets/sheet1.xml", SHEET % rows)
    jms = jms_of(path)

    assert set((await jms.bookings(["A1"])).found) == {"A1"}
    assert jms.problems().count == 0


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/sharedStrings.xml", b"<a>" + b" " * 100_000_001),
        ("xl/worksheets/sheet1.xml", SHEET[:-30]),
        ("xl/workbook.xml", b"<html>sign in</html>"),
        (
            "xl/worksheets/sheet1.xml",
            b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "' + b"&b;" * 1000 + b'">]>'
            b"<worksheet>" + b"&d;" * 1000 + b"</worksheet>",
        ),
    ],
    ids=["a bomb", "half a sheet", "another thing", "entities"],
)
async def test_a_workbook_that_cannot_be_used_leaves_what_was_read_before(
    tmp_path: Path, part: str, content: bytes
) -> None:
    path = written(tmp_path / "b.xlsx", ("A1", "26-1"))
    jms = jms_of(path)
    await jms.ping()
    new = written(tmp_path / "new.xlsx", ("A1", "26-2"))
    repacked(new, part, content)
    new.replace(path)

    assert "cannot be used" in await pings_badly(jms)
    assert set((await jms.bookings(["A1"])).found) == {"A1"}


@pytest.mark.parametrize("content", [b"", b"external_image_id\nA1\n", b"PK\x03\x04half of one"])
async def test_what_is_no_workbook_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.xlsx").write_bytes(content)

    with pytest.raises(JmsMisconfiguredError, match="no whole Excel workbook"):
        await jms_of(tmp_path / "b.xlsx").ping()

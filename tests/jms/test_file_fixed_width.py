"""Lines of fixed width, by a layout file; and mappings over them and over CSV."""

from datetime import UTC, date
from pathlib import Path

import pytest

from adapters.field_mapping import FieldMapping
from adapters.jms.file import FileJms, FileShape, Layout
from app.domain.booking import RecordStatus
from app.domain.errors import JmsMisconfiguredError
from tests.jms.test_file import OFTEN, pings_badly

LAYOUT = """
columns:
  external_image_id: {start: 1, width: 4}
  booking_number: {start: 5, width: 6}
  last_name: {start: 12, width: 8}
"""
LINE = "A1  26-1   Sample  \n"


def layout_of(folder: Path, text: str = LAYOUT) -> Layout:
    (folder / "layout.yaml").write_text(text)
    return Layout.load(folder / "layout.yaml")


def jms_of(folder: Path, content: str, layout: str = LAYOUT) -> FileJms:
    (folder / "b.txt").write_text(content)
    shape = FileShape(layout=layout_of(folder, layout))
    return FileJms(folder / "b.txt", UTC, OFTEN, shape=shape)


def mapping_of(folder: Path, text: str) -> FieldMapping:
    (folder / "mapping.yaml").write_text(text)
    return FieldMapping.load(folder / "mapping.yaml")


async def test_columns_are_cut_where_the_layout_says(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, LINE + "\nÄ2  26-2   Sämple  and more\n")

    found = (await jms.bookings(["A1", "Ä2"])).found

    assert [(one.booking_number, one.person.last_name) for one in found.values()] == [
        ("26-1", "Sample"),
        ("26-2", "Sämple"),
    ]


async def test_a_line_that_is_too_short_costs_its_own_booking_only(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, LINE + "A2  26-2\n" + "A\n" + LINE.replace("A1", "A4"))

    answers = await jms.bookings(["A1", "A2", "A", "A4"])

    assert set(answers.found) == {"A1", "A4"}
    assert answers.unavailable == {"A2"}
    assert [(one.line, one.reason) for one in jms.problems().rows] == [
        (2, "is 8 characters long where the layout goes to 19"),
        (3, "is 1 characters long where the layout goes to 19"),
    ]


async def test_lines_that_lost_their_blanks_are_read_where_the_layout_says_so(
    tmp_path: Path,
) -> None:
    layout = "skip: 2\ntrimmed: yes" + LAYOUT
    jms = jms_of(tmp_path, "Export of today\n-----\nA1  26-1\nA2\n", layout)

    answers = await jms.bookings(["A1", "A2"])

    assert {key: one.booking_number for key, one in answers.found.items()} == {
        "A1": "26-1",
        "A2": None,
    }


@pytest.mark.parametrize("column", ["status", "sealed", "custody_status", "Stand"])
async def test_a_trimmed_line_that_ends_before_its_status_is_refused(
    tmp_path: Path, column: str
) -> None:
    text = f"trimmed: yes{LAYOUT}  {column}: {{start: 20, width: 6}}"
    mapping = None
    if column == "Stand":
        mapping = mapping_of(
            tmp_path,
            "fields: {external_image_id: external_image_id, status: Stand}\n"
            "codes: {status: {N: active}}",
        )
    (tmp_path / "b.txt").write_text(f"{LINE.rstrip()}\nA2{LINE[2:-1]}N\n{'A3':19}\n")
    shape = FileShape(layout=layout_of(tmp_path, text), mapping=mapping)
    jms = FileJms(tmp_path / "b.txt", UTC, OFTEN, shape=shape)

    answers = await jms.bookings(["A1", "A2", "A3"])

    assert set(answers.found) == {"A2"}
    assert answers.unavailable == {"A1", "A3"}


@pytest.mark.parametrize("layout", [LAYOUT, "trimmed: yes" + LAYOUT])
async def test_a_file_that_ends_in_a_line_never_takes_the_place_of_a_whole_one(
    tmp_path: Path, layout: str
) -> None:
    jms = jms_of(tmp_path, LINE, layout)
    await jms.ping()
    (tmp_path / "b.txt").write_text(LINE + "A2  26-")

    assert "in the middle of a row" in await pings_badly(jms)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("columns: []", "columns is a list"),
        ("columns: {}", "names no columns"),
        ("skip: 1", "there is no  columns:"),
        ("columns:\n  a: {start: 0, width: 1}", "line 2, column 14: the start of a is no number"),
        ("columns:\n  a: {start: 1, width: x}", "the width of a is no number"),
        ("columns:\n  a: {start: 1}", "a has no width"),
        ("columns:\n  a: {start: 1, width: 1}\n  A: {start: 1, width: 1}", "A is no name"),
        ("trimmed: perhaps\ncolumns:\n  a: {start: 1, width: 1}", "neither yes nor no"),
    ],
)
def test_a_layout_that_cannot_be_used_says_where(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(JmsMisconfiguredError, match=r"layout\.yaml") as caught:
        layout_of(tmp_path, text)

    assert told in str(caught.value)


def test_a_layout_without_the_id_is_refused_at_the_start(tmp_path: Path) -> None:
    shape = FileShape(layout=layout_of(tmp_path, "columns:\n  a: {start: 1, width: 2}"))

    with pytest.raises(JmsMisconfiguredError, match="has no column external_image_id"):
        shape.check(tmp_path / "b.txt")


async def test_a_layout_without_the_id_is_told_as_the_reason(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, LINE, "columns:\n  a: {start: 1, width: 2}")

    with pytest.raises(JmsMisconfiguredError, match="has no column external_image_id; check"):
        await jms.ping()


def test_a_mapping_that_names_no_column_of_the_layout_is_refused_at_the_start(
    tmp_path: Path,
) -> None:
    mapping = mapping_of(tmp_path, "fields:\n  external_image_id: external_image_id\n  sex: Gender")
    shape = FileShape(layout=layout_of(tmp_path), mapping=mapping)

    with pytest.raises(JmsMisconfiguredError, match=r"line 3.*no column Gender"):
        shape.check(tmp_path / "b.txt")


async def test_a_mapping_reads_other_names_codes_and_times(tmp_path: Path) -> None:
    mapping = mapping_of(
        tmp_path,
        "fields: {external_image_id: Bild-Nr., date_of_birth: Geboren, status: Stand, photo: Bild}"
        "\ncodes: {status: {A: active}}\ntimes: {date_of_birth: '%d.%m.%Y'}",
    )
    (tmp_path / "b.csv").write_text(
        "Bild-Nr.;Geboren;Stand;Bild;SSN\nA1;03.02.1980;A;a.jpg;123456789\nA2;03.02.1980; ;;\n"
    )
    jms = FileJms(tmp_path / "b.csv", UTC, OFTEN, shape=FileShape(mapping=mapping))

    found = (await jms.bookings(["A1", "A2"])).found

    assert found["A1"].person.date_of_birth == date(1980, 2, 3)
    assert found["A1"].extra == {}
    assert found["A1"].status is RecordStatus.ACTIVE
    assert found["A2"].status is RecordStatus.RESTRICTED  # nothing is not said to be active


async def test_an_export_that_lost_a_column_of_the_mapping_is_not_taken(tmp_path: Path) -> None:
    mapping = mapping_of(
        tmp_path, "fields: {external_image_id: id, status: st}\ncodes: {status: {A: active}}"
    )
    (tmp_path / "b.csv").write_text("id,st\nA1,A\n")
    jms = FileJms(tmp_path / "b.csv", UTC, OFTEN, shape=FileShape(mapping=mapping))
    await jms.ping()
    (tmp_path / "b.csv").write_text("id,state\nA1,A\n")

    assert "the file has no column st" in await pings_badly(jms)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fields: {booking_number: b}", "gives no external_image_id"),
        (
            "fields: {external_image_id: a}\nphotos: {fields: {external_image_id: a}}",
            "section photos",
        ),
    ],
)
def test_a_mapping_that_a_file_cannot_use_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(JmsMisconfiguredError, match=told):
        FileShape(mapping=mapping_of(tmp_path, text))

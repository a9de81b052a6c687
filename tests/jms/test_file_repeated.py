"""An id that comes again in one file: the last row counts, and what any of them hides."""

from datetime import UTC
from itertools import permutations
from pathlib import Path

import pytest

from adapters.jms.file import FileJms, FileShape
from adapters.jms.file.table import MOST_ROWS
from app.domain.booking import RecordStatus
from app.domain.photo import View
from tests.jms.test_file import OFTEN

HEADER = "external_image_id,booking_number,status,sealed,photo\n"


def jms_of(folder: Path, *rows: str, delta: str = "") -> FileJms:
    (folder / "b.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows))
    if delta:
        (folder / "b-delta.csv").write_text(f"{HEADER}{delta}\n")
    return FileJms(folder / "b.csv", UTC, OFTEN, shape=FileShape(deltas="b-delta*.csv"))


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (("A1,26-1,sealed,,", "A1,26-2,active,,"), RecordStatus.SEALED),
        (("A1,26-1,,Y,", "A1,26-2,,N,"), RecordStatus.SEALED),
        (("A1,26-1,who knows,,", "A1,26-2,,,"), RecordStatus.RESTRICTED),
        (("A1,26-1,sealed,,", "A1,26-2,expunged,,", "A1,26-3,,,"), RecordStatus.EXPUNGED),
        (("A1,26-1,active,,", "A1,26-2,,no,"), RecordStatus.ACTIVE),
    ],
)
async def test_the_last_row_counts_as_hidden_as_any(
    tmp_path: Path, rows: tuple[str, ...], status: RecordStatus
) -> None:
    for order in permutations(rows):
        booking = (await jms_of(tmp_path, *order).bookings(["A1"])).found["A1"]

        assert booking.status is status
        assert booking.booking_number == order[-1].split(",")[1]


async def test_a_later_file_says_it_anew(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, "A1,26-1,sealed,,", "A1,26-2,,,", delta="A1,26-3,active,,")

    booking = (await jms.bookings(["A1"])).found["A1"]

    assert booking.status is RecordStatus.ACTIVE
    assert booking.booking_number == "26-3"


async def test_a_row_that_cannot_be_read_may_have_hidden_it(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, "A1,26-1,sealed", "A1,26-2,,,", "A2,26-3,,,")

    answers = await jms.bookings(["A1", "A2"])

    assert set(answers.found) == {"A2"}
    assert answers.unavailable == {"A1"}


async def test_more_rows_than_a_booking_can_have_are_not_gone_through(tmp_path: Path) -> None:
    rows = ["A1,26-1,,,1.jpg"] * MOST_ROWS + ["A2,26-2,,,2.jpg"] * (MOST_ROWS + 1)
    jms = jms_of(tmp_path, *rows)

    answers = await jms.bookings(["A1", "A2"])
    listed = await jms.photos(View.FRONT, None, None)

    assert set(answers.found) == {"A1"}
    assert answers.unavailable == {"A2"}
    assert [one.external_image_id for one in listed.items] == ["A1"]
    assert "more than 201 times" in listed.problems[0].detail

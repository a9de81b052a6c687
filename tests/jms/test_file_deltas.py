"""Deltas beside an export: what counts, and that a bad one never takes the place of a good."""

import os
from datetime import UTC
from pathlib import Path

import anyio
import pytest

from adapters.jms.file import FileJms, FileShape, RowProblem
from app.domain.booking import RecordStatus
from app.domain.errors import JmsMisconfiguredError
from app.domain.photo import View
from tests.jms.test_file import GOOD, HEADER, OFTEN, number_of, pings_badly, until, until_read

LAYERED = FileShape(deltas="b-delta-*.csv")
DELTA_HEADER = "external_image_id,booking_number,status,deleted\n"


def jms_of(folder: Path, export: str, **deltas: str) -> FileJms:
    (folder / "b.csv").write_text(export)
    for name, content in deltas.items():
        (folder / f"b-delta-{name}.csv").write_text(content)
    return FileJms(folder / "b.csv", UTC, OFTEN, shape=LAYERED)


async def test_the_last_delta_that_has_an_id_counts(tmp_path: Path) -> None:
    jms = jms_of(
        tmp_path,
        GOOD + "A2,26-2,Sample\nA3,26-3,Sample\n",
        one=DELTA_HEADER + "A1,27-1,,\nA2,27-2,sealed,\nA4,27-4,,no\n",
        two=DELTA_HEADER + "A1,28-1,,\nA3,,,Y\n",
    )

    answers = await jms.bookings(["A1", "A2", "A3", "A4"])

    numbers = {key: one.booking_number for key, one in answers.found.items()}
    assert numbers == {"A1": "28-1", "A2": "27-2", "A4": "27-4"}
    assert answers.found["A2"].status is RecordStatus.SEALED
    assert answers.unavailable == frozenset()
    assert jms.problems().bookings == 3


async def test_a_booking_that_was_taken_away_can_come_back(tmp_path: Path) -> None:
    jms = jms_of(
        tmp_path,
        GOOD,
        one=DELTA_HEADER + "A1,,,1\n",
        two=DELTA_HEADER + "A1,28-1,,\n",
    )

    assert await number_of(jms) == "28-1"


async def test_a_delta_that_is_older_than_the_export_is_passed_over(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, GOOD, one=DELTA_HEADER + "A1,25-1,,\n")
    os.utime(tmp_path / "b-delta-one.csv", (1, 1))

    assert await number_of(jms) == "26-1"


async def test_a_delta_that_comes_is_read_once_it_rests(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, GOOD)
    await jms.ping()
    (tmp_path / "b-delta-1.csv").write_text(DELTA_HEADER + "A1,27-1,,\n")

    await until_read(jms, "27-1")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (DELTA_HEADER + "A1,27-1,,\nA2,27", "b-delta-1.csv ends in the middle of a row"),
        ("", "b-delta-1.csv: its first line names no column"),
        (DELTA_HEADER + "A1\n", "b-delta-1.csv: none of its rows"),
    ],
)
async def test_a_delta_that_is_broken_leaves_what_was_read_before(
    tmp_path: Path, content: str, reason: str
) -> None:
    jms = jms_of(tmp_path, GOOD)
    await jms.ping()
    (tmp_path / "b-delta-1.csv").write_text(content)

    assert reason in await pings_badly(jms)
    assert await number_of(jms) == "26-1"

    (tmp_path / "b-delta-1.csv").write_text(DELTA_HEADER + "A1,27-1,,\n")
    await until_read(jms, "27-1")
    await jms.ping()


async def test_nothing_is_served_of_an_export_whose_delta_was_never_whole(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, GOOD, one=DELTA_HEADER + "A1,27-1,,\nA2,27")

    with pytest.raises(JmsMisconfiguredError, match="in the middle of a row"):
        await jms.bookings(["A1"])


async def test_a_delta_that_goes_away_takes_nothing_back(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, GOOD, one=DELTA_HEADER + "A1,27-1,sealed,\n")
    await jms.ping()
    (tmp_path / "b-delta-one.csv").unlink()

    assert "b-delta-one.csv has gone" in await pings_badly(jms)
    answers = await jms.bookings(["A1"])
    assert answers.found["A1"].status is RecordStatus.SEALED

    (tmp_path / "new").write_text(GOOD.replace("26-1", "28-1"))
    (tmp_path / "new").replace(tmp_path / "b.csv")
    await until_read(jms, "28-1")


@pytest.mark.parametrize(
    "content",
    [
        DELTA_HEADER + "A1,27-1,active,\n",
        DELTA_HEADER + "A9,29-9,,\n",
        DELTA_HEADER + "A1,27-1,active,\nA2,27-2,,\n",
    ],
)
@pytest.mark.parametrize("renamed", [False, True])
async def test_a_delta_that_is_written_anew_takes_nothing_back(
    tmp_path: Path, content: str, *, renamed: bool
) -> None:
    sealing = DELTA_HEADER + "A1,27-1,sealed,\n"
    jms = jms_of(tmp_path, GOOD, one=sealing)
    await jms.ping()
    delta = tmp_path / "b-delta-one.csv"
    written = tmp_path / "new" if renamed else delta
    written.write_text(content)
    written.replace(delta)

    assert "b-delta-one.csv no longer begins with what was read" in await pings_badly(jms)
    answers = await jms.bookings(["A1"])
    assert answers.found["A1"].status is RecordStatus.SEALED

    delta.write_text(sealing + "A2,27-2,,\n")
    await until(lambda: jms.problems().bookings == 2, jms)
    answers = await jms.bookings(["A1"])
    assert answers.found["A1"].status is RecordStatus.SEALED


async def test_deltas_that_take_most_bookings_away_are_believed_only_after_a_while(
    tmp_path: Path,
) -> None:
    jms = jms_of(tmp_path, GOOD + "A2,2,Sample\nA3,3,Sample\n")
    await jms.ping()
    (tmp_path / "b-delta-1.csv").write_text(DELTA_HEADER + "A2,,,1\nA3,,,1\n")

    assert "lost more than half" in await pings_badly(jms)
    assert jms.problems().bookings == 3

    await until(lambda: jms.problems().stale is None, jms)
    assert jms.problems().bookings == 1


async def test_problems_of_a_delta_name_it(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, GOOD, one=DELTA_HEADER + "A1,27-1,,\nA1\n")

    answers = await jms.bookings(["A1"])

    assert answers.unavailable == {"A1"}
    problem = RowProblem(3, "", "has 1 columns where the header has 4", "b-delta-one.csv")
    assert jms.problems().rows == (problem,)


async def test_too_many_deltas_ask_for_a_new_export(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, GOOD, **{str(n): DELTA_HEADER for n in range(101)})

    with pytest.raises(JmsMisconfiguredError, match="more than 100 deltas"):
        await jms.ping()


async def test_photos_are_listed_of_all_files_together(tmp_path: Path) -> None:
    head = "external_image_id,photo,deleted\n"
    jms = jms_of(
        tmp_path,
        "external_image_id,photo\nA,a.jpg\nB,b.jpg\nD,d.jpg\n",
        one=head + "B,new.jpg,\nC,c.jpg,\nD,,x\n,e.jpg,\n",
    )

    page = await jms.photos(View.FRONT, None, None)

    assert [(one.external_image_id, one.location) for one in page.items] == [
        ("A", "a.jpg"),
        ("B", "new.jpg"),
        ("C", "c.jpg"),
    ]
    assert [one.name for one in page.problems] == ["b-delta-one.csv, line 5"]


async def test_an_export_without_deltas_yet_is_read_again_with_the_first(tmp_path: Path) -> None:
    jms = jms_of(tmp_path, HEADER + "A1,26-1,Sample\n")
    await jms.ping()
    (tmp_path / "b-delta-1.csv").write_text(DELTA_HEADER + "A9,27-9,,\n")

    await until(lambda: jms.problems().bookings == 2, jms)
    await anyio.sleep(OFTEN)
    assert await number_of(jms, "A9") == "27-9"

"""The file adapter on files as jails really export them."""

import os
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from adapters.jms.file import FileJms, RowProblem
from adapters.jms.file.table import MOST_PROBLEMS
from adapters.jms.file.watched import MOST_LOGGED
from app.domain.booking import Charge
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError

HEADER = "external_image_id,booking_number,last_name\n"
GOOD = HEADER + "A1,26-1,Sample\n"
OFTEN = 0.01
"""Seconds between two looks at the file."""


def jms_of(path: Path, content: str | bytes) -> FileJms:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return FileJms(path, UTC, OFTEN)


async def number_of(jms: FileJms, identifier: str = "A1") -> str | None:
    booking = (await jms.bookings([identifier])).found.get(identifier)
    return booking.booking_number if booking else None


async def until(true: Callable[[], bool], jms: FileJms) -> None:
    """Ask again and again, which is what makes the adapter look at its file."""
    for _ in range(1000):
        if true():
            return
        await jms.bookings(["A1"])
        await anyio.sleep(OFTEN)
    pytest.fail("what was waited for did not happen")


async def until_read(jms: FileJms, number: str) -> None:
    for _ in range(1000):
        if await number_of(jms) == number:
            return
        await anyio.sleep(OFTEN)
    pytest.fail("the file was not read again")


async def until_well(jms: FileJms) -> None:
    await until(lambda: jms.problems().stale is None, jms)


async def pings_badly(jms: FileJms) -> str:
    """Ping until the file is found wanting; give the reason."""
    for _ in range(1000):
        try:
            await jms.ping()
        except JmsMisconfiguredError as error:
            return str(error)
        await anyio.sleep(OFTEN)
    pytest.fail("the file was never found wanting")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_every_common_form_of_csv_is_read(
    tmp_path: Path, delimiter: str, mark: bytes, end: str
) -> None:
    rows = ("External Image ID", "last_name", "charges"), ("A1", "Ñandú", '"a|b;c|d|e|f"')
    text = end.join(delimiter.join(row) for row in rows) + end
    jms = jms_of(tmp_path / "bookings.csv", mark + text.encode())

    booking = (await jms.bookings(["A1"])).found["A1"]

    assert booking.person.last_name == "Ñandú"
    assert booking.charges == (Charge("a", "b"), Charge("c", "d", "e", "f"))
    assert jms.problems().rows == ()


async def test_a_file_in_windows_letters_is_read_and_reported(tmp_path: Path) -> None:
    jms = jms_of(tmp_path / "b.csv", (HEADER + "A1,1,Ñandú\n").encode("cp1252"))

    booking = (await jms.bookings(["A1"])).found["A1"]

    assert booking.person.last_name == "Ñandú"
    assert [problem.line for problem in jms.problems().rows] == [1]


async def test_bad_rows_are_reported_by_line_and_the_rest_still_serves(tmp_path: Path) -> None:
    rows = (
        "A1,1,Sample",
        "",
        "A2,2",
        'A3,3,"Sample',
        "A4,4,Sample,more",
        " ,5,Sample",
        'A6,6,"Sam\nple"',
        "A7,7,5'11\"",
        "A1,8,Sample",
    )
    jms = jms_of(tmp_path / "b.csv", HEADER + "\n".join(rows))

    answers = await jms.bookings([f"A{n}" for n in range(9)])

    assert set(answers.found) == {"A1", "A6", "A7"}
    assert answers.unavailable == {"A2", "A4"}
    assert answers.found["A1"].booking_number == "8"
    assert answers.found["A6"].person.last_name == "Sam ple"
    assert [(problem.line, problem.column) for problem in jms.problems().rows] == [
        (4, ""),
        (5, ""),
        (6, ""),
        (7, "external_image_id"),
        (11, "external_image_id"),
    ]


async def test_ids_are_the_exporting_systems_own(tmp_path: Path) -> None:
    long = "é" * 100
    jms = jms_of(tmp_path / "b.csv", HEADER + f"A 1/2,1,Sample\nMüller,2,x\n{long},3,x\n..,4,x\n")

    answers = await jms.bookings(["A 1/2", "Müller", long, "..", "::A:201:2f2"])

    numbers = {key: one.booking_number for key, one in answers.found.items()}
    assert numbers == {"A 1/2": "1", "Müller": "2", long: "3", "..": "4"}
    assert [(one.line, one.reason) for one in jms.problems().rows] == [
        (4, "is too long for a photo's id when encoded")
    ]


async def test_an_id_with_a_bad_row_is_unavailable_and_not_what_its_other_rows_say(
    tmp_path: Path,
) -> None:
    jms = jms_of(tmp_path / "b.csv", GOOD + "A1,2\n" + "A2,1\nA2,2,Sample\n")

    answers = await jms.bookings(["A1", "A2"])

    assert answers.unavailable == {"A1", "A2"}
    assert answers.found == {}


async def test_bad_json_lines_are_reported_by_line(tmp_path: Path) -> None:
    lines = ('{"externalImageId": "A1", "booking_number": 1}', "", "[1]", "{", "[" * 99_999, "{}")
    jms = jms_of(tmp_path / "b.ndjson", "\n".join((*lines, '{"a": 1}', '{"external_image_id": 2}')))

    answers = await jms.bookings(["A1", "2"])

    assert set(answers.found) == {"A1", "2"}
    assert [problem.line for problem in jms.problems().rows] == [3, 4, 5, 6, 7]


async def test_fields_that_cannot_be_read_are_reported_and_logged_without_names(
    tmp_path: Path,
) -> None:
    with capture_logs() as logs:
        jms = jms_of(tmp_path / "b.csv", "external_image_id,last_name,height\nA1,Secretname,huge\n")
        await until(lambda: any(log.get("column") == "height" for log in logs), jms)

    problem = RowProblem(2, "height", "is no height such as 511, 5'11\", 71 or 180 cm")
    assert jms.problems().rows == (problem,)
    assert "Secretname" not in str(logs)
    assert "huge" not in str(logs)


async def test_the_fields_of_a_long_file_are_checked_to_its_end(tmp_path: Path) -> None:
    rows = "".join(f"B{n},\n" for n in range(200))
    jms = jms_of(tmp_path / "b.csv", f"external_image_id,height\n{rows}Z,huge\n")

    await until(lambda: jms.problems().count > 0, jms)

    assert jms.problems().rows[0].line == 202


async def test_the_check_of_a_file_that_is_replaced_is_given_up(tmp_path: Path) -> None:
    path, new = tmp_path / "b.csv", tmp_path / "new"
    rows = "".join(f"B{n},\n" for n in range(20_000))
    jms = jms_of(path, f"external_image_id,height\nA1,\n{rows}B,huge\n")
    await jms.ping()
    new.write_text(f"external_image_id,booking_number\nA1,26-2\n{rows}")
    new.replace(path)

    await until_read(jms, "26-2")

    assert jms.problems().count == 0


async def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only(
    tmp_path: Path,
) -> None:
    rows = 'A0,0,"Sample\n' + "".join(f"A{n},{n},Sample\n" for n in range(1, 300))
    jms = jms_of(tmp_path / "b.csv", HEADER + rows + 'Z,1,"Sample\n')

    answers = await jms.bookings(["A0", "A1", "A299", "Z"])

    assert set(answers.found) == {"A1", "A299"}
    assert [problem.line for problem in jms.problems().rows] == [2, 302]


async def test_problems_without_end_are_counted(tmp_path: Path) -> None:
    with capture_logs() as logs:
        jms = jms_of(tmp_path / "b.csv", GOOD + ",1,x\n" * (MOST_PROBLEMS + 5))
        await jms.ping()
        await until(lambda: any(log["event"] == "bookings_row_problems" for log in logs), jms)

    assert jms.problems().count == MOST_PROBLEMS + 5
    assert len(jms.problems().rows) == MOST_PROBLEMS
    assert sum(log.get("column") == "external_image_id" for log in logs) == MOST_LOGGED


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "names no column external_image_id"),
        ("name\nx\n", "names no column external_image_id"),
        ("external_image_id,status,Status\n", "these columns twice: status"),
        (HEADER + "A1\nA2\n", "has 1 columns where the header has 3"),
        (GOOD.encode("utf-16"), "UTF-16"),
    ],
)
async def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    path = tmp_path / "b.csv"
    jms = jms_of(path, content)

    with pytest.raises(JmsMisconfiguredError, match=reason) as caught:
        await jms.bookings(["A1"])

    assert str(path) in str(caught.value)
    assert jms.problems().bookings == 0
    assert reason in (jms.problems().stale or "")


async def test_a_missing_file_names_its_path_and_its_setting(tmp_path: Path) -> None:
    jms = FileJms(tmp_path / "none.csv", UTC, OFTEN)

    with pytest.raises(JmsMisconfiguredError, match=r"none\.csv does not.*CANDID_JMS__PATH"):
        await jms.ping()
    with pytest.raises(JmsMisconfiguredError):
        await jms.bookings(["A1"])

    (tmp_path / "none.csv").write_text(GOOD)
    await anyio.sleep(OFTEN * 2)

    assert await number_of(jms) == "26-1"


async def test_a_directory_is_no_bookings_file(tmp_path: Path) -> None:
    with pytest.raises(JmsMisconfiguredError, match="no file that this service may read"):
        await FileJms(tmp_path, UTC).ping()


async def test_a_file_that_is_a_loop_of_links_is_unavailable(tmp_path: Path) -> None:
    loop = tmp_path / "b.csv"
    loop.symlink_to(loop)

    with pytest.raises(JmsUnavailableError, match="at the moment"):
        await FileJms(loop, UTC).ping()


async def test_a_file_with_no_bookings_yet_knows_nobody(tmp_path: Path) -> None:
    assert await number_of(jms_of(tmp_path / "b.csv", HEADER)) is None
    assert await number_of(jms_of(tmp_path / "b.jsonl", "")) is None


async def test_a_file_put_in_place_by_renaming_is_read_at_once(tmp_path: Path) -> None:
    path, new = tmp_path / "b.csv", tmp_path / "new"
    jms = jms_of(path, GOOD)
    await jms.ping()
    new.write_text(GOOD.replace("26-1", "26-2"))
    new.replace(path)
    await anyio.sleep(OFTEN * 2)

    assert await number_of(jms) == "26-2"


async def test_a_file_written_in_place_is_read_once_it_rests(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    jms = jms_of(path, GOOD)
    await jms.ping()
    path.write_text(GOOD.replace("26-1", "26-2"))
    await anyio.sleep(OFTEN * 2)

    assert await number_of(jms) == "26-1"
    await until_read(jms, "26-2")


async def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    path, new = tmp_path / "b.csv", tmp_path / "new"
    jms = jms_of(path, GOOD)
    await jms.ping()
    new.write_text(GOOD.replace("26-1", "26-2") + "".join(f"B{n},,\n" for n in range(20_000)))
    new.replace(path)

    await anyio.sleep(OFTEN * 2)

    async with anyio.create_task_group() as group:
        group.start_soon(jms.ping)
        for moment in range(50):
            os.utime(path, (moment, moment))
            await anyio.sleep(OFTEN / 5)

    await until_read(jms, "26-2")


async def test_a_file_that_vanishes_keeps_serving_and_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    jms = jms_of(path, GOOD)
    await jms.ping()
    path.rename(tmp_path / "gone")

    reason = await pings_badly(jms)

    assert "does not exist" in reason
    await anyio.sleep(OFTEN * 2)
    assert "does not exist" in await pings_badly(jms)
    assert "are served" in reason
    assert await number_of(jms) == "26-1"

    (tmp_path / "gone").rename(path)
    await until_well(jms)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (GOOD + "A2,26-2,Sam\nA3,26", "in the middle of a row"),
        (HEADER, "no bookings any more"),
        ("", "names no column"),
        (HEADER + "A1\n", "none of its rows"),
    ],
)
async def test_a_file_that_went_bad_never_takes_the_place_of_a_good_one(
    tmp_path: Path, content: str, reason: str
) -> None:
    path = tmp_path / "b.csv"
    jms = jms_of(path, GOOD)
    await jms.ping()
    path.write_text(content)

    assert reason in await pings_badly(jms)
    assert await number_of(jms) == "26-1"

    path.write_text(GOOD.replace("26-1", "26-3"))
    await until_read(jms, "26-3")
    await jms.ping()


async def test_a_file_that_is_being_written_never_serves_half(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text(GOOD)
    jms = FileJms(path, UTC, check_seconds=0.4)
    await jms.ping()
    with path.open("w") as file:
        for line in (HEADER, *(f"B{n},{n},Sample\n" for n in range(20)), "A1,26-9,Sample\n"):
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
            assert await number_of(jms) in {"26-1", "26-9"}

    await until_read(jms, "26-9")


async def test_a_file_that_lost_most_of_its_rows_is_believed_only_after_a_while(
    tmp_path: Path,
) -> None:
    path = tmp_path / "b.csv"
    jms = jms_of(path, GOOD + "A2,2,Sample\nA3,3,Sample\n")
    await jms.ping()
    path.write_text(GOOD)

    assert "lost more than half" in await pings_badly(jms)
    assert jms.problems().bookings == 3

    await until_well(jms)
    assert jms.problems().bookings == 1


async def test_a_pipe_in_its_place_is_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    jms = jms_of(path, GOOD)
    await jms.ping()
    path.unlink()
    os.mkfifo(path)

    assert "no file that this service may read" in await pings_badly(jms)
    assert await number_of(jms) == "26-1"

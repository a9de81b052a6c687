"""The index of a bookings file: what lies in it, and what happens when it cannot be written."""

from datetime import UTC
from pathlib import Path

import pytest

from adapters.jms.file import FileJms, FileShape
from adapters.jms.file.reading import Reading
from app.domain.errors import JmsUnavailableError
from tests.jms.test_file import GOOD, OFTEN, number_of


async def test_an_index_that_cannot_be_written_is_told_and_no_fault_of_the_file(
    tmp_path: Path,
) -> None:
    (tmp_path / "b.csv").write_text(GOOD)
    jms = FileJms(tmp_path / "b.csv", UTC, OFTEN, shape=FileShape(index_dir=tmp_path / "none"))

    with pytest.raises(JmsUnavailableError, match=r"for the time being: its index in .*none fails"):
        await jms.bookings(["A1"])


async def test_the_index_has_no_name(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    (tmp_path / "b.csv").write_text(GOOD)
    jms = FileJms(tmp_path / "b.csv", UTC, OFTEN, shape=FileShape(index_dir=folder))

    assert await number_of(jms) == "26-1"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("b.csv", "external_image_id,SSN,status\nA1,secret,sealed\n"),
        ("b.jsonl", '{"external_image_id": "A1", "person": {"ssn": "secret"}, "status": "sealed"}'),
    ],
)
def test_what_must_not_be_taken_in_is_not_in_the_index(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)

    (row,) = Reading(FileShape(), UTC).layer(tmp_path / name, is_delta=False).index.rows_of("A1", 2)

    assert "sealed" in row.said
    assert "secret" not in row.said


def test_ids_come_in_the_order_of_their_code_points_and_lines_in_that_of_the_file(
    tmp_path: Path,
) -> None:
    ids = ["b", "\U0001f600", "A1", "￿", "a", "b", "A1", "b"]
    (tmp_path / "b.csv").write_text("external_image_id\n" + "\n".join(ids) + "\n", "utf-8")

    layer = Reading(FileShape(), UTC).layer(tmp_path / "b.csv", is_delta=False)

    assert layer.index.ids_after("", 10) == sorted(set(ids))
    assert layer.index.ids_after("a", 1) == ["b"]
    assert layer.index.good == len(set(ids))
    assert [problem.line for problem in layer.problems.kept] == [7, 8, 9]

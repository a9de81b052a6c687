"""What every JMS adapter promises: on files, on a server on a socket, and the fake."""

import csv
import json
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC
from pathlib import Path

import httpx
import pytest

from adapters.jms.file import FileJms
from adapters.jms.rest import RestJms
from app.domain.booking import RecordStatus
from app.domain.booking_fields import booking_from_fields
from app.domain.errors import JmsCannotListError, PhotoMissingError
from app.domain.photo import View
from app.ports.jms import Jms, PhotoRef
from tests.contract.rest_shapes import CALLS, asked_as
from tests.fakes_jms import FakeJms
from tests.servers import JailSystem, jail_server, served

FIELDS = ("external_image_id", "booking_number", "last_name", "height", "charges", "status", "pod")
ROWS = (
    ("A1", "26-1", "Sample", "5'11\"", "164.225|Burglary I|F|Pending", "", "B"),
    ("A:2", "26-2", "Sämple, Jr.", "511", "", "SEALED", ""),
    ("x_3-z.jpg", "26-3", "Sample", "tall", "", "who knows", ""),
)
BOOKINGS = {row[0]: dict(zip(FIELDS, row, strict=True)) for row in ROWS}
KNOWN = {key: booking_from_fields(fields, UTC).booking for key, fields in BOOKINGS.items()}
KINDS = ("csv", "jsonl", "rest", *CALLS, "fake")


def csv_file(folder: Path) -> Path:
    path = folder / "bookings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([FIELDS, *ROWS])
    return path


def json_lines_file(folder: Path) -> Path:
    path = folder / "bookings.jsonl"
    path.write_text("".join(json.dumps(fields) + "\n" for fields in BOOKINGS.values()), "utf-8")
    return path


@pytest.fixture(params=KINDS)
async def jms(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Jms]:
    if request.param == "rest":
        with served(jail_server(JailSystem(BOOKINGS))) as url:
            async with httpx.AsyncClient(base_url=url) as client:
                yield RestJms(client, 4, UTC)
    elif request.param in CALLS:
        async with asked_as(request.param, BOOKINGS, tmp_path) as opened:
            yield opened
    elif request.param == "fake":
        yield FakeJms(KNOWN)
    else:
        path = csv_file(tmp_path) if request.param == "csv" else json_lines_file(tmp_path)
        yield FileJms(path, UTC)


@pytest.mark.parametrize("asked", [["A1"], ["A1", "A:2", "x_3-z.jpg"], ["A:2", "A:2"]])
async def test_bookings_are_found_by_their_ids(jms: Jms, asked: Sequence[str]) -> None:
    answers = await jms.bookings(asked)

    assert answers.found == {key: KNOWN[key] for key in asked}
    assert answers.unavailable == frozenset()


@pytest.mark.parametrize("unknown", ["B1", "a1", "A1.", "not an id", ""])
async def test_an_id_that_has_no_booking_is_in_neither_answer(jms: Jms, unknown: str) -> None:
    answers = await jms.bookings([unknown, "A1"])

    assert set(answers.found) == {"A1"}
    assert answers.unavailable == frozenset()


async def test_asking_for_nothing_answers_nothing(jms: Jms) -> None:
    answers = await jms.bookings([])

    assert answers.found == {}
    assert answers.unavailable == frozenset()


async def test_a_status_that_is_not_known_hides_the_record(jms: Jms) -> None:
    answers = await jms.bookings(["A:2", "x_3-z.jpg"])

    assert answers.found["A:2"].status is RecordStatus.SEALED
    assert answers.found["x_3-z.jpg"].status is RecordStatus.RESTRICTED


async def test_a_jms_that_knows_no_photos_says_so(jms: Jms) -> None:
    with pytest.raises(JmsCannotListError, match=r"cannot list photos"):
        await jms.photos(View.FRONT, None, None)

    with pytest.raises(PhotoMissingError):
        await jms.photo(PhotoRef("A1", None, View.FRONT, None, ""))


async def test_a_jms_that_is_well_answers_a_ping(jms: Jms) -> None:
    await jms.ping()

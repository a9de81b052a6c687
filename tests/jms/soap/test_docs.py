"""The examples of docs/connect-by-soap.md, as they stand there."""

import re
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

from fastapi import Response

from app.domain.booking import Coded, RecordStatus
from app.domain.photo import View
from tests.jms.soap.connected import connected
from tests.soap_jail import SoapJail, enveloped

DOCUMENT = (Path(__file__).parents[3] / "docs" / "connect-by-soap.md").read_text("utf-8")

SHIPPED = (files("adapters.jms.soap") / "niem.yaml").read_text("utf-8")


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)


REQUESTS, STATUS, EACH, OTHER_REQUESTS, OTHER_MAPPING, PHOTOS = examples("yaml")
CUSTODY, OTHER_ANSWER = examples("xml")


async def test_the_niem_service_needs_no_mapping(tmp_path: Path) -> None:
    jail = SoapJail(version="1.2", answer=lambda: enveloped("1.2", CUSTODY))
    async with connected(jail, tmp_path, REQUESTS) as jms:
        answers = await jms.bookings(["26-000123"])

    booking = answers.found["26-000123"]
    assert jail.asked == [["26-000123"]]
    assert booking.person.last_name == "Sample"
    assert booking.person.date_of_birth == date(1980, 5, 17)
    assert booking.booked_at == datetime(2026, 5, 17, 21, 30, tzinfo=UTC)
    assert [charge.statute for charge in booking.charges] == ["164.225"]
    assert booking.status is RecordStatus.ACTIVE


async def test_a_copy_of_niems_mapping_reads_a_status_of_the_services_own(tmp_path: Path) -> None:
    said, codes = STATUS.split("codes:\n")
    mapping = SHIPPED.replace("fields:\n", said, 1)
    requests = REQUESTS.replace("bookings:\n", EACH, 1)
    sealed = CUSTODY.replace(
        "</j:Booking>", "<jail:RecordStateCode>SEALED</jail:RecordStateCode></j:Booking>"
    )
    jail = SoapJail(version="1.2", answer=lambda: enveloped("1.2", sealed))
    async with connected(jail, tmp_path, requests, f"{mapping}\ncodes:\n{codes}") as jms:
        answers = await jms.bookings(["26-000123"])

    booking = answers.found["26-000123"]
    assert (booking.status, booking.person.last_name) == (RecordStatus.SEALED, "Sample")


async def test_another_service_is_read_by_its_mapping(tmp_path: Path) -> None:
    jail = SoapJail(answer=lambda: Response(OTHER_ANSWER, media_type="text/xml"))
    async with connected(jail, tmp_path, OTHER_REQUESTS, OTHER_MAPPING) as jms:
        answers = await jms.bookings(["A1"])
        jail.answer, jail.fault = None, ("Server", "There is no such inmate.")
        none = await jms.bookings(["A1"])

    booking = answers.found["A1"]
    assert (booking.person.last_name, booking.person.first_name) == ("Sample", "One")
    assert booking.person.sex == Coded("1", "M", "NCIC")
    assert booking.booked_at == datetime(2026, 5, 17, 14, 30, tzinfo=UTC)
    (charge,) = booking.charges
    assert (charge.statute, charge.description) == ("164.225", "Burglary I")
    assert (booking.status, booking.extra) == (RecordStatus.ACTIVE, {"pod": "B"})
    assert none.found == {}


async def test_photos_are_listed_as_it_says(tmp_path: Path) -> None:
    jail = SoapJail(
        version="1.2",
        answer=lambda: enveloped(
            "1.2",
            "<jail:Photos><nc:PersonDigitalImage><nc:BinaryID>A1</nc:BinaryID>"
            "</nc:PersonDigitalImage><jail:Next>2</jail:Next></jail:Photos>",
        ),
    )
    async with connected(jail, tmp_path, REQUESTS + PHOTOS) as jms:
        page = await jms.photos(View.FRONT, None, None)

    assert [ref.external_image_id for ref in page.items] == ["A1"]
    assert page.next == "2"
    assert b"<jail:Pose>F</jail:Pose>" in jail.headers[0]
    assert b"After" not in jail.headers[0]

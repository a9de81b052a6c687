"""A row with every documented column reads alike from CSV, JSON Lines and a REST service."""

import csv
import json
from collections.abc import AsyncGenerator
from dataclasses import fields
from datetime import UTC
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.jms.file import FileJms
from adapters.jms.rest import RestJms
from app.domain.booking import Alias, Booking, Detainer, Person
from app.domain.photo import View
from app.ports.jms import Jms
from tests.servers import JailSystem, jail_server, served

TATTOO = {"code": "TAT L ARM", "description": "rose; with thorns"}
NESTED: dict[str, Any] = {
    "external_image_id": "A1",
    "booking_number": "26-1",
    "previous_booking_numbers": ["26-0"],
    "person": {
        "person_id": "P-1",
        "last_name": "Sample",
        "first_name": "One",
        "middle_name": "N.",
        "suffix": "Jr.",
        "date_of_birth": "1980-05-17",
        "sex": "M",
        "race": "W",
        "eye_color": "BRO",
        "hair_color": "BLK",
        "skin_tone": "Light brown",
        "height": "511",
        "weight": 180,
        "scars_marks_tattoos": [TATTOO],
        "aliases": [{"last_name": "Sample", "first_name": "Won"}, "Big Sample"],
        "merged_into_person_id": "P-2",
        "other_person_ids": ["P-0"],
        "other_booking_numbers": ["25-9", "24-8"],
    },
    "booked_at": "2026-05-17T14:30:00-07:00",
    "released_at": "2026-05-18",
    "facility": "Main jail",
    "agency_ori": "OR0340000",
    "charges": [{"statute": "164.225", "text": "Burglary I", "counts": 2, "bail": "$5,000"}],
    "custody_status": "In custody",
    "detainers": [{"agency": "Clark Co. SO", "reason": "warrant"}],
    "view": "front",
    "pose": "F",
    "image_type": "FACE",
    "pod": "C",
}
ROW = {
    **{name: value for name, value in NESTED.items() if name != "person"},
    **NESTED["person"],
    "previous_booking_numbers": "26-0",
    "scars_marks_tattoos": json.dumps([TATTOO]),
    "aliases": "Sample|Won; Big Sample",
    "other_person_ids": "P-0",
    "other_booking_numbers": "25-9; 24-8",
    "charges": "164.225|Burglary I||||2|$5,000",
    "detainers": "Clark Co. SO|warrant",
}


@pytest.fixture(params=["csv", "jsonl", "rest"])
async def jms(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Jms]:
    if request.param == "rest":
        with served(jail_server(JailSystem({"A1": NESTED}))) as url:
            async with httpx.AsyncClient(base_url=url) as client:
                yield RestJms(client, 4, UTC)
        return
    path = tmp_path / f"bookings.{request.param}"
    with path.open("w", encoding="utf-8", newline="") as file:
        if request.param == "csv":
            csv.writer(file).writerows([ROW.keys(), ROW.values()])
        else:
            file.write(json.dumps(NESTED) + "\n")
    yield FileJms(path, UTC)


async def test_every_column_arrives(jms: Jms) -> None:
    booking = (await jms.bookings(["A1"])).found["A1"]

    assert not [one.name for one in fields(Booking) if getattr(booking, one.name) in (None, ())]
    assert not [
        one.name for one in fields(Person) if getattr(booking.person, one.name) in (None, ())
    ]
    person = booking.person
    assert person.aliases == (Alias(None, "Sample", "Won"), Alias("Big Sample"))
    assert person.other_booking_numbers == ("25-9", "24-8")
    assert person.scars_marks_tattoos[0].description == "rose; with thorns"
    assert person.skin_tone is not None
    assert person.skin_tone.code == "LBR"
    assert booking.charges[0].counts == 2
    assert booking.detainers == (Detainer("Clark Co. SO", "warrant"),)
    assert booking.view is View.FRONT
    assert booking.extra == {"pod": "C"}

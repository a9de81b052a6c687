"""A record of SOAP that says its status, or a mark, in several elements: all of them count."""

from pathlib import Path

import pytest

from app.domain.booking import Booking, RecordStatus
from tests.jms.soap.connected import connected
from tests.soap_files import requests_text
from tests.soap_jail import SoapJail, enveloped

MAPPING = """\
fields:
  external_image_id: jail:ImageID
  status: jail:Status | jail:Court/jail:Status
  custody_status: jail:Custody
  sealed: .//jail:IsSealed
codes:
  status: {OPEN: active, SEAL: sealed}
"""


async def booking_with(directory: Path, said: str) -> Booking:
    content = f"<jail:One><jail:ImageID>I1</jail:ImageID>{said}</jail:One>"
    jail = SoapJail(answer=lambda: enveloped("1.1", content))
    requests = requests_text(of_bookings="each: //jail:One")
    async with connected(jail, directory, requests, MAPPING) as jms:
        return (await jms.bookings(["I1"])).found["I1"]


def elements(name: str, *texts: str) -> str:
    return "".join(f"<jail:{name}>{text}</jail:{name}>" for text in texts)


OPEN = elements("Status", "OPEN")
COURT = "<jail:Court>{}</jail:Court>".format


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (OPEN + COURT(elements("Status", "SEAL")), RecordStatus.SEALED),
        (elements("Status", "SEAL") + COURT(OPEN), RecordStatus.SEALED),
        (OPEN + COURT(elements("Status", "who knows")), RecordStatus.RESTRICTED),
        (OPEN + COURT(elements("Status", "\u200e")), RecordStatus.RESTRICTED),
        (OPEN + COURT(elements("Status", "", "OPEN")), RecordStatus.ACTIVE),
        (OPEN + elements("IsSealed", "N", "N"), RecordStatus.ACTIVE),
        (OPEN + elements("IsSealed", "N", "Y"), RecordStatus.SEALED),
        (OPEN + elements("IsSealed", "N", "0", "*"), RecordStatus.SEALED),
        (OPEN + elements("Custody", "In custody", "Juvenile"), RecordStatus.JUVENILE),
        (OPEN + elements("Custody", "In custody", "Released"), RecordStatus.ACTIVE),
    ],
)
async def test_what_hides_most_counts(tmp_path: Path, said: str, status: RecordStatus) -> None:
    assert (await booking_with(tmp_path, said)).status is status


async def test_as_a_field_the_first_is_read(tmp_path: Path) -> None:
    said = OPEN + elements("Custody", "Released", "In custody")

    booking = await booking_with(tmp_path, said)

    assert booking.custody_status is not None
    assert booking.custody_status.raw == "Released"

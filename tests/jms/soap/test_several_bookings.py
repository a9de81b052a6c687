"""Answers of SOAP in which several bookings have one id, or some have none that can be read."""

from itertools import permutations
from pathlib import Path

import pytest

from adapters.jms.soap.envelope import Message
from app.domain.booking import RecordStatus
from app.ports.jms import BookingAnswers
from tests.jms.soap.connected import connected
from tests.jms.soap.documents import SECOND, WHOLE
from tests.soap_files import MAPPING, requests_text
from tests.soap_jail import SoapJail, enveloped

MAPPED = MAPPING.replace("fields:\n", "fields:\n  booked_at: nc:ActivityDate/nc:Date\n", 1)


def booking(image: str, number: str, day: str = "", status: str = "") -> str:
    return f"""
    <j:Booking>
      <nc:ActivityDate><nc:Date>{day}</nc:Date></nc:ActivityDate>
      <j:BookingAgencyRecordIdentification>
        <nc:IdentificationID>{number}</nc:IdentificationID>
      </j:BookingAgencyRecordIdentification>
      <jail:ImageID>{image}</jail:ImageID>
      <jail:RecordStatus>{status}</jail:RecordStatus>
    </j:Booking>"""


EARLY, LATE = booking("I1", "1", "2020-01-02"), booking("I1", "2", "2026-03-04")
SEALED = booking("I1", "1", "2020-01-02", "SEALED")
UNDATED = booking("I1", "3")
SAME_DAY = booking("I1", "4", "2026-03-04")
NUMBERLESS = booking("I1", "", "2026-03-04")
NAMELESS, ANOTHERS = booking("", "9"), booking("I9", "9")


async def answers_of(directory: Path, content: str, *asked: str) -> BookingAnswers:
    jail = SoapJail(answer=lambda: enveloped("1.1", content))
    requests = requests_text(of_bookings="each: //j:Booking\nat_once: 50")
    async with connected(jail, directory, requests, MAPPED) as jms:
        return await jms.bookings(asked)


async def test_of_several_bookings_the_latest_counts_whatever_their_order(tmp_path: Path) -> None:
    for told in permutations([EARLY, LATE, EARLY]):
        answers = await answers_of(tmp_path, "".join(told), "I1")

        assert answers.found["I1"].booking_number == "2"
        assert answers.unavailable == frozenset()


async def test_of_several_bookings_one_that_hides_does(tmp_path: Path) -> None:
    for told in permutations([SEALED, LATE, UNDATED]):
        answers = await answers_of(tmp_path, "".join(told), "I1")

        assert answers.found["I1"].status is RecordStatus.SEALED


@pytest.mark.parametrize("other", [UNDATED, SAME_DAY, NUMBERLESS])
async def test_which_of_several_bookings_is_meant_may_be_unknown(
    tmp_path: Path, other: str
) -> None:
    for told in permutations([LATE, other]):
        answers = await answers_of(tmp_path, "".join(told), "I1", "I2")

        assert answers.found == {}
        assert answers.unavailable == {"I1"}


async def test_two_bookings_of_niem_share_the_photos_of_their_person(tmp_path: Path) -> None:
    sealed = SECOND.replace('s:ref="P2"', 's:ref="P1"').replace(
        "</j:Booking>", "<j:BookingSealedIndicator>true</j:BookingSealedIndicator></j:Booking>"
    )
    for told in (WHOLE + sealed, sealed + WHOLE):
        async with connected(SoapJail({"IMG-1": told}), tmp_path) as jms:
            answers = await jms.bookings(["IMG-1"])

        assert answers.found["IMG-1"].status is RecordStatus.SEALED


async def test_where_a_booking_has_no_id_nothing_is_known_not_to_be_there(tmp_path: Path) -> None:
    answers = await answers_of(tmp_path, LATE + NAMELESS, "I1", "I2", "I3")

    assert set(answers.found) == {"I1"}
    assert answers.unavailable == {"I2", "I3"}


async def test_a_booking_of_another_id_says_nothing_of_those_asked(tmp_path: Path) -> None:
    answers = await answers_of(tmp_path, LATE + ANOTHERS, "I1", "I2")

    assert set(answers.found) == {"I1"}
    assert answers.unavailable == frozenset()


def test_a_message_does_not_show_its_password() -> None:
    assert "sesame" not in repr(Message(b"<Password>sesame</Password>", {}))

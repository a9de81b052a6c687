"""Bookings by SOAP: how they are asked for, and what faults mean."""

from pathlib import Path

import pytest
from lxml import etree

from adapters.jms.soap import PING_ID
from app.domain.errors import JmsMisconfiguredError, JmsUnavailableError
from tests.jms.soap.connected import connected
from tests.jms.soap.documents import SECOND, WHOLE
from tests.soap_files import MAPPING, requests_text
from tests.soap_jail import JAIL, SoapJail, Told, enveloped

NUMBER, OTHER = "26-000123", "26-000124"
DOCUMENTS = {NUMBER: WHOLE, OTHER: SECOND}
NO_SUCH: Told = ("Client.NoSuchBooking", "Inmate 4711 SAMPLE not on file")


def jail(version: str = "1.1", **more: object) -> SoapJail:
    return SoapJail(DOCUMENTS, version=version, **more)  # type: ignore[arg-type]  # fields of any type


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("told", ["NoSuchBooking", "not ON file", "[Other, NoSuchBooking]"])
async def test_a_fault_that_says_there_is_none_is_not_found(
    tmp_path: Path, version: str, told: str
) -> None:
    asked = requests_text(version=version, of_bookings=f"not_found: {told}")
    async with connected(jail(version, not_found=NO_SUCH), tmp_path, asked) as jms:
        answers = await jms.bookings([NUMBER, "B1"])
        await jms.ping()
        assert await jms.explained("B1") is None

    assert set(answers.found) == {NUMBER}
    assert answers.unavailable == frozenset()


async def test_of_several_at_once_a_missing_one_costs_the_others_nothing(tmp_path: Path) -> None:
    asked = requests_text(of_bookings="at_once: 3\nnot_found: NoSuchBooking")
    jms_of = jail(not_found=NO_SUCH)
    async with connected(jms_of, tmp_path, asked) as jms:
        answers = await jms.bookings([NUMBER, "B1", OTHER])

    assert set(answers.found) == {NUMBER, OTHER}
    assert jms_of.asked == [[NUMBER, "B1", OTHER], [NUMBER], ["B1"], [OTHER]]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (("Client", "secret"), JmsMisconfiguredError),
        (("Client.NoSuchBooking", "secret"), JmsMisconfiguredError),
        (("Server", "secret"), JmsUnavailableError),
        (("Server.Busy", "secret"), JmsUnavailableError),
        (("VersionMismatch", "secret"), JmsMisconfiguredError),
        (("MustUnderstand", "secret"), JmsMisconfiguredError),
        (("secret stuff", "secret"), JmsUnavailableError),
    ],
)
async def test_other_faults_are_a_setting_to_check_or_a_service_to_ask_again(
    tmp_path: Path, version: str, fault: Told, error: type[Exception]
) -> None:
    async with connected(jail(version, fault=fault), tmp_path) as jms:
        with pytest.raises(error) as caught:
            await jms.bookings([NUMBER])
        with pytest.raises(error):
            await jms.ping()
        with pytest.raises(error):
            await jms.explained(NUMBER)

    assert "secret" not in str(caught.value)


async def test_one_that_fails_costs_the_others_nothing(tmp_path: Path) -> None:
    one = jail()
    one.documents = {**DOCUMENTS, "B1": "<j:Booking><nc:unclosed></j:Booking>"}
    async with connected(one, tmp_path) as jms:
        answers = await jms.bookings([NUMBER, "B1", OTHER])

    assert set(answers.found) == {NUMBER, OTHER}
    assert answers.unavailable == {"B1"}


async def test_an_id_that_no_xml_can_hold_is_not_asked_for(tmp_path: Path) -> None:
    one = jail()
    async with connected(one, tmp_path) as jms:
        answers = await jms.bookings(["a\0b", "a\ud800", "", NUMBER])
        assert await jms.explained("a\0b") is None

    assert answers.unavailable == {"a\0b", "a\ud800"}
    assert one.asked == [[NUMBER]]


@pytest.mark.parametrize(
    "identifier", ["<x/>", "&amp;", '"', "]]>", "é\u2028", "{after}", "{action}", "a\tb"]
)
async def test_no_id_is_markup_or_a_placeholder(tmp_path: Path, identifier: str) -> None:
    one = jail()
    async with connected(one, tmp_path) as jms:
        await jms.bookings([identifier])

    assert one.asked == [[identifier]]


async def test_another_booking_than_asked_for_is_refused_and_explained(tmp_path: Path) -> None:
    one = jail()
    one.documents = {"B1": WHOLE}
    async with connected(one, tmp_path) as jms:
        with pytest.raises(JmsMisconfiguredError, match="another booking"):
            await jms.bookings(["B1"])
        readings = await jms.explained("B1")

    assert readings is not None
    assert {one.column: one.value for one in readings}["last_name"] == "Sample"


async def test_a_booking_without_an_id_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    one = SoapJail({"B1": "<j:Booking><jail:Pod>B</jail:Pod></j:Booking>"})
    asked = requests_text(of_bookings="each: //j:Booking")
    async with connected(one, tmp_path, asked, MAPPING) as jms:
        answers = await jms.bookings(["B1"])

    assert answers.found["B1"].extra == {"pod": "B"}


async def test_a_mapping_may_name_no_id(tmp_path: Path) -> None:
    asked = requests_text(of_bookings="each: //j:Booking\nat_once: 2")
    mapping = "fields: {booking_number: j:BookingAgencyRecordIdentification}"
    async with connected(jail(), tmp_path, asked, mapping) as jms:
        answers = await jms.bookings([NUMBER])
        with pytest.raises(JmsMisconfiguredError, match="another booking"):
            await jms.bookings([NUMBER, OTHER])

    assert answers.found[NUMBER].booking_number == NUMBER


async def test_what_cannot_be_read_costs_its_own_field(tmp_path: Path) -> None:
    told = WHOLE.replace("<nc:Date>1980-05-17", "<nc:Date>someday")
    async with connected(SoapJail({NUMBER: told}), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    person = answers.found[NUMBER].person
    assert (person.date_of_birth, person.last_name) == (None, "Sample")


async def test_of_two_answers_about_one_booking_the_stricter_counts(tmp_path: Path) -> None:
    sealed = WHOLE.replace("Indicator>false", "Indicator>true")
    for documents in (WHOLE + sealed, sealed + WHOLE):
        async with connected(SoapJail({NUMBER: documents}), tmp_path) as jms:
            answers = await jms.bookings([NUMBER])

        assert answers.found[NUMBER].status == "sealed"


async def test_a_document_in_a_text_is_read_in_its_place(tmp_path: Path) -> None:
    inner = (
        '<?xml version="1.0" encoding="utf-16"?><Result><Booking><No>7</No><Last>Sample &amp; Son'
        "</Last></Booking></Result>"
    )
    escaped = inner.replace("&", "&amp;").replace("<", "&lt;")
    content = f'<GetResponse xmlns="{JAIL}"><GetResult>{escaped}</GetResult></GetResponse>'
    one = SoapJail(answer=lambda: enveloped("1.1", content))
    asked = requests_text(of_bookings="within: //jail:GetResult\neach: //Booking")
    mapping = "fields: {external_image_id: No, last_name: Last}"
    async with connected(one, tmp_path, asked, mapping) as jms:
        answers = await jms.bookings(["7"])
        one.answer = lambda: enveloped("1.1", f'<GetResponse xmlns="{JAIL}"/>')
        assert (await jms.bookings(["7"])).found == {}

    assert answers.found["7"].person.last_name == "Sample & Son"


async def test_headers_of_the_services_own_are_sent(tmp_path: Path) -> None:
    header = """\
header: |
  <w:To xmlns:w="urn:w">{address}</w:To>
  <w:Action xmlns:w="urn:w">{action}</w:Action>
  <w:MessageID xmlns:w="urn:w">{message_id}</w:MessageID>
"""
    one = jail("1.2")
    async with connected(one, tmp_path, requests_text(version="1.2", more=header)) as jms:
        await jms.bookings([NUMBER])

    texts = [element.text for element in etree.fromstring(one.headers[0])[0]]
    assert texts[0] is not None
    assert texts[0].endswith("/jms")
    assert texts[1] == "urn:example:jail:GetBookings"
    assert texts[2] is not None
    assert texts[2].startswith("urn:uuid:")
    assert 'action="urn:example:jail:GetBookings"' in one.heads[0]["content-type"]


async def test_a_ping_may_have_a_question_of_its_own(tmp_path: Path) -> None:
    ping = "ping: {action: urn:example:jail:Ping, body: <jail:GetBookings/>}"
    one = jail()
    async with connected(one, tmp_path, requests_text(more=ping)) as jms:
        await jms.ping()
        one.fault = ("Server", "down")
        with pytest.raises(JmsUnavailableError):
            await jms.ping()

    assert one.asked == [[], []]


async def test_a_ping_asks_for_a_booking_that_is_not_there(tmp_path: Path) -> None:
    one = jail()
    async with connected(one, tmp_path) as jms:
        await jms.ping()

    assert one.asked == [[PING_ID]]

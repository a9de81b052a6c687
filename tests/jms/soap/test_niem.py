"""Bookings of NIEM's justice domain, read without a mapping of one's own."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.domain.booking import Alias, Coded, RecordStatus
from app.domain.photo import View
from app.ports.jms import PhotoRef
from tests.jms.soap.connected import connected
from tests.jms.soap.documents import SECOND, WHOLE
from tests.soap_files import requests_text
from tests.soap_jail import RELEASES, SoapJail

NUMBER = "26-000123"


@pytest.mark.parametrize("release", RELEASES)
async def test_a_booking_of_any_release_is_read(tmp_path: Path, release: str) -> None:
    async with connected(SoapJail({NUMBER: WHOLE}, release=release), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    booking = answers.found[NUMBER]
    assert (booking.booking_number, booking.facility) == (NUMBER, "Main jail")
    assert (booking.agency_ori, booking.status) == ("OR0340000", RecordStatus.ACTIVE)
    assert booking.booked_at == datetime(2026, 5, 17, 21, 30, tzinfo=UTC)
    assert booking.released_at == datetime(2026, 5, 19, tzinfo=UTC)
    assert booking.custody_status == Coded("Released", "released", "CANDID")
    (charge,) = booking.charges
    assert charge.counts == 2
    assert charge.statute == "164.225"
    assert charge.description == "Burglary I"
    assert charge.disposition == "Pending"


@pytest.mark.parametrize("release", RELEASES)
async def test_a_person_of_any_release_is_read(tmp_path: Path, release: str) -> None:
    async with connected(SoapJail({NUMBER: WHOLE}, release=release), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    person = answers.found[NUMBER].person
    assert (person.person_id, person.last_name, person.first_name) == ("4711", "Sample", "One")
    assert (person.middle_name, person.suffix) == ("M.", "Jr.")
    assert person.date_of_birth == date(1980, 5, 17)
    assert (person.sex, person.race) == (Coded("M", "M", "NCIC"), Coded("W", "W", "NCIC"))
    assert person.eye_color == Coded("BLU", "BLU", "NCIC")
    assert person.hair_color == Coded("Brown", "BRO", "NCIC")
    assert (person.height_inches, person.weight_pounds) == (71, 181)
    assert person.skin_tone == Coded("fair", "FAR", "NCIC")
    (tattoo,) = person.scars_marks_tattoos
    assert (tattoo.smt.code, tattoo.description) == ("TAT L ARM", "anchor")
    born = date(1981, 6, 18)
    assert person.aliases == (Alias(last_name="Simple", first_name="Won", date_of_birth=born),)


async def test_what_nobody_asked_for_is_not_taken_in(tmp_path: Path) -> None:
    async with connected(SoapJail({NUMBER: WHOLE}), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    assert answers.found[NUMBER].extra == {}
    assert "123-45-6789" not in repr(answers)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("false", RecordStatus.ACTIVE),
        ("0", RecordStatus.ACTIVE),
        ("true", RecordStatus.SEALED),
        ("1", RecordStatus.SEALED),
        ("perhaps", RecordStatus.SEALED),
    ],
)
async def test_a_sealed_booking_is_hidden(tmp_path: Path, value: str, status: RecordStatus) -> None:
    told = WHOLE.replace("<j:BookingSealedIndicator>false", f"<j:BookingSealedIndicator>{value}")
    async with connected(SoapJail({NUMBER: told}), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    assert answers.found[NUMBER].status is status


@pytest.mark.parametrize(
    ("values", "status"),
    [
        (["false", "true"], RecordStatus.SEALED),
        (["true", "false"], RecordStatus.SEALED),
        (["false", "0"], RecordStatus.ACTIVE),
        ([" "], RecordStatus.ACTIVE),
        ([], RecordStatus.ACTIVE),
    ],
)
async def test_any_mark_of_a_booking_as_sealed_hides_it(
    tmp_path: Path, values: list[str], status: RecordStatus
) -> None:
    marks = [f"<j:BookingSealedIndicator>{one}</j:BookingSealedIndicator>" for one in values]
    told = WHOLE.replace(
        "<j:BookingSealedIndicator>false</j:BookingSealedIndicator>", "".join(marks)
    )
    async with connected(SoapJail({NUMBER: told}), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    assert answers.found[NUMBER].status is status


@pytest.mark.parametrize(
    ("value", "status"),
    [("false", RecordStatus.ACTIVE), ("true", RecordStatus.JUVENILE), ("1", RecordStatus.JUVENILE)],
)
async def test_a_juvenile_on_any_picture_hides_the_booking(
    tmp_path: Path, value: str, status: RecordStatus
) -> None:
    told = WHOLE.replace(
        "<j:ImagePoseCode>L",
        f"<j:ImageJuvenileIndicator>{value}</j:ImageJuvenileIndicator><j:ImagePoseCode>L",
    )
    async with connected(SoapJail({NUMBER: told}), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    assert answers.found[NUMBER].status is status


async def test_a_booking_is_found_by_the_ids_of_its_photos_too(tmp_path: Path) -> None:
    jail = SoapJail({"IMG-1": WHOLE, "IMG-2": WHOLE, "26-000124": SECOND})
    asked = requests_text(of_bookings="at_once: 50")
    async with connected(jail, tmp_path, asked) as jms:
        answers = await jms.bookings(["IMG-1", "IMG-2", "26-000124"])

    assert len(jail.asked) == 1
    poses = {key: booking.pose for key, booking in answers.found.items()}
    assert poses["IMG-2"] == Coded("L", "L", "ANSI/NIST-ITL")
    views = {key: booking.view for key, booking in answers.found.items()}
    assert views == {"IMG-1": View.FRONT, "IMG-2": View.LEFT, "26-000124": None}
    names = {key: booking.person.last_name for key, booking in answers.found.items()}
    assert names == {"IMG-1": "Sample", "IMG-2": "Sample", "26-000124": "Other"}


async def test_charges_of_another_booking_are_not_this_ones(tmp_path: Path) -> None:
    inner = WHOLE.replace("</jail:Custody>", "") + SECOND.replace("<jail:Custody>", "")
    jail = SoapJail({NUMBER: inner, "26-000124": ""})
    asked = requests_text(of_bookings="at_once: 50")
    async with connected(jail, tmp_path, asked) as jms:
        answers = await jms.bookings([NUMBER, "26-000124"])

    assert [charge.statute for charge in answers.found[NUMBER].charges] == ["164.225"]
    assert answers.found["26-000124"].charges == ()


@pytest.mark.parametrize(
    ("activity", "charge"), [('s:ref="B1"', 's:ref="C1"'), ('s:uri="#B1"', 's:uri="#C1"')]
)
async def test_charges_are_found_by_an_association(
    tmp_path: Path, activity: str, charge: str
) -> None:
    associated = (
        f"<j:ActivityChargeAssociation><nc:Activity {activity}/><j:Charge {charge}/>"
        "</j:ActivityChargeAssociation></jail:Custody>"
    )
    told = WHOLE.replace('<j:Arrest s:ref="A1"/>', "").replace("</jail:Custody>", associated)
    both = told.replace("</jail:Custody>", "") + SECOND.replace("<jail:Custody>", "")
    jail = SoapJail({NUMBER: both, "26-000124": ""}, release="6.0")
    async with connected(jail, tmp_path, requests_text(of_bookings="at_once: 50")) as jms:
        answers = await jms.bookings([NUMBER, "26-000124"])

    assert [charge.description for charge in answers.found[NUMBER].charges] == ["Burglary I"]
    assert answers.found["26-000124"].charges == ()


async def test_a_photo_is_taken_from_its_booking(tmp_path: Path) -> None:
    async with connected(SoapJail({"IMG-2": WHOLE}), tmp_path) as jms:
        photo = await jms.photo(PhotoRef("IMG-2", NUMBER, View.LEFT, None, ""))

    assert photo == b"left"


@pytest.mark.parametrize(
    "subject",
    [
        '<nc:RoleOfPerson s:ref="P1"/>',
        '<nc:RoleOfPersonReference s:ref="P1"/>',
        '<nc:EntityPerson s:uri="#P1" xsi:nil="true"/>',
        (
            "<nc:EntityPerson><nc:PersonName><nc:PersonSurName>Sample</nc:PersonSurName>"
            "</nc:PersonName></nc:EntityPerson>"
        ),
    ],
)
async def test_whoever_was_booked_is_found_in_every_way_of_niem(
    tmp_path: Path, subject: str
) -> None:
    told = WHOLE.replace('<nc:RoleOfPerson s:ref="P1"/>', subject).replace(
        "<jail:Custody>",
        '<jail:Custody xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    )
    async with connected(SoapJail({NUMBER: told}, release="6.0"), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    assert answers.found[NUMBER].person.last_name == "Sample"


async def test_many_references_take_no_time(tmp_path: Path) -> None:
    inner = "".join(f'<nc:a s:id="p{n}">' for n in range(80)) + "<nc:b/>" * 9000 + "</nc:a>" * 80
    references = "".join(f'<nc:RoleOfPerson s:ref="p{n}"/>' for n in range(80)) * 20
    told = WHOLE.replace('<nc:RoleOfPerson s:ref="P1"/>', references + inner)
    async with connected(SoapJail({NUMBER: told}), tmp_path, seconds=5) as jms:
        answers = await jms.bookings([NUMBER])

    assert answers.found[NUMBER].person.last_name is None


async def test_codes_of_ncic_may_have_its_own_namespace(tmp_path: Path) -> None:
    space = 'xmlns:n="https://docs.oasis-open.org/niemopen/ns/model/codes/ncic/6.0/"'
    told = WHOLE.replace(
        "<j:PersonSexCode>M</j:PersonSexCode>", f"<n:PersonSexCode {space}>F</n:PersonSexCode>"
    )
    async with connected(SoapJail({NUMBER: told}, release="6.0"), tmp_path) as jms:
        answers = await jms.bookings([NUMBER])

    assert answers.found[NUMBER].person.sex == Coded("F", "F", "NCIC")

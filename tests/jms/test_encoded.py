"""Ids of a JMS that do not fit, on their way out and in again."""

from datetime import UTC
from pathlib import Path

import pytest

from adapters.jms.encoded import EncodedIdsJms
from adapters.jms.file import FileJms
from app.domain.booking import Booking
from app.domain.encoded_ids import encoded_id
from app.domain.errors import JmsUnavailableError
from app.domain.imports import ItemReason
from app.domain.photo import View
from app.ports.jms import PhotoRef, UnusableRef
from tests.fakes_jms import FakeJms
from tests.jms.guards.guarded import guarded

OWN = ("A1", "A 1/2", "Müller", "::x", "..")
TOO_LONG = "é" * 100


def ref_of(own: str) -> PhotoRef:
    return PhotoRef(own, None, View.FRONT, None, f"at {own}")


@pytest.fixture
def fake() -> FakeJms:
    photos = {ref_of(own): own.encode() for own in (*OWN, TOO_LONG)}
    return FakeJms({own: Booking(own) for own in OWN}, photos)


@pytest.fixture
def jms(fake: FakeJms) -> EncodedIdsJms:
    return EncodedIdsJms(fake)


async def test_bookings_are_asked_for_by_the_jms_own_ids_and_come_under_ours(
    jms: EncodedIdsJms,
) -> None:
    ids = [encoded_id(own) for own in OWN]

    answers = await jms.bookings([*ids, "B1"])

    assert answers.found == {one: Booking(one) for one in ids}


@pytest.mark.parametrize("foreign", ["A 1/2", "::A1", "::x", "::zz:", "::A:20", ""])
async def test_an_id_that_no_id_of_the_jms_is_encoded_as_finds_nothing(
    jms: EncodedIdsJms, foreign: str
) -> None:
    answers = await jms.bookings([foreign, "A1"])

    assert set(answers.found) == {"A1"}


async def test_a_booking_that_is_not_answered_is_told_under_our_id(
    jms: EncodedIdsJms, fake: FakeJms
) -> None:
    fake.unavailable = {"A 1/2"}

    answers = await jms.bookings(["A1", "::A:201:2f2"])

    assert answers.unavailable == {"::A:201:2f2"}


async def test_when_the_jms_was_asked_is_told_under_our_id(fake: FakeJms) -> None:
    async with guarded(fake) as guards:
        before = await guards.jms.bookings(["A 1/2"])
        answers = await EncodedIdsJms(guards.jms).bookings(["::A:201:2f2"])

    assert answers.asked_at == {"::A:201:2f2": before.asked_at["A 1/2"]}


async def test_photos_are_listed_under_our_ids_and_fetched_by_the_jms_own(
    jms: EncodedIdsJms,
) -> None:
    page = await jms.photos(View.FRONT, None, None)

    assert [ref.external_image_id for ref in page.items] == [encoded_id(own) for own in OWN]
    assert [await jms.photo(ref) for ref in page.items] == [own.encode() for own in OWN]


async def test_an_id_that_gets_too_long_is_told_apart_from_an_entry_that_says_nothing(
    jms: EncodedIdsJms, fake: FakeJms
) -> None:
    fake.problems = (UnusableRef("item 3", ItemReason.ENTRY_UNUSABLE, "It has no id."),)

    page = await jms.photos(View.FRONT, None, None)

    assert [(problem.name, problem.reason) for problem in page.problems] == [
        ("item 3", ItemReason.ENTRY_UNUSABLE),
        (TOO_LONG, ItemReason.ID_NOT_ENCODABLE),
    ]


async def test_a_jms_that_is_down_is_down(jms: EncodedIdsJms, fake: FakeJms) -> None:
    fake.down = True

    with pytest.raises(JmsUnavailableError):
        await jms.ping()


async def test_rows_of_a_bookings_file_are_found_whatever_their_ids_are_like(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bookings.csv"
    path.write_text("external_image_id,booking_number\nA 1/2,1\nMüller,2\n", "utf-8")
    jms = EncodedIdsJms(FileJms(path, UTC))

    answers = await jms.bookings(["::A:201:2f2", encoded_id("Müller")])

    assert {one.booking_number for one in answers.found.values()} == {"1", "2"}

"""Asking for a removal by a number from before never answers that something is gone which stays."""

from dataclasses import replace

import pytest

from app.domain.booking import RecordStatus
from app.domain.collection import Collection
from app.domain.errors import CandidError, NothingToRemoveError, NotIndexedError
from app.domain.jms_events import About, Numbered
from app.domain.record import Standing
from app.domain.removal import RemovalSubject
from app.ports.records import RecordsOfCollections
from app.services.recorded import utc_now
from tests.fakes import drawn_photo
from tests.jails import Jail, booking
from tests.records.samples import MODEL, NOW, face_id, photo
from tests.services.forgetting.test_holds import booked
from tests.services.forgetting.test_removals import remove

PERSON, BOOKING = RemovalSubject.PERSON_ID, RemovalSubject.BOOKING_NUMBER
PHOTO = RemovalSubject.EXTERNAL_IMAGE_ID
NUMBERS = [(PERSON, "P-1"), (BOOKING, "B-A1"), (PHOTO, "A1")]


def _about(subject: RemovalSubject, old: str, new: str) -> About:
    numbered = Numbered(subject.value)
    match subject:
        case RemovalSubject.PERSON_ID:
            return About(person_ids=(old,), numbered=numbered, to=new)
        case RemovalSubject.BOOKING_NUMBER:
            return About(booking_numbers=(old,), numbered=numbered, to=new)
        case RemovalSubject.EXTERNAL_IMAGE_ID:
            return About((old,), numbered=numbered, to=new)


async def renumber(jail: Jail, subject: RemovalSubject, old: str, new: str) -> None:
    async with jail.records.unit() as unit:
        await unit.jms_events.renumber(_about(subject, old, new), NOW)


async def stands(jail: Jail, number: str, status: RecordStatus = RecordStatus.ACTIVE) -> None:
    """Have a photo by this id, of a person and of a booking by the same number."""
    known = Standing(number, status, utc_now(), booking_number=number)
    async with jail.records.unit() as unit:
        await unit.photos.put(photo(number, face_id(), standing=known), {})


async def refusal(jail: Jail, subject: RemovalSubject, value: str) -> CandidError:
    error = NotIndexedError if subject is PHOTO else NothingToRemoveError
    with pytest.raises(error) as raised:
        await remove(jail, subject, value)
    return raised.value


async def test_a_removal_from_before_a_merge_is_no_answer_for_who_was_booked_again(
    jail: Jail,
) -> None:
    await booked(jail)
    first = await remove(jail, PERSON, "P-1", "january")
    jail.fake_jms.known["A3"] = booking("A3", "P-1")
    await jail.index("A3", drawn_photo("Ann", note="A3"))
    await renumber(jail, PERSON, "P-1", "P-9")
    jail.fake_jms.known["A3"] = booking("A3", "P-9")

    error = await refusal(jail, PERSON, "P-1")

    told = "No photo on record has this number; 1 has what it has become: P-9. Nothing was removed"
    assert str(error).startswith(told)
    assert (await jail.audit())[-1].outcome == "nothing_to_remove"
    assert "A3" in {one.external_image_id for one in (await jail.search("Ann")).candidates}
    assert (await remove(jail, PERSON, "P-1", "january")).removal == first.removal
    await remove(jail, PERSON, "P-9")
    assert (await remove(jail, PERSON, "P-1")).removal == first.removal


@pytest.mark.parametrize(("subject", "old"), NUMBERS)
@pytest.mark.parametrize("first", ["removed", "nothing"])
async def test_whoever_asks_by_an_old_number_is_told_the_one_of_now(
    jail: Jail, subject: RemovalSubject, old: str, first: str
) -> None:
    if first == "removed":
        await booked(jail)
        await remove(jail, subject, old)
    await stands(jail, "N-2")
    await renumber(jail, subject, old, "N-2")

    assert "has become: N-2. " in str(await refusal(jail, subject, old))


async def test_what_the_jms_answers_is_known_too_and_of_many_numbers_a_few_are_told(
    jail: Jail,
) -> None:
    for number in range(1, 8):
        known = Standing(f"P-{number}", as_of=NOW, other_person_ids=("P-0",))
        async with jail.records.unit() as unit:
            await unit.photos.put(photo(f"A{number}", face_id(), standing=known), {})

    error = await refusal(jail, PERSON, "P-0")

    assert "7 have what it has become: P-1, P-2, P-3, P-4, P-5 and 2 more. " in str(error)


@pytest.mark.parametrize(("subject", "old"), NUMBERS)
async def test_the_number_of_a_hidden_record_is_not_told(
    jail: Jail, subject: RemovalSubject, old: str
) -> None:
    await stands(jail, "N-2", RecordStatus.SEALED)
    await renumber(jail, subject, old, "N-2")

    error = await refusal(jail, subject, old)

    assert "1 has what it has become. " in str(error)
    assert "N-2" not in str(error)


@pytest.mark.parametrize(("subject", "old"), NUMBERS)
async def test_a_photo_that_a_client_of_rekognition_keeps_changes_no_answer(
    jail: Jail, of_collections: RecordsOfCollections, subject: RemovalSubject, old: str
) -> None:
    await booked(jail)
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    await stands(replace(jail, records=other), "N-2")
    asked = await remove(jail, subject, old)
    await renumber(jail, subject, old, "N-2")

    again = await remove(jail, subject, old)

    assert (again.is_new, again.removal) == (False, asked.removal)

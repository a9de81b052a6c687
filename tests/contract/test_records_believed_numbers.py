"""The contract of the records about a renumbering that the JMS's own answers are behind."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.domain.collection import Collection
from app.domain.jms_events import Numbered
from app.domain.record import Standing
from app.ports.records import Records, RecordsOfCollections
from tests.contract.test_records_former_numbers import meant, of_kind, renumber
from tests.contract.test_records_withheld import MINUTE, put, said
from tests.records.samples import LATER, MODEL, NOW

KINDS = pytest.mark.parametrize("kind", [Numbered.PERSON_ID, Numbered.BOOKING_NUMBER])
SOON = LATER - MINUTE
OF = {number: Standing(number, as_of=SOON, booking_number=number) for number in "1234"}


async def number(records: Records, name: str, kind: Numbered) -> str | None:
    async with records.view() as view:
        known = (await view.standings.of([name]))[name]
    return known.person_id if kind is Numbered.PERSON_ID else known.booking_number


async def became(records: Records, kind: Numbered, *pairs: str) -> None:
    """Have events tell, of pairs such as 12, that the first number is the second now."""
    abouts = [of_kind(kind, pair[0], to=pair[1]) for pair in pairs]
    await renumber(records, *abouts, believed_at=LATER)


async def numbers(records: Records, kind: Numbered, said_now: str) -> Sequence[str | None]:
    """Return what a photo's number is when the JMS says each of these."""
    kept = list[str | None]()
    for one in said_now:
        await said(records, "A1", OF[one])
        kept.append(await number(records, "A1", kind))
    return kept


@KINDS
async def test_a_new_number_stays_while_the_jms_may_be_behind(
    records: Records, kind: Numbered
) -> None:
    await put(records, "A1", replace(OF["1"], as_of=NOW))
    await became(records, kind, "12")

    assert await numbers(records, kind, "1") == ["2"]
    assert (await meant(records, of_kind(kind, "2"))).photos == ["A1"]

    await said(records, "A1", replace(OF["1"], as_of=LATER))  # it was undone, it seems
    assert await number(records, "A1", kind) == "1"


@KINDS
async def test_a_photo_that_comes_with_an_old_number_has_the_new_one(
    records: Records, of_collections: RecordsOfCollections, kind: Numbered
) -> None:
    other = of_collections.of("cases")
    async with other.unit() as unit:
        await unit.collections.add(Collection("cases", MODEL, NOW))
    await became(records, kind, "12")

    await put(records, "A1", OF["1"])
    await put(other, "A2", OF["1"])
    await put(records, "A3", replace(OF["1"], as_of=LATER))
    await put(records, "A1")  # anew, without asking the JMS

    assert (await meant(records, of_kind(kind, "2"))).photos == ["A1", "A2"]


@KINDS
@pytest.mark.parametrize("told", [("12", "23"), ("23", "12")], ids=str)
async def test_a_number_is_the_last_of_those_that_it_became(
    records: Records, kind: Numbered, told: tuple[str, str]
) -> None:
    await put(records, "A1", replace(OF["1"], as_of=NOW))
    await became(records, kind, *told)

    assert await number(records, "A1", kind) == "3"
    assert await numbers(records, kind, "1234") == ["3", "3", "3", "4"]


@KINDS
@pytest.mark.parametrize(
    ("told", "ends"),
    [
        (("12", "21"), "114"),
        (("12", "21", "12"), "224"),
        (("12", "23", "31"), "114"),
        (("12", "23", "32"), "224"),
        (("12", "14"), "424"),
        (("12", "22"), "224"),
    ],
    ids=str,
)
async def test_the_newest_word_about_a_number_counts_and_no_circle_is_left(
    records: Records, kind: Numbered, told: tuple[str, ...], ends: str
) -> None:
    await put(records, "A1", replace(OF["1"], as_of=NOW))
    await became(records, kind, *told)

    assert await numbers(records, kind, "124") == list(ends)


@KINDS
async def test_a_circle_that_two_calls_tell_at_once_leaves_the_word_of_the_jms(
    records: Records, kind: Numbered
) -> None:
    await put(records, "A1", replace(OF["4"], as_of=NOW))
    async with records.unit() as unit:
        await unit.jms_events.renumber(of_kind(kind, "1", to="2"), LATER)
        await became(records, kind, "21")

    assert await numbers(records, kind, "12") == ["1", "2"]


@KINDS
async def test_what_a_number_from_before_became_is_that_of_a_photo_without_one_of_now(
    records: Records, kind: Numbered
) -> None:
    told = Standing(as_of=SOON, other_person_ids=("0", "1"), previous_booking_numbers=("0", "1"))
    await became(records, kind, "12")

    await put(records, "A1", told)

    assert await number(records, "A1", kind) == "2"
    await said(records, "A1", replace(told, as_of=LATER))
    assert await number(records, "A1", kind) is None

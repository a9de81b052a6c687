"""What a seal means that names a number from before a merge or a renumbering."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import pytest
from typing_extensions import override

from app.domain.booking import RecordStatus
from app.domain.jms_events import About, EventType, JmsEvent, Numbered
from app.domain.record import Standing
from app.services.recorded import utc_now
from tests.fakes import FakePhotoStore
from tests.jails import Jail, booking
from tests.services.withholding.telling import (
    AT,
    fall_behind,
    found,
    renumbered,
    rows,
    sealed,
    tell,
)

MERGED = About(person_ids=("P-Ann",), numbered=Numbered.PERSON_ID, to="P-2")
BOOKED_ANEW = About(booking_numbers=("B-A1",), numbered=Numbered.BOOKING_NUMBER, to="26-2")


class StoreMeanwhile(FakePhotoStore):
    """Lets something happen while a photo is read."""

    def __init__(
        self, photos: Mapping[str, bytes], meanwhile: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__()
        self.photos = dict(photos)
        self.meanwhile = meanwhile

    @override
    async def get(self, key: str) -> bytes | None:
        await self.meanwhile()
        return await super().get(key)


@pytest.mark.parametrize(
    ("told", "named"),
    [
        (MERGED, About(person_ids=("P-Ann",))),
        (BOOKED_ANEW, About(booking_numbers=("B-A1",))),
    ],
    ids=["person", "booking"],
)
async def test_who_is_sealed_by_an_old_number_is_hidden(
    jail: Jail, told: About, named: About
) -> None:
    fall_behind(jail)
    await tell(jail, JmsEvent("e1", EventType.MERGED, AT, told))

    [answer] = await tell(jail, replace(sealed("e2"), about=named))

    assert (answer.photos, answer.unknown) == (1, 0)
    assert await found(jail, "Ann") == []
    assert await found(jail, "Bob") == ["A2"]


@pytest.mark.parametrize(
    ("told", "named"),
    [
        (MERGED, About(person_ids=("P-2",))),
        (BOOKED_ANEW, About(booking_numbers=("26-2",))),
    ],
    ids=["person", "booking"],
)
async def test_who_is_sealed_by_a_new_number_is_hidden_though_the_jms_says_the_old_one(
    jail: Jail, told: About, named: About
) -> None:
    fall_behind(jail)
    await tell(jail, JmsEvent("e1", EventType.MERGED, AT, told))
    assert await jail.follow() == 1
    assert await found(jail, "Ann") == ["A1"]

    [answer] = await tell(jail, replace(sealed("e2"), about=named))

    assert (answer.photos, answer.unknown) == (1, 0)
    assert await found(jail, "Ann") == []


async def test_the_same_is_hidden_whichever_of_two_events_comes_first(jail: Jail) -> None:
    fall_behind(jail)
    about = replace(MERGED, to="P-Bob")
    hiding = replace(sealed("e1"), about=About(person_ids=("P-Ann",)))
    await tell(jail, hiding, JmsEvent("e2", EventType.MERGED, AT, about))

    await jail.follow()

    assert await found(jail, "Ann") == await found(jail, "Bob") == []


@pytest.mark.parametrize(
    "about",
    [
        *(About(person_ids=(one,)) for one in ("P-Ann", "P-2", "P-0")),
        *(About(booking_numbers=(one,)) for one in ("B-A1", "B-0")),
    ],
    ids=str,
)
async def test_who_the_jms_says_had_another_number_is_sealed_by_either(
    jail: Jail, about: About
) -> None:
    await found(jail, "Ann")
    known = booking("A1", "P-Ann")
    person = replace(known.person, merged_into_person_id="P-2", other_person_ids=("P-0",))
    jail.fake_jms.known["A1"] = replace(known, person=person, previous_booking_numbers=("B-0",))
    await found(jail, "Ann")
    fall_behind(jail)

    [answer] = await tell(jail, replace(sealed("e1"), about=about))

    assert (answer.photos, answer.unknown) == (1, 0)
    assert await found(jail, "Ann") == []


@pytest.mark.parametrize(
    "about", [About(person_ids=("P-7",)), About(booking_numbers=("B-7",))], ids=str
)
async def test_who_has_no_number_that_may_be_kept_is_sealed_by_one_from_before(
    jail: Jail, about: About
) -> None:
    known = booking("A1", "P-Ann")
    person = replace(known.person, person_id=None, other_person_ids=("P-7",))
    jail.fake_jms.known["A1"] = replace(
        known, person=person, booking_number=None, previous_booking_numbers=("B-7",)
    )
    await found(jail, "Ann")
    fall_behind(jail)

    [answer] = await tell(jail, replace(sealed("e1"), about=about))

    assert (answer.photos, answer.unknown) == (1, 0)
    assert await found(jail, "Ann") == []


async def test_a_photo_that_got_its_new_id_is_sealed_by_the_old_one(jail: Jail) -> None:
    jail.fake_jms.known["N1"] = booking("N1", "P-Ann")
    await tell(jail, renumbered("e1", "A1", "N1"))
    assert await jail.follow() == 1
    fall_behind(jail)

    [answer] = await tell(jail, sealed("e2", "A1"))

    assert (answer.photos, answer.unknown) == (1, 0)
    assert await found(jail, "Ann") == []


@pytest.mark.parametrize("way", ["event", "read"])
async def test_a_photo_is_hidden_that_is_sealed_while_it_gets_its_new_id(
    jail: Jail, way: str
) -> None:
    fall_behind(jail)

    async def hidden() -> None:
        if way == "event":
            await tell(jail, sealed("e2", "A1"))
        else:
            async with jail.records.unit() as unit:
                said = Standing("P-Ann", RecordStatus.SEALED, utc_now())
                await unit.standings.remember({"A1": said})

    jail.store = StoreMeanwhile(jail.store.photos, hidden)
    await tell(jail, renumbered("e1", "A1", "N1"))

    assert await jail.follow() == 1

    assert await found(jail, "Ann") == []
    assert (await rows(jail))["N1"].status is RecordStatus.SEALED

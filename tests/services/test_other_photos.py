"""A candidate's other photos: asked about like the best one, and never shown when withheld."""

import asyncio
from collections.abc import Sequence

import pytest
from typing_extensions import override

from app.domain.booking import RecordStatus
from app.domain.search import SearchAnswer
from app.ports.jms import BookingAnswers
from tests.fakes_jms import FakeJms
from tests.jails import Jail, booking


def others(answer: SearchAnswer) -> list[list[str]]:
    return [
        [one.external_image_id, *(other.external_image_id for other in one.other_photos)]
        for one in answer.candidates
    ]


@pytest.fixture
async def two_photos(jail: Jail) -> Jail:
    jail.fake_jms.known = {one: booking(one, "P-1") for one in ("A1", "A2")}
    await jail.book({"A1": "Ann", "A2": "Ann"})
    return jail


@pytest.mark.parametrize("sealed", ["A1", "A2"])
async def test_what_the_jms_seals_is_at_once_nobodys_other_photo(
    two_photos: Jail, sealed: str
) -> None:
    two_photos.fake_jms.known |= {sealed: booking(sealed, "P-1", RecordStatus.SEALED)}
    left = "A2" if sealed == "A1" else "A1"

    answers = [await two_photos.search("Ann") for _ in range(3)]

    assert [others(answer) for answer in answers] == [[[left]]] * 3


async def test_what_is_sealed_stays_hidden_while_the_jms_is_down(two_photos: Jail) -> None:
    two_photos.fake_jms.known |= {"A2": booking("A2", "P-1", RecordStatus.SEALED)}
    await two_photos.search("Ann")
    two_photos.fake_jms.down = True

    assert others(await two_photos.search("Ann")) == [["A1"]]


async def test_photos_that_turn_out_to_be_one_persons_are_all_listed(jail: Jail) -> None:
    await jail.book({"A1": "Ann", "A2": "Ann"})
    jail.fake_jms.known = {one: booking(one, "P-1") for one in ("A1", "A2")}

    first = await jail.search("Ann")
    jail.fake_jms.down = True
    second = await jail.search("Ann")

    assert others(first) == others(second) == [["A1", "A2"]]


class SlowJms(FakeJms):
    """Answers the first question last."""

    def __init__(self, jms: FakeJms) -> None:
        super().__init__(jms.known)
        self.held = asyncio.Event()
        self.asked = asyncio.Event()

    @override
    async def bookings(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        answer = await super().bookings(external_image_ids)
        if not self.asked.is_set():
            self.asked.set()
            await self.held.wait()
        return answer


async def test_a_late_answer_does_not_unseal_a_record(jail: Jail) -> None:
    jail.fake_jms.known = {"A1": booking("A1", "P-1")}
    await jail.book({"A1": "Ann"})
    slow = SlowJms(jail.fake_jms)
    jail.jms = slow

    early = asyncio.create_task(jail.search("Ann"))
    await slow.asked.wait()
    slow.known = {"A1": booking("A1", "P-1", RecordStatus.SEALED)}
    late = await jail.search("Ann")
    slow.held.set()

    assert others(late) == []
    assert others(await early) == []
    slow.down = True
    assert others(await jail.search("Ann")) == []

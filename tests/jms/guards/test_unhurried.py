"""Lookups that nobody waits for, at adapters that let others go first and at any other."""

from collections.abc import Sequence

import pytest
from typing_extensions import override

from adapters.jms.contract.bookings import KNOWN
from adapters.jms.guards import UnhurriedJms
from adapters.jms.own_kind import OwnKindJms
from app.domain.errors import JmsMisconfiguredError
from app.ports.jms import BookingAnswers, Jms
from tests.fakes_jms import FakeJms


class NotingJms(FakeJms):
    """Notes how often it was asked so."""

    unhurried = 0

    @override
    async def bookings_unhurried(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        self.unhurried += 1
        return await super().bookings_unhurried(external_image_ids)


class StrayJms(NotingJms):
    """Answers with another booking than it was asked for."""

    @override
    async def bookings_unhurried(self, external_image_ids: Sequence[str]) -> BookingAnswers:
        return BookingAnswers({"B1": KNOWN["A1"]})


@pytest.mark.parametrize("is_of_a_package", [False, True])
async def test_an_adapter_that_gives_way_is_asked_to(*, is_of_a_package: bool) -> None:
    noting = NotingJms(KNOWN)
    jms: Jms = OwnKindJms(noting, "noting") if is_of_a_package else noting

    answers = await UnhurriedJms(jms).bookings(["A1"])

    assert answers.found == {"A1": KNOWN["A1"]}
    assert noting.unhurried == 1


async def test_any_other_is_asked_as_ever() -> None:
    class Plain(UnhurriedJms):
        """Has no such method."""

    answers = await UnhurriedJms(Plain(FakeJms(KNOWN))).bookings(["A1"])

    assert answers.found == {"A1": KNOWN["A1"]}


async def test_what_a_package_answers_so_is_checked_too() -> None:
    with pytest.raises(JmsMisconfiguredError, match="another booking"):
        await UnhurriedJms(OwnKindJms(StrayJms(KNOWN), "stray")).bookings(["A1"])

"""What wraps the data keys is seen and changed, each step recorded."""

from collections.abc import AsyncGenerator

import pytest
from typing_extensions import override

from app.domain.audit import Actor
from app.domain.errors import DataKeysUnavailableError
from app.services.manage_encryption import ManageEncryption
from tests.fakes_data_keys import FakeDataKeys, FakeKeyWrapping
from tests.jails import Jail

CLERK = Actor("command line (clerk)", None, "request-1")


class Interrupted(FakeKeyWrapping):
    """Loses its store in the middle."""

    @override
    async def rewrap(self) -> AsyncGenerator[int]:
        yield 1
        raise DataKeysUnavailableError


async def filled() -> FakeDataKeys:
    keys = FakeDataKeys()
    keys.wrapping.use("local:one")
    await keys.made(["face/bookings/f-1", "photo/A1/00ff"])
    return keys


async def recorded(jail: Jail) -> list[tuple[str, str, object]]:
    async with jail.records.view() as unit:
        page = await unit.audit.page(0, 100)
    return [
        (one.entry().action.value, one.entry().outcome, one.entry().details.get("step"))
        for one in page
    ]


async def test_a_rotation_is_recorded_before_and_after_it(jail: Jail) -> None:
    keys, seen = await filled(), list[int]()
    manage = ManageEncryption(jail.records, keys.wrapping)

    came_to = await manage.rotate(CLERK, seen.append)

    assert (came_to.newest, came_to.data_keys, came_to.retired) == (2, 2, [1])
    assert seen == [2]
    assert await recorded(jail) == [
        ("rotate_encryption", "answered", "begun"),
        ("rotate_encryption", "answered", "ended"),
    ]


async def test_what_ends_in_the_middle_is_recorded_so_and_finished_later(jail: Jail) -> None:
    keys = await filled()
    keys.wrapping = Interrupted(keys, generations=keys.wrapping.generations)
    with pytest.raises(DataKeysUnavailableError):
        await ManageEncryption(jail.records, keys.wrapping).rotate(CLERK, print)

    keys.wrapping = FakeKeyWrapping(keys, "local:two", keys.wrapping.generations)
    came_to = await ManageEncryption(jail.records, keys.wrapping).rewrap(CLERK, print)

    assert (came_to.newest, came_to.wrapping_keys) == (2, 2)
    assert [(action, outcome) for action, outcome, _ in await recorded(jail)] == [
        ("rotate_encryption", "answered"),
        ("rotate_encryption", "data_keys_unavailable"),
        ("rewrap_encryption", "answered"),
        ("rewrap_encryption", "answered"),
    ]


async def test_a_look_is_recorded_too(jail: Jail) -> None:
    keys = await filled()

    status = await ManageEncryption(jail.records, keys.wrapping).status(CLERK)

    assert status.kinds == {"face": 1, "photo": 1}
    assert await recorded(jail) == [("view_encryption", "answered", None)]

"""Which settings a service starts with, before, during and after a change of the model."""

import pytest

from app.domain.errors import EngineMisconfiguredError
from app.ports.records import Records
from tests.fakes import FakeFaceEngine, drawn_photo
from tests.jails import ACTOR, Jail
from tests.services.model.conftest import NEW, OLD, Changing, opened


async def standing(records: Records) -> tuple[str, str | None]:
    async with records.view() as view:
        found = await view.models.standing()
    assert found is not None
    return found.served, found.next


async def test_a_first_start_puts_the_collection_on_record(records: Records) -> None:
    await opened(records, OLD)
    await opened(records, OLD)

    assert await standing(records) == (OLD, None)


async def test_an_empty_collection_may_be_of_another_model(records: Records) -> None:
    await opened(records, OLD)
    await opened(records, NEW)

    assert await standing(records) == (NEW, None)
    await Jail(records, FakeFaceEngine(holds_faces=False, model=NEW)).index(
        "A1", drawn_photo("Ann")
    )


async def test_another_model_without_a_change_does_not_start(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})

    with pytest.raises(EngineMisconfiguredError) as refused:
        await opened(changing.records, "other/1")

    told = str(refused.value)
    assert "served with the model fake/1" in told
    assert "name other/1" in told
    assert "CANDID_ENGINE__NEXT__MODEL_PATH" in told
    assert await standing(changing.records) == (OLD, NEW)


async def test_during_the_change_the_next_model_alone_does_not_start(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})

    with pytest.raises(EngineMisconfiguredError, match="served with the model fake/1"):
        await opened(changing.records, NEW)
    await opened(changing.records, OLD)
    await opened(changing.records, OLD, NEW)

    assert await standing(changing.records) == (OLD, NEW)


async def test_a_change_to_yet_another_model_waits_until_the_first_is_given_up(
    changing: Changing,
) -> None:
    await changing.jail.book({"A1": "Ann"})

    with pytest.raises(EngineMisconfiguredError, match="candid model give-up"):
        await opened(changing.records, OLD, "fake/3")
    await changing.give_up(ACTOR)
    await opened(changing.records, OLD, "fake/3")

    assert await standing(changing.records) == (OLD, "fake/3")


async def test_after_the_switch_the_old_model_alone_does_not_start(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})
    await changing.switch(0, ACTOR)

    with pytest.raises(EngineMisconfiguredError, match="served with the model fake/2"):
        await opened(changing.records, OLD)
    await opened(changing.records, OLD, NEW)
    await opened(changing.records, NEW)

    assert await standing(changing.records) == (NEW, None)


async def test_one_may_change_back(changing: Changing) -> None:
    await changing.jail.book({"A1": "Ann"})
    await changing.switch(0, ACTOR)

    await opened(changing.records, NEW, OLD)

    assert await standing(changing.records) == (NEW, OLD)
    async with changing.records.view() as view:
        found = await view.models.standing()
    assert found is not None
    assert found.missing == 0

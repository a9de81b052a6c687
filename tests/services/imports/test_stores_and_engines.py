"""Photos that the store or the engine alone cannot take, and stores and engines that are down."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from app.domain.errors import (
    EngineUnavailableError,
    PhotoStoreMisconfiguredError,
    PhotoStoreUnavailableError,
)
from app.domain.face import Enrolled
from app.domain.imports import Import
from app.services.imports.judge_failures import MOST_UNSTORED
from app.services.imports.outcome_of import MOST_ATTEMPTS
from tests.fakes import FakeFaceEngine, FakePhotoStore
from tests.jails import ACTOR
from tests.services.imports.backfill import FINISHED, PAUSED, Backfill, listed, people

pytestmark = pytest.mark.usefixtures("impatient")


@dataclass
class ChoosyStore(FakePhotoStore):
    """Refuses photos by their ids, so many times each."""

    refused: Counter[str] = field(default_factory=Counter)

    @override
    async def put(self, key: str, photo: bytes) -> None:
        name, _, _ = key.partition("/")
        if self.refused[name] > 0:
            self.refused[name] -= 1
            raise PhotoStoreMisconfiguredError("S3 refuses PutObject with KeyTooLongError.")
        await super().put(key, photo)


class ChoosyEngine(FakeFaceEngine):
    """Never answers for some ids."""

    def __init__(self, unanswered: Collection[str]) -> None:
        super().__init__()
        self.unanswered = unanswered

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        if external_image_id in self.unanswered:
            raise EngineUnavailableError
        return await super().enrol(photo, external_image_id, face)


async def resumed(backfill: Backfill, paused: Import) -> Import:
    await backfill.manage.resume(paused.import_id, ACTOR)
    await backfill.worker().run()
    return await backfill.known(paused.import_id)


async def test_a_photo_that_the_store_alone_does_not_take_fails_and_the_others_are_in(
    backfill: Backfill,
) -> None:
    backfill.jail.store = ChoosyStore(refused=Counter({"P00003": 1000}))
    backfill.shelve(listed(people(10)))

    ended = await backfill.run()

    assert ended.state is FINISHED
    assert await backfill.reasons(ended.import_id) == {"indexed": 9, "store_unavailable": 1}
    [failed] = [
        one
        for one in await backfill.read.items(ended.import_id, 0, 100)
        if one.external_image_id == "P00003"
    ]
    assert failed.detail == "S3 refuses PutObject with KeyTooLongError."


async def test_an_error_of_the_store_that_passes_pauses_nothing(backfill: Backfill) -> None:
    backfill.jail.store = ChoosyStore(refused=Counter({"P00001": 2, "P00005": 1}))
    backfill.shelve(listed(people(10)))

    ended = await backfill.run()

    assert ended.state is FINISHED
    assert await backfill.reasons(ended.import_id) == {"indexed": 10}


async def test_a_store_that_is_down_costs_no_photo_however_few_there_are(
    backfill: Backfill,
) -> None:
    backfill.shelve(listed(people(2)))
    backfill.jail.store.error = PhotoStoreUnavailableError("No space left on the device.")

    paused = await backfill.run()

    assert (paused.state, paused.trouble) == (PAUSED, "No space left on the device.")
    assert await backfill.reasons(paused.import_id) == {"waiting": 2}
    backfill.jail.store.error = None
    assert (await resumed(backfill, paused)).state is FINISHED
    assert await backfill.reasons(paused.import_id) == {"indexed": 2}


async def test_a_store_that_refuses_many_in_a_row_pauses_but_not_on_the_same_photos_for_ever(
    backfill: Backfill,
) -> None:
    photos = people(MOST_UNSTORED)
    backfill.jail.store = ChoosyStore(refused=Counter(dict.fromkeys(photos, 1000)))
    backfill.shelve(listed(photos))

    one = await backfill.run()
    states = [one.state]
    for _ in range(MOST_ATTEMPTS - 1):
        one = await resumed(backfill, one)
        states.append(one.state)

    assert states == [PAUSED] * (MOST_ATTEMPTS - 1) + [FINISHED]
    assert await backfill.reasons(one.import_id) == {"store_unavailable": MOST_UNSTORED}


async def test_many_photos_that_the_engine_alone_cannot_read_are_no_outage_of_it(
    backfill: Backfill,
) -> None:
    photos = people(60)
    backfill.jail.engine = ChoosyEngine([*photos][10:40])
    backfill.shelve(listed(photos))

    ended = await backfill.run()

    assert ended.state is FINISHED
    assert await backfill.reasons(ended.import_id) == {"indexed": 30, "engine_unavailable": 30}

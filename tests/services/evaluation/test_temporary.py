"""Collections made for one measurement: told before they are made, and never left for ever."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from typing_extensions import override

from adapters.face_engine.temporary import TemporaryCollections, delete_left, temporary_name
from app.domain.errors import EngineMisconfiguredError, EngineUnavailableError
from app.ports.scratch_engine import RawScores
from tests.fakes_collections import FakeFaceCollections

SIMILARITIES = RawScores("similarity", 0.0, 100.0, 4096)
NOW = datetime(2026, 11, 30, 7, 30, 1, tzinfo=UTC)


@dataclass
class Refusing(FakeFaceCollections):
    """Makes no collection, and deletes or lists none: three different troubles."""

    @override
    async def create(self, collection_id: str) -> str:
        raise EngineMisconfiguredError("No collection may be made.")

    @override
    async def delete(self, collection_id: str) -> None:
        raise EngineUnavailableError

    @override
    async def names(self, prefix: str) -> Sequence[str]:
        raise EngineMisconfiguredError("Nobody may list them.")


def test_a_name_says_when_and_is_nobody_elses() -> None:
    one, other = temporary_name(NOW), temporary_name(NOW)

    assert one.startswith("candid-evaluation-20261130T073001Z-")
    assert one != other


async def test_its_name_is_told_before_it_is_made() -> None:
    collections, there = FakeFaceCollections(), list[tuple[str, bool]]()

    def tell(text: str) -> None:
        there.append((text, "scratch" in collections.open))

    async with TemporaryCollections(collections, "scratch", SIMILARITIES, tell).opened(1):
        pass

    assert there == [("The temporary collection is scratch; it is deleted in the end.", False)]


async def test_the_first_trouble_is_raised_and_what_may_be_left_is_told() -> None:
    told = list[str]()

    with pytest.raises(EngineMisconfiguredError, match="No collection may be made"):
        async with TemporaryCollections(Refusing(), "scratch", SIMILARITIES, told.append).opened(1):
            pass

    assert "scratch could not be deleted and may be left" in told[-1]


async def test_who_ends_it_while_it_deletes_is_told_what_may_be_left() -> None:
    told, deleting = list[str](), asyncio.Event()

    class Slow(FakeFaceCollections):
        @override
        async def delete(self, collection_id: str) -> None:
            deleting.set()
            await asyncio.Event().wait()

    async def measure() -> None:
        async with TemporaryCollections(Slow(), "scratch", SIMILARITIES, told.append).opened(1):
            pass

    task = asyncio.create_task(measure())
    await deleting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert "may be left" in told[-1]


async def test_what_is_left_for_more_than_a_day_is_deleted_and_told_and_nothing_else() -> None:
    collections, told = FakeFaceCollections(), list[str]()
    old = temporary_name(NOW - timedelta(days=1, seconds=1))
    others = [
        temporary_name(NOW - timedelta(hours=23)),
        "jail",
        "candid-evaluation-of-ours",
        f"candid-evaluation-20269999T000000Z-{'0' * 32}",
        f"{old}-copy",
    ]
    for name in (old, *others):
        await collections.create(name)

    await delete_left(collections, NOW, told.append)

    assert list(collections.open) == others
    assert told == [f"The collection {old}, which an earlier evaluation left, is deleted."]


async def test_what_cannot_be_listed_is_told_and_stops_nobody() -> None:
    told = list[str]()

    await delete_left(Refusing(), NOW, told.append)

    assert "could not be seen to: Nobody may list them." in told[0]

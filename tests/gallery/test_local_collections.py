"""Local collections opened once, followed, and let go; no encoder process is asked."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.face_engine.local.collections import Feeds, LocalCollections
from adapters.face_engine.local.encoders import Encoders
from adapters.face_engine.local.enrolling_collections import EnrollingCollections
from adapters.face_engine.local.reading import EncoderFacts, Networks
from adapters.sandbox import Sandbox
from app.domain.errors import (
    EngineUnavailableError,
    FaceNotHeldError,
    RecordsUnavailableError,
)
from tests.gallery.feeds import MemoryFeed, MemoryUserFeed, random_templates

FACTS = EncoderFacts("model/1", 16, site=True)


@dataclass
class Followed:
    """The feeds of all collections, and how often one was asked for."""

    galleries: dict[str, MemoryFeed] = field(default_factory=lambda: defaultdict(MemoryFeed))
    users: dict[str, MemoryUserFeed] = field(default_factory=lambda: defaultdict(MemoryUserFeed))
    opened: list[str] = field(default_factory=list)

    def gallery(self, collection_id: str) -> MemoryFeed:
        self.opened.append(collection_id)
        return self.galleries[collection_id]


@pytest.fixture
def followed() -> Followed:
    return Followed()


@pytest.fixture
async def collections(followed: Followed) -> AsyncIterator[LocalCollections]:
    encoders = Encoders(Sandbox(1, 2**30, 1.0), Networks(Path("nowhere")), FACTS)
    feeds = Feeds(followed.gallery, lambda name: followed.users[name])
    opened = LocalCollections({FACTS.model: encoders}, feeds)
    yield opened
    await opened.close()


async def test_a_collection_is_opened_once_for_all_who_ask_at_once(
    followed: Followed, collections: LocalCollections
) -> None:
    followed.galleries["jail"].seconds = 0.02
    leaving = asyncio.create_task(collections.engine("jail"))
    await asyncio.sleep(0.005)

    asking = [asyncio.create_task(collections.engine("jail")) for _ in range(5)]
    leaving.cancel()
    engines = await asyncio.gather(*asking)
    await collections.users("jail")

    assert followed.opened == ["jail"]
    assert len({id(engine) for engine in engines}) == 1


async def test_a_collection_that_could_not_be_opened_is_opened_by_the_next_who_asks(
    followed: Followed, collections: LocalCollections
) -> None:
    followed.galleries["jail"].down = True
    with pytest.raises(RecordsUnavailableError):
        await collections.engine("jail")
    followed.galleries["jail"].down = False

    await collections.engine("jail")

    assert followed.opened == ["jail", "jail"]


async def test_a_search_in_a_collection_that_was_deleted_meanwhile_is_refused(
    followed: Followed, collections: LocalCollections
) -> None:
    feed = followed.galleries["jail"]
    face_ids = feed.add(random_templates(200, 16))
    engine = await collections.engine("jail")
    ranking = await engine.search_face(face_ids[0], people=1, floor=0)
    feed.seconds = 5.0
    waiting = asyncio.create_task(engine.search_face(face_ids[0], people=1, floor=0))
    await asyncio.sleep(0.01)

    await collections.delete("jail")

    with pytest.raises(EngineUnavailableError):
        await waiting
    with pytest.raises(EngineUnavailableError):
        await anext(ranking.ranked)


async def test_an_opening_under_way_is_given_up_when_the_collection_is_deleted(
    followed: Followed, collections: LocalCollections
) -> None:
    followed.galleries["jail"].seconds = 5.0
    opening = asyncio.create_task(collections.engine("jail"))
    await asyncio.sleep(0.01)

    await collections.delete("jail")

    with pytest.raises(EngineUnavailableError):
        await opening


async def test_nothing_is_opened_once_all_are_closed(collections: LocalCollections) -> None:
    await collections.engine("jail")

    await collections.close()

    with pytest.raises(EngineUnavailableError):
        await collections.engine("jail")


async def test_users_are_asked_for_at_every_search_and_told_only_what_changed(
    followed: Followed, collections: LocalCollections
) -> None:
    face_ids, feed = followed.galleries["jail"].add(random_templates(3, 16)), followed.users["jail"]
    users = await collections.users("jail")
    await users.search_face(face_ids[0], most=5, floor=0)

    feed.associate("user-1", face_ids[0])
    first = await users.search_face(face_ids[0], most=5, floor=0)
    again = await users.search_face(face_ids[0], most=5, floor=0)

    assert [user.user_id for user in first] == ["user-1"]
    assert again == first
    assert (feed.readings, feed.tellings) == (3, 2)


async def test_a_face_that_changes_or_goes_changes_the_user_at_once(
    followed: Followed, collections: LocalCollections
) -> None:
    gallery, values = followed.galleries["jail"], random_templates(3, 16)
    face_ids = gallery.add(values)
    followed.users["jail"].associate("user-1", face_ids[0])
    users = await collections.users("jail")
    before = await users.search_face(face_ids[1], most=5, floor=0)

    gallery.replace(face_ids[0], values[1])
    (after,) = await users.search_face(face_ids[1], most=5, floor=0)
    gallery.remove(face_ids[0])

    assert [after] != before
    assert after.similarity == pytest.approx(100, abs=0.2)
    assert await users.search_face(face_ids[1], most=5, floor=0) == []
    with pytest.raises(FaceNotHeldError):
        await users.search_face(face_ids[0], most=5, floor=0)


async def test_searches_at_once_all_see_what_was_committed_before_them(
    followed: Followed, collections: LocalCollections
) -> None:
    gallery, feed = followed.galleries["jail"], followed.users["jail"]
    gallery.seconds = 0.005
    users = await collections.users("jail")

    async def associate_and_look(seed: int) -> bool:
        await asyncio.sleep(seed * 0.002)
        (face_id,) = gallery.add(random_templates(1, 16, seed=seed))
        feed.associate(f"user-{seed}", face_id)
        (strongest,) = await users.search_face(face_id, most=1, floor=0)
        return strongest.user_id == f"user-{seed}"

    assert all(await asyncio.gather(*(associate_and_look(seed) for seed in range(20))))


async def test_a_process_that_only_indexes_reads_no_feed_and_says_that_it_searches_nothing() -> (
    None
):
    encoders = Encoders(Sandbox(1, 2**30, 1.0), Networks(Path("nowhere")), FACTS)
    feed = MemoryFeed()
    collections = EnrollingCollections({FACTS.model: encoders}, lambda _: feed)

    engine = await collections.engine("jail")

    assert await collections.create("jail") == (await engine.describe()).model
    with pytest.raises(EngineUnavailableError, match="no gallery"):
        await engine.search(b"probe", people=1, floor=0, face=None)
    with pytest.raises(EngineUnavailableError, match="no gallery"):
        await engine.search_face("a face", people=1, floor=0)
    assert feed.readings == 0
    with pytest.raises(EngineUnavailableError, match="no gallery"):
        await collections.users("jail")

"""Collections of two models: whichever is served answers, and nobody else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.face_engine.local.collections import Feeds, LocalCollections
from adapters.face_engine.local.encoders import Encoders
from adapters.face_engine.local.enrolling_collections import EnrollingCollections
from adapters.face_engine.local.reading import EncoderFacts, Networks
from adapters.sandbox import Sandbox
from app.domain.errors import EngineMisconfiguredError
from tests.gallery.feeds import MemoryFeed, random_templates
from tests.gallery.test_local_collections import FACTS, Followed


@pytest.fixture
def followed() -> Followed:
    return Followed()


@pytest.fixture
async def changing(followed: Followed) -> AsyncIterator[LocalCollections]:
    """Give collections of two models, of which the feed says which one is served."""
    sandbox, networks = Sandbox(1, 2**30, 1.0), Networks(Path("nowhere"))
    facts = [FACTS, EncoderFacts("model/2", 16, site=True)]
    encoders = {one.model: Encoders(sandbox, networks, one) for one in facts}
    feeds = Feeds(lambda name: followed.galleries[name], lambda name: followed.users[name])
    opened = LocalCollections(encoders, feeds)
    yield opened
    await opened.close()


async def test_whatever_is_served_the_description_and_every_search_are_of_it(
    followed: Followed, changing: LocalCollections
) -> None:
    feed = followed.galleries["jail"]
    first, second = feed.add(random_templates(2, 16))
    followed.users["jail"].associate("Ann", first)
    engine, users = await changing.engine("jail"), await changing.users("jail")

    described = []
    for serving in (None, "model/1", "model/2", "model/1"):
        feed.serving = serving
        ranking = await engine.search_face(second, people=1, floor=0)
        assert ranking.gallery_faces == 2
        assert len(await users.search_face(second, most=5, floor=0)) <= 1
        described.append((await engine.describe()).model)

    assert described == ["model/1", "model/1", "model/2", "model/1"]


async def test_a_model_that_is_not_here_is_told_and_not_searched(
    followed: Followed, changing: LocalCollections
) -> None:
    feed = followed.galleries["jail"]
    [face_id] = feed.add(random_templates(1, 16))
    engine, users = await changing.engine("jail"), await changing.users("jail")

    feed.serving = "model/3"

    told = r"model model/3; this process has only model/1, model/2"
    with pytest.raises(EngineMisconfiguredError, match=told):
        await engine.search_face(face_id, people=1, floor=0)
    with pytest.raises(EngineMisconfiguredError, match=told):
        await users.search_face(face_id, most=1, floor=0)


async def test_a_process_that_only_indexes_asks_which_model_is_served() -> None:
    sandbox, networks = Sandbox(1, 2**30, 1.0), Networks(Path("nowhere"))
    facts = [FACTS, EncoderFacts("model/2", 16, site=True)]
    encoders = {one.model: Encoders(sandbox, networks, one) for one in facts}
    feed = MemoryFeed()
    collections = EnrollingCollections(encoders, lambda _: feed)
    engine, following = await collections.engine("jail"), collections.next_engine()

    described = []
    for serving in (None, "model/2"):
        feed.serving = serving
        described.append((await engine.describe()).model)

    assert described == ["model/1", "model/2"]
    assert following is not None
    assert (await following.describe()).model == "model/2"


async def test_nobody_is_enrolled_with_a_model_that_is_not_served(
    followed: Followed, changing: LocalCollections
) -> None:
    followed.galleries["jail"].serving = "model/3"
    engine = await changing.engine("jail")
    only = EnrollingCollections(
        {FACTS.model: Encoders(Sandbox(1, 2**30, 1.0), Networks(Path("nowhere")), FACTS)},
        lambda name: followed.galleries[name],
    )

    for each in (engine, await only.engine("jail")):
        with pytest.raises(EngineMisconfiguredError, match="model model/3"):
            await each.enrol(b"photo", "A1", None)

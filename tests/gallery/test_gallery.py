import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from adapters.face_engine.local import gallery as gallery_module
from adapters.face_engine.local.gallery import Gallery, first_batch
from app.domain.errors import EngineMisconfiguredError, RecordsUnavailableError
from tests.gallery.feeds import Halves, MemoryFeed, random_templates

DIMENSIONS = 128


@pytest.fixture
def feed() -> MemoryFeed:
    return MemoryFeed()


@pytest.fixture
async def gallery(feed: MemoryFeed) -> AsyncIterator[Gallery]:
    async with Gallery(feed, "model/1", DIMENSIONS) as loaded:
        yield loaded


async def all_of(
    gallery: Gallery, template: Halves, people: int = 5, floor: float = -1.0
) -> list[tuple[str, float]]:
    batches = gallery.rank(template.tobytes(), people, floor)
    return [pair async for batch in batches for pair in batch]


async def test_a_committed_face_is_found_after_catching_up(
    feed: MemoryFeed, gallery: Gallery
) -> None:
    templates = random_templates(10)
    face_ids = feed.add(templates)

    await gallery.catch_up()
    ranked = await all_of(gallery, templates[4])

    assert ranked[0][0] == face_ids[4]
    assert ranked[0][1] == pytest.approx(1.0, abs=1e-3)
    assert gallery.faces == 10


async def test_a_replaced_face_is_found_once_and_a_removed_one_never(
    feed: MemoryFeed, gallery: Gallery
) -> None:
    templates = random_templates(4)
    first, second, *_ = feed.add(templates)
    await gallery.catch_up()

    feed.replace(first, random_templates(1, seed=9)[0])
    feed.remove(second)
    await gallery.catch_up()

    ranked = dict(await all_of(gallery, templates[0]))
    assert len(ranked) == gallery.faces == 3
    assert ranked[first] < 0.5
    assert second not in ranked


async def test_every_caller_sees_what_was_committed_before_its_call(
    feed: MemoryFeed, gallery: Gallery
) -> None:
    feed.seconds = 0.02

    async def enrol_and_look(seed: int) -> bool:
        await asyncio.sleep(seed * 0.003)
        template = random_templates(1, seed=100 + seed)
        (face_id,) = feed.add(template)
        await gallery.catch_up()
        return (await all_of(gallery, template[0]))[0][0] == face_id

    begun = feed.readings
    seen = await asyncio.gather(*(enrol_and_look(seed) for seed in range(40)))

    assert all(seen)
    assert feed.readings - begun < 20  # shared, not one each


async def test_batches_grow_without_repeating_anybody(feed: MemoryFeed, gallery: Gallery) -> None:
    feed.add(random_templates(2_000))
    await gallery.catch_up()
    batches = [
        list(batch)
        async for batch in gallery.rank(random_templates(1, seed=5)[0].tobytes(), 3, -1.0)
    ]

    everybody = [pair for batch in batches for pair in batch]

    assert [len(batch) for batch in batches] == [16, 48, 192, 768, 976]
    assert first_batch(3) == 16
    assert first_batch(50) == 150
    assert len({face_id for face_id, _ in everybody}) == 2_000
    assert [cosine for _, cosine in everybody] == sorted((c for _, c in everybody), reverse=True)


async def test_nobody_below_the_floor_is_ranked(feed: MemoryFeed, gallery: Gallery) -> None:
    templates = random_templates(500)
    feed.add(templates)
    await gallery.catch_up()

    ranked = await all_of(gallery, templates[0], floor=0.1)

    assert 1 < len(ranked) < 500
    assert min(cosine for _, cosine in ranked) >= 0.1


async def test_a_gallery_that_changes_between_batches_neither_repeats_nor_goes_back(
    feed: MemoryFeed, gallery: Gallery
) -> None:
    templates = random_templates(1_000)
    face_ids = feed.add(templates)
    await gallery.catch_up()
    query, ranked = templates[0], list[tuple[str, float]]()

    async for batch in gallery.rank(query.tobytes(), 5, -1.0):
        ranked += batch
        feed.add(query[None])
        for unseen in sorted(set(face_ids) - {name for name, _ in ranked})[:1]:
            feed.remove(unseen)
        await gallery.catch_up()

    names, cosines = [name for name, _ in ranked], [cosine for _, cosine in ranked]
    assert len(names) == len(set(names))
    assert cosines == sorted(cosines, reverse=True)
    assert set(names) <= set(face_ids)
    assert len(names) >= 996  # what was removed in time no longer came


async def test_a_gallery_follows_though_nobody_asks(feed: MemoryFeed, gallery: Gallery) -> None:
    feed.add(random_templates(3))

    await asyncio.sleep(gallery_module.FOLLOW_SECONDS + 0.3)

    assert gallery.faces == 3


@pytest.mark.parametrize("fault", [RecordsUnavailableError(), ZeroDivisionError()])
async def test_a_follower_outlives_any_fault_and_says_it_once(
    feed: MemoryFeed, gallery: Gallery, fault: Exception
) -> None:
    feed.fault = fault
    with capture_logs() as logs:
        await asyncio.sleep(2 * gallery_module.FOLLOW_SECONDS + 0.3)
    feed.fault = None
    feed.add(random_templates(3))

    await asyncio.sleep(gallery_module.FOLLOW_SECONDS + 0.3)

    assert [line["event"] for line in logs] == ["gallery_cannot_follow"]
    assert gallery.faces == 3


async def test_records_that_are_down_are_said_and_followed_again(
    feed: MemoryFeed, gallery: Gallery
) -> None:
    feed.down = True
    with pytest.raises(RecordsUnavailableError):
        await gallery.catch_up()
    feed.down = False
    feed.add(random_templates(1))

    await gallery.catch_up()

    assert gallery.faces == 1


async def test_a_caller_that_gives_up_does_not_stop_the_others(
    feed: MemoryFeed, gallery: Gallery
) -> None:
    feed.seconds = 0.05
    feed.add(random_templates(2))
    leaving, staying = (asyncio.create_task(gallery.catch_up()) for _ in range(2))
    await asyncio.sleep(0.01)

    leaving.cancel()
    await staying

    assert gallery.faces == 2


async def test_a_query_that_is_no_template_is_refused(gallery: Gallery) -> None:
    with pytest.raises(EngineMisconfiguredError):
        await all_of(gallery, random_templates(1, 64)[0])


async def test_loading_reads_every_page(feed: MemoryFeed) -> None:
    feed.add(random_templates(40_000, 16))

    async with Gallery(feed, "model/1", 16) as gallery:
        assert gallery.loaded
        assert gallery.faces == 40_000
        assert feed.readings == 3

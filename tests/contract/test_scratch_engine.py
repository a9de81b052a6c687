"""What every scratch engine promises: a gallery of its own, a score a place, and no trace."""

import asyncio
import math
from collections.abc import AsyncIterator

import pytest

from app.domain.errors import (
    FaceRefusedError,
    NoFaceError,
    PhotoUnreadableError,
    SeveralFacesError,
    UnsupportedPhotoError,
)
from app.domain.evaluation import FaceRule
from app.ports.scratch_engine import ScratchEngine
from tests.contract.scratch_engines import COLLECTION, SCRATCH_ENGINES, TriedScratch
from tests.contract.wire import Wire

SERVICE = FaceRule.SERVICE


@pytest.fixture(scope="module", params=SCRATCH_ENGINES)
async def tried(request: pytest.FixtureRequest, wire: Wire) -> AsyncIterator[TriedScratch]:
    async with SCRATCH_ENGINES[request.param](wire) as tried:
        yield tried


async def enrol_everybody(engine: ScratchEngine, tried: TriedScratch) -> None:
    for place, (_, photo) in reversed([*enumerate(tried.photos.booked)]):
        await engine.enrol(place, photo, SERVICE)


async def left_over(tried: TriedScratch) -> int:
    """Return how many faces the collection still has: it is made anew where it was deleted."""
    if tried.collections is None:
        return 0
    await tried.collections.create(COLLECTION)
    found = await (await tried.collections.engine(COLLECTION)).faces(None)
    await tried.collections.delete(COLLECTION)
    return len(found.items)


async def test_each_place_has_its_score_and_the_probes_person_the_highest(
    tried: TriedScratch,
) -> None:
    person, probe = tried.photos.probe
    async with tried.engines.opened(len(tried.photos.booked) + 1) as engine:
        await enrol_everybody(engine, tried)

        scores = await engine.search(probe, SERVICE)

    assert scores.typecode == "f"
    assert len(scores) == len(tried.photos.booked) + 1
    assert math.isnan(scores[-1])
    told = list(scores[:-1])
    assert all(engine.scores.low <= score <= engine.scores.high for score in told)
    assert tried.photos.booked[told.index(max(told))][0] == person


async def test_an_empty_gallery_tells_no_score(tried: TriedScratch) -> None:
    async with tried.engines.opened(2) as engine:
        scores = await engine.search(tried.photos.probe[1], SERVICE)

    assert [math.isnan(score) for score in scores] == [True, True]


async def test_similarities_rise_with_raw_scores_and_end_with_the_scale(
    tried: TriedScratch,
) -> None:
    async with tried.engines.opened(1) as engine:
        described = await engine.describe()
        low, high = engine.scores.low, engine.scores.high
        shown = [engine.similarity(low + (high - low) * step / 50) for step in range(51)]

    assert shown == sorted(shown)
    assert shown[0] >= 0
    assert shown[-1] == described.scale_top


async def test_photos_that_the_service_would_refuse_are_refused(tried: TriedScratch) -> None:
    async with tried.engines.opened(3) as engine:
        with pytest.raises(NoFaceError):
            await engine.enrol(0, tried.photos.nobody, SERVICE)
        with pytest.raises(NoFaceError):
            await engine.search(tried.photos.nobody, FaceRule.CENTRAL)
        with pytest.raises(SeveralFacesError):
            await engine.enrol(1, tried.photos.two_alike, SERVICE)
        with pytest.raises((PhotoUnreadableError, UnsupportedPhotoError)):
            await engine.search(tried.photos.garbage, SERVICE)
        scores = await engine.search(tried.photos.probe[1], SERVICE)

    assert all(math.isnan(score) for score in scores)


async def test_a_rule_chooses_the_face_where_the_service_would_not(tried: TriedScratch) -> None:
    booked = tried.photos.booked
    first = booked[0][0]
    shown = {first, next(person for person, _ in booked if person != first)}
    async with tried.engines.opened(1) as engine:
        await engine.enrol(0, tried.photos.two_alike, FaceRule.LARGEST)

        scores = [((await engine.search(photo, SERVICE))[0], person) for person, photo in booked]

    assert max(scores)[1] in shown


async def test_a_face_too_poor_is_refused_whoever_chose_it(tried: TriedScratch) -> None:
    async with tried.engines.opened(1) as engine:
        detected = await engine.search(tried.photos.one_dominant, FaceRule.LARGEST)
        assert len(detected) == 1
        with pytest.raises((FaceRefusedError, NoFaceError)):
            await engine.enrol(0, tried.photos.nobody, FaceRule.LARGEST)


async def test_its_collection_is_listed_by_the_start_of_its_name_until_it_is_deleted(
    tried: TriedScratch,
) -> None:
    if tried.collections is None:
        pytest.skip("its gallery is in memory")
    async with tried.engines.opened(1):
        listed = await tried.collections.names("candid-evaluation-")
        others = await tried.collections.names("candid-evaluation-others")

    assert (listed, others) == ([COLLECTION], [])
    assert await tried.collections.names("candid-evaluation-") == []


@pytest.mark.parametrize("error", [RuntimeError, asyncio.CancelledError])
async def test_nothing_is_left_whatever_ends_it(
    tried: TriedScratch, error: type[BaseException]
) -> None:
    async def end_early() -> None:
        async with tried.engines.opened(10) as engine:
            await enrol_everybody(engine, tried)
            raise error

    with pytest.raises(error):
        await end_early()

    assert await left_over(tried) == 0
    async with tried.engines.opened(1) as engine:
        assert math.isnan((await engine.search(tried.photos.probe[1], SERVICE))[0])

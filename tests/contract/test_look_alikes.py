"""What everybody promises who counts look-alikes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pytest

from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.look_alikes import LocalLookAlikes
from app.ports.look_alikes import LookAlikeCounts, LookAlikes, ProbeFace
from tests.fakes import FakeFaceEngine
from tests.fakes_calibration import FakeLookAlikes
from tests.gallery.feeds import Halves, MemoryFeed


@dataclass(frozen=True)
class Tried:
    """Three people: one face, two, and three; all of the last alike."""

    look_alikes: LookAlikes
    people: list[list[str]]
    remove: Callable[[str], Awaitable[None]]


def _vectors() -> Halves:
    """Return six unit vectors of 16 numbers, none far from another."""
    drawn = np.random.default_rng(7).normal(size=(6, 16)) + 1.0
    found: Halves = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float16)
    return found


@pytest.fixture(params=["fake", "local"])
async def tried(request: pytest.FixtureRequest) -> AsyncIterator[Tried]:
    if request.param == "fake":
        engine = FakeFaceEngine()
        engine.held = {str(n): (f"person {n}", str(n)) for n in range(6)}

        async def forget(face_id: str) -> None:
            del engine.held[face_id]

        yield Tried(FakeLookAlikes(engine), [["0"], ["1", "2"], ["3", "4", "5"]], forget)
        return
    feed = MemoryFeed()
    ids = feed.add(_vectors())
    async with Gallery(feed, "model/1", 16) as gallery:
        people = [ids[:1], ids[1:3], ids[3:]]

        async def remove(face_id: str) -> None:
            feed.remove(face_id)
            await gallery.catch_up()

        yield Tried(LocalLookAlikes(gallery, "model/1"), people, remove)


def every_face(people: list[list[str]]) -> list[ProbeFace]:
    return [ProbeFace(place, face) for place, faces in enumerate(people) for face in faces]


async def test_faces_that_are_not_there_are_left_out(tried: Tried) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"

    taken = await tried.look_alikes.taken([tried.people[0][0], unknown, tried.people[2][2]])

    assert taken.held == {tried.people[0][0], tried.people[2][2]}


async def test_everybody_else_reaches_the_lowest_score_and_nobody_the_highest(
    tried: Tried,
) -> None:
    counts = await counted(tried, tried.people, every_face(tried.people))

    assert list(counts.raw_scores) == sorted(counts.raw_scores)
    assert [seen[0] for seen in counts.seen] == [2] * 6
    assert [seen[-1] for seen in counts.seen] == [0] * 6


async def test_a_person_is_counted_once_by_the_best_face(tried: Tried) -> None:
    [seen] = (await counted(tried, tried.people, [_first(tried)])).seen

    assert list(seen) == sorted(seen, reverse=True)
    assert max(seen) == 2  # people, of five faces


async def test_what_one_sees_in_another_the_other_sees_in_the_one(tried: Tried) -> None:
    singles = [[tried.people[0][0]], [tried.people[2][1]]]

    one, other = (await counted(tried, singles, every_face(singles))).seen

    assert list(one) == list(other)


async def test_whoever_waits_hears_how_far_it_is(tried: Tried) -> None:
    heard = list[int]()

    taken = await tried.look_alikes.taken(list(chain.from_iterable(tried.people)))
    await taken.count(tried.people, every_face(tried.people), heard.append)

    assert heard[-1] == 6


async def test_a_part_is_counted_at_the_scores_of_the_whole(tried: Tried) -> None:
    whole = await counted(tried, tried.people, every_face(tried.people))

    part = await counted(tried, tried.people[:2], [_first(tried)], whole.raw_scores)

    assert part.raw_scores == whole.raw_scores
    assert (part.seen[0][0], part.seen[0][-1]) == (1, 0)
    assert all(one <= all_ for one, all_ in zip(part.seen[0], whole.seen[0], strict=True))


async def test_a_face_that_goes_meanwhile_is_compared_as_it_was(tried: Tried) -> None:
    """The last person has one face and the first is removed: every later row would be another's."""
    people = [tried.people[1], tried.people[2], tried.people[0]]
    taken = await tried.look_alikes.taken(list(chain.from_iterable(people)))
    before = await taken.count(people, every_face(people), lambda _: None)

    await tried.remove(people[0][0])

    assert await taken.count(people, every_face(people), lambda _: None) == before


async def counted(
    tried: Tried,
    people: list[list[str]],
    probes: list[ProbeFace],
    at: Sequence[float] | None = None,
) -> LookAlikeCounts:
    taken = await tried.look_alikes.taken(list(chain.from_iterable(tried.people)))
    return await taken.count(people, probes, lambda _: None, at)


def _first(tried: Tried) -> ProbeFace:
    return ProbeFace(0, tried.people[0][0])

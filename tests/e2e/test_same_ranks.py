"""The same studio portraits, searched in the local engine and through AWS's SDK over the wire."""

import asyncio
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from app.domain.similarity_scale import SimilarityScale
from tests.contract.collections import Place, TriedCollections, local, rekognition_over_the_wire
from tests.contract.wire import wire_at

BOOKED = 60
PROBES = 30
RANKS = 10
AT_ONCE = 4

Ranked = list[tuple[float, str]]


async def ranked(tried: TriedCollections, booked: list[Path], probes: list[Path]) -> list[Ranked]:
    """Book portraits in a collection; return (similarity, person) for each probe."""
    place = Place(tried, "same-ranks")
    await tried.collections.create(place.name)
    turns, people = asyncio.Semaphore(AT_ONCE), dict[str, str]()

    async def book(portrait: Path) -> None:
        async with turns:
            [face_id] = await place.enrol(portrait.read_bytes(), portrait.parent.name, 1)
        people[face_id] = portrait.parent.name

    async def search(probe: Path) -> Ranked:
        async with turns:
            return await found(place, probe.read_bytes(), people)

    await asyncio.gather(*map(book, booked))
    answers = await asyncio.gather(*map(search, probes))
    await tried.collections.delete(place.name)
    return answers


async def found(place: Place, probe: bytes, people: Mapping[str, str]) -> Ranked:
    engine = await place.engine()
    matches = await engine.search(probe, people=RANKS, floor=0, face=None)
    return [
        (match.similarity, people[match.face_id])
        async for batch in matches.ranked
        for match in batch
    ]


def on_the_wire(scale: SimilarityScale, ranked: Ranked) -> Ranked:
    """Return matches as Rekognition's clients are told of them: on its scale, to four places."""
    return [(round(scale.rekognition(similarity), 4), person) for similarity, person in ranked]


def ranks(ranked: Ranked) -> list[tuple[float, set[str]]]:
    """Return who is at each rank; whoever is equally alike shares one."""
    shared: Iterable[tuple[float, Iterable[tuple[float, str]]]] = groupby(
        ranked, key=lambda match: match[0]
    )
    return [(similarity, {person for _, person in tied}) for similarity, tied in shared][:RANKS]


async def test_the_same_people_come_at_the_same_ranks(shared_data: Path, tmp_path: Path) -> None:
    london = shared_data / "london"
    people = sorted(path.name for path in london.iterdir() if path.is_dir())[:BOOKED]
    booked = [london / person / f"{person}_03_neutral.jpg" for person in people]
    probes = [london / person / f"{person}_08_smiling.jpg" for person in people[:PROBES]]

    with wire_at(tmp_path / "data") as wire:
        async with local(wire) as tried:
            direct = await ranked(tried, booked, probes)
            described = await (await tried.collections.engine("any")).describe()
        async with rekognition_over_the_wire(wire) as tried:
            wired = await ranked(tried, booked, probes)

    scale = described.rekognition_scale
    assert [ranks(one) for one in wired] == [ranks(on_the_wire(scale, one)) for one in direct]
    assert all(len(one) == BOOKED for one in (*direct, *wired))
    firsts = [one[0][1] for one in wired]
    right = sum(first == person for first, person in zip(firsts, people, strict=False))
    assert right >= PROBES - 1

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


async def ranked(
    tried: TriedCollections, booked: Mapping[str, bytes], probes: list[bytes]
) -> list[Ranked]:
    """Book portraits in a collection; return (similarity, person) for each probe."""
    place = Place(tried, "same-ranks")
    await tried.collections.create(place.name)
    turns, people = asyncio.Semaphore(AT_ONCE), dict[str, str]()

    async def book(person: str) -> None:
        async with turns:
            [face_id] = await place.enrol(booked[person], person, 1)
        people[face_id] = person

    async def search(probe: bytes) -> Ranked:
        async with turns:
            return await found(place, probe, people)

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


def portraits_of(london: Path) -> tuple[dict[str, bytes], list[bytes]]:
    """Return neutral portraits by person, and smiling ones of the first of them."""
    people = sorted(path.name for path in london.iterdir() if path.is_dir())[:BOOKED]
    booked = {one: (london / one / f"{one}_03_neutral.jpg").read_bytes() for one in people}
    probes = [(london / one / f"{one}_08_smiling.jpg").read_bytes() for one in people[:PROBES]]
    return booked, probes


async def test_the_same_people_come_at_the_same_ranks(shared_data: Path, tmp_path: Path) -> None:
    booked, probes = portraits_of(shared_data / "london")

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
    right = sum(first == person for first, person in zip(firsts, booked, strict=False))
    assert right >= PROBES - 1

"""A photo that is replaced while a search is under way is neither absent nor double."""

import pytest
from typing_extensions import override

from app.domain.search import SearchAnswer
from app.ports.face_engine import EngineDescription, Matches
from app.ports.records import Records
from tests.fakes import FakeFaceEngine, drawn_photo
from tests.jails import Jail


class BehindEngine(FakeFaceEngine):
    """Ranks the first `behind` searches over what was there before."""

    def __init__(self, *, behind: int, holds_faces: bool) -> None:
        super().__init__()
        self.before = FakeFaceEngine()
        self.searches = 0
        self._behind = behind
        self._holds_faces = holds_faces

    @override
    async def search(self, probe: bytes, *, people: int, floor: float, face: int | None) -> Matches:
        self.searches += 1
        if self.searches > self._behind:
            return await super().search(probe, people=people, floor=floor, face=face)
        return await self.before.search(probe, people=people, floor=floor, face=face)

    @override
    async def describe(self) -> EngineDescription:
        return EngineDescription("behind", "fake/1", "fake/1", holds_faces=self._holds_faces)


async def search_while_replaced(records: Records, engine: BehindEngine) -> SearchAnswer:
    jail = Jail(records, engine)
    await jail.index("A1", drawn_photo("Ann"))
    engine.before.held = dict(engine.held)
    await jail.index("A1", drawn_photo("Anne"))
    await jail.sweep()
    return await jail.search("Anne")


async def test_an_outdated_ranking_is_made_anew(records: Records) -> None:
    engine = BehindEngine(behind=3, holds_faces=False)

    answer = await search_while_replaced(records, engine)

    assert [one.external_image_id for one in answer.candidates] == ["A1"]
    assert engine.searches == 4


@pytest.mark.parametrize(("holds_faces", "most"), [(True, 2), (False, 8)])
async def test_a_ranking_that_stays_outdated_is_not_made_for_ever(
    records: Records, *, holds_faces: bool, most: int
) -> None:
    engine = BehindEngine(behind=100, holds_faces=holds_faces)

    answer = await search_while_replaced(records, engine)

    assert answer.candidates == ()
    assert engine.searches == most

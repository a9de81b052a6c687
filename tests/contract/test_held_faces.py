"""What measuring the live gallery promises where the engine holds the faces: it only searches."""

import math
from uuid import uuid4

import pytest

from adapters.face_engine.temporary import HeldFaces
from app.domain.errors import PhotoMissingError
from app.domain.evaluation import FaceRule
from tests.contract.collections import COLLECTIONS, Place
from tests.contract.scratch_engines import SIMILARITIES

SERVICE = FaceRule.SERVICE
HOLDING = [name for name in COLLECTIONS if name not in {"local", "metered"}]


@pytest.mark.parametrize("tried_collections", HOLDING, indirect=True, scope="module")
async def test_held_faces_are_ranked_by_one_another_and_nothing_changes(place: Place) -> None:
    booked = await place.book()
    people = [person for person, _ in booked]
    twice = next(one for one in people if people.count(one) > 1)
    probe = people.index(twice)
    engine = await place.engine()
    before = await engine.faces(None)

    async with HeldFaces(engine, SIMILARITIES).opened(len(booked)) as scratch:
        for at, (_, face_id) in enumerate(booked):
            if at != probe:
                await scratch.enrol(at, face_id.encode(), SERVICE)
        scores = list(await scratch.search(booked[probe][1].encode(), SERVICE))
        with pytest.raises(PhotoMissingError):
            await scratch.search(str(uuid4()).encode(), SERVICE)

    assert math.isnan(scores[probe])
    told = [-1.0 if math.isnan(score) else score for score in scores]
    assert people[told.index(max(told))] == twice
    assert await engine.faces(None) == before

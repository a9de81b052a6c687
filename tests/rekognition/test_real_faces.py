from collections.abc import AsyncIterator

import aioboto3
import pytest

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import install_models
from adapters.face_engine.rekognition.engine import RekognitionFaceEngine
from adapters.face_engine.rekognition.service import Rekognition
from adapters.portraits import Role, sample_portraits
from tests.kept import MODELS, PORTRAITS
from tests.rekognition.real_faces import RealFaces
from tests.rekognition_stub import RekognitionStub


@pytest.fixture
async def engine(session: aioboto3.Session) -> AsyncIterator[RekognitionFaceEngine]:
    stub = RekognitionStub.seeing(RealFaces(Encoder(install_models(MODELS, print))))
    with stub.serving():
        async with session.client("rekognition", endpoint_url=stub.url) as client:
            engine = RekognitionFaceEngine(Rekognition(client), "jail")
            await engine.prepare()
            yield engine


async def test_the_sample_probes_person_ranks_before_all_others(
    engine: RekognitionFaceEngine,
) -> None:
    portraits = sample_portraits(PORTRAITS, print)
    people: dict[str, str] = {}
    for portrait in (one for one in portraits if one.role is Role.BOOKING):
        enrolled = await engine.enrol(portrait.path.read_bytes(), portrait.external_image_id, None)
        people[enrolled.kept.face_id] = portrait.person
    probe = next(one for one in portraits if one.role is Role.PROBE)

    matches = await engine.search(probe.path.read_bytes(), people=5, floor=0, face=None)

    found = [people[match.face_id] async for batch in matches.ranked for match in batch]
    assert found[:2] == [probe.person, probe.person]
    assert probe.person not in found[2:]

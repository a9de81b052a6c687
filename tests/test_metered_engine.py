"""What the metrics say of engine calls."""

import pytest
from prometheus_client import CollectorRegistry

from adapters.face_engine.metered import EngineMetrics, MeteredFaceCollections
from app.domain.errors import FaceNotHeldError
from tests.fakes import drawn_photo
from tests.fakes_collections import FakeFaceCollections


async def test_calls_of_all_collections_are_timed_and_their_failures_counted_together() -> None:
    registry = CollectorRegistry()
    collections = MeteredFaceCollections(FakeFaceCollections(), EngineMetrics(registry))
    for name in ("jail", "prison"):
        engine = await collections.engine(name)
        await engine.enrol_all(drawn_photo("Ann", "Bob"), None, 5, filtered=True)
        await engine.search(drawn_photo("Ann"), people=1, floor=0, face=None)
        with pytest.raises(FaceNotHeldError):
            await engine.search_face("nobody's", people=1, floor=0)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert value("candid_engine_seconds_count", call="enrol_all") == 2
    assert value("candid_engine_seconds_count", call="search_face") == 2
    failures = value("candid_engine_failures_total", call="search_face", code="face_not_held")
    assert failures == 2
    assert value("candid_gallery_faces") == 2

"""An engine whose faces are templates in the records, as the local one."""

from dataclasses import replace

import pytest
from typing_extensions import override

from adapters.records.postgres import ConnectionPool, PostgresGalleryFeed
from app.domain.face import Enrolled
from app.domain.search import SearchOptions
from app.ports.face_engine import EngineDescription
from tests.databases import COLLECTION, DATA_KEYS
from tests.fakes import FakeFaceEngine, drawn_photo
from tests.jails import Jail
from tests.services.test_remove_photo import LONG_AGO, open_enrolment

TEMPLATE = bytes(range(16))


class TemplateEngine(FakeFaceEngine):
    """Gives templates, holds nothing itself, and has a scale that ends at 90."""

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        enrolled = await super().enrol(photo, external_image_id, face)
        return replace(enrolled, kept=replace(enrolled.kept, template=TEMPLATE))

    @override
    async def describe(self) -> EngineDescription:
        return replace(await super().describe(), holds_faces=False, scale_top=90.0)


@pytest.fixture
def jail(jail: Jail) -> Jail:
    jail.engine = TemplateEngine()
    return jail


async def test_a_template_is_kept_with_its_record(jail: Jail, pool: ConnectionPool) -> None:
    await jail.index("A1", drawn_photo("Ann"))

    changes = await PostgresGalleryFeed(pool, DATA_KEYS, COLLECTION).changes("fake/1", 0, 10)

    assert changes.templates == TEMPLATE


async def test_an_engine_that_holds_nothing_is_not_looked_through(jail: Jail) -> None:
    await open_enrolment(jail, "A1", LONG_AGO)

    assert await jail.sweep() == 1

    assert len(jail.engine.held) == 1
    assert not jail.store.photos


async def test_a_floor_above_the_end_of_the_scale_is_answered_with_a_warning(jail: Jail) -> None:
    answer = await jail.search("Ann", options=SearchOptions(min_similarity=95))

    assert answer.probe.warnings == (
        "No candidate can reach min_similarity=95: fake/1 ends at 90.",
    )

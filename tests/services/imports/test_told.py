"""What the JMS tells that it has or changed is imported without waiting for the night."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from typing_extensions import override

from app.domain.booking import RecordStatus
from app.domain.errors import SourceUnavailableError
from app.domain.imports import ImportMode, ImportSource, ImportState
from app.domain.jms_events import About, EventType, JmsEvent
from app.ports.photo_source import PhotoSource
from app.services.jms_events.import_told import ImportTold
from app.services.recorded import utc_now
from tests.services.imports.backfill import Backfill, asked
from tests.services.imports.test_schedule import JmsSources, Nightly
from tests.services.withholding.telling import SENDER

NOW = utc_now().replace(microsecond=0) - timedelta(hours=3)


@pytest.fixture
def nightly(backfill: Backfill) -> Nightly:
    """Give a jail whose JMS lists photos and tells."""
    nightly = Nightly(backfill)
    nightly.jail.import_manager = backfill.manage
    return nightly


async def told(nightly: Nightly, event_id: str, kind: EventType, at: datetime = NOW) -> None:
    event = JmsEvent(event_id, kind, at, About(("A1",)))
    await nightly.jail.services().jms_events.receive([event], SENDER, "msg-1")


async def test_a_new_photo_is_searchable_soon_after_its_event(nightly: Nightly) -> None:
    nightly.shoot("A1", "Ann", NOW)
    await told(nightly, "e1", EventType.CREATED, NOW)
    await told(nightly, "e2", EventType.UPDATED, NOW + timedelta(hours=2))

    assert await nightly.jail.follow() == 2
    await nightly.backfill.worker().run()

    assert await nightly.shown("Ann") == [["A1"]]
    [begun] = await nightly.imports()
    assert (begun.options.mode, begun.started_by) == (ImportMode.CHANGED, "jms")
    assert begun.options.since == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "days"),
    [(datetime.min.replace(tzinfo=UTC), 30), (datetime.max.replace(tzinfo=UTC), 0)],
)
async def test_a_filler_date_neither_stops_nor_loses_anything(
    nightly: Nightly, at: datetime, days: int
) -> None:
    await told(nightly, "e1", EventType.CREATED, at)

    assert await nightly.jail.follow() == 1

    [begun] = await nightly.imports()
    assert begun.options.since is not None
    since = utc_now() - timedelta(days=days, hours=1)
    assert since - timedelta(hours=1) < begun.options.since <= since


async def test_an_event_waits_for_the_import_that_is_open(nightly: Nightly) -> None:
    nightly.shoot("A1", "Ann", NOW)
    await nightly.begin()
    await told(nightly, "e1", EventType.CREATED)

    assert await nightly.jail.follow() == 0
    await nightly.backfill.worker().run()

    assert await nightly.jail.follow() == 1
    assert len(await nightly.imports()) == 2


async def test_a_jms_that_lists_no_photos_is_not_asked_for_ever(nightly: Nightly) -> None:
    nightly.jms.listed = None
    await told(nightly, "e1", EventType.UPDATED)

    assert await nightly.jail.follow() == 1


class DownSources(JmsSources):
    """A source that does not answer."""

    is_down = True

    @override
    @asynccontextmanager
    async def open(
        self, source: ImportSource, since: datetime | None
    ) -> AsyncIterator[PhotoSource]:
        self.since.append(since)
        if self.is_down:
            raise SourceUnavailableError
        async with super().open(source, since) as opened:
            yield opened


async def test_a_source_that_is_down_is_tried_again_after_minutes(nightly: Nightly) -> None:
    down = DownSources(nightly.jail)
    nightly.backfill.sources = down  # type: ignore[assignment]  # another kind of them
    clock = [1000.0]
    imports = ImportTold(nightly.jail.records, nightly.backfill.manage, lambda: clock[0])

    assert [await imports([NOW]) for _ in range(2)] == [False, False]
    assert len(down.since) == 1
    clock[0] += 400
    assert not await imports([NOW])
    assert len(down.since) == 2
    assert await imports([])


async def test_what_an_import_hears_is_sealed_is_hidden_at_once(nightly: Nightly) -> None:
    nightly.shoot("A1", "Ann", NOW)
    await nightly()
    assert await nightly.shown("Ann") == [["A1"]]
    nightly.shoot("A1", "Ann", NOW + timedelta(days=1))
    nightly.jms.known["A1"] = replace(nightly.jms.known["A1"], status=RecordStatus.EXPUNGED)
    await nightly.backfill.run(asked(mode=ImportMode.CHANGED))

    nightly.jms.down = True
    assert await nightly.shown("Ann") == []
    [last, _] = await nightly.imports()
    assert last.state is ImportState.FINISHED

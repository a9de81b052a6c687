"""Staying current with the JMS: what is new, changed, sealed, merged and renumbered since."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from adapters.photo_source.jms import JmsPhotoSource
from app.domain.booking import RecordStatus
from app.domain.imports import Import, ImportSource, SourceKind
from app.domain.photo import View, sha256_of
from app.domain.search import BookingStatus
from app.ports.jms import PhotoRef
from app.ports.photo_source import PhotoSource, PhotoSources
from app.ports.records import Records
from app.services.check_readiness import CheckReadiness, Health
from app.services.imports.check_imports import CheckImports
from app.services.imports.import_on_schedule import ImportOnSchedule
from app.services.imports.refresh_standings import Refreshed, RefreshStandings
from tests.fakes import drawn_photo
from tests.fakes_jms import FakeJms
from tests.jails import ACTOR, Jail, booking
from tests.services.imports.backfill import FINISHED, HERE, PAUSED, Backfill, listed, people

A_DAY_LATER = """
UPDATE imports SET started_at = started_at - interval '1 day',
                   resumed_at = resumed_at - interval '1 day'
"""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class JmsSources(PhotoSources):
    """Opens the jail's JMS, whatever is asked for."""

    jail: Jail
    since: list[datetime | None] = field(default_factory=list)  # that imports were opened with

    @override
    @asynccontextmanager
    async def open(
        self, source: ImportSource, since: datetime | None
    ) -> AsyncIterator[PhotoSource]:
        self.since.append(since)
        yield JmsPhotoSource(self.jail.fake_jms, since)


@dataclass
class Nightly:
    """A jail that stays current with its JMS."""

    backfill: Backfill

    def __post_init__(self) -> None:
        self.jms.listed = {}
        self.sources = JmsSources(self.jail)
        self.backfill.sources = self.sources  # type: ignore[assignment]  # another kind of them

    @property
    def jail(self) -> Jail:
        return self.backfill.jail

    @property
    def jms(self) -> FakeJms:
        return self.jail.fake_jms

    @property
    def refresh(self) -> RefreshStandings:
        jail = self.jail
        return RefreshStandings(jail.engine, jail.records, jail.enrichment, jail.sweep)

    def shoot(
        self, name: str, person: str, at: datetime = LONG_AGO, person_id: str | None = None
    ) -> bytes:
        """Have the JMS list a photo of a booking, in the place of an earlier one."""
        photo = drawn_photo(person, note=f"{name} {at}")
        assert self.jms.listed is not None
        known = [ref for ref in self.jms.listed if ref.external_image_id == name]
        for ref in known:
            del self.jms.listed[ref]
        self.jms.listed[PhotoRef(name, None, View.FRONT, at, "")] = photo
        self.jms.known[name] = booking(name, person_id)
        return photo

    async def begin(self) -> None:
        """Do what is due at the hour, but no worker's work."""
        source = ImportSource(SourceKind.JMS)
        jail, manage = self.jail, self.backfill.manage
        await ImportOnSchedule(jail.records, manage, self.refresh, source)()

    async def __call__(self) -> Import:
        """Let the hour come, and all be done that comes of it."""
        await self.begin()
        await self.backfill.worker().run()
        return (await self.imports())[0]

    async def imports(self) -> Sequence[Import]:
        return await self.backfill.read.page(None, 100)

    async def shown(self, person: str) -> list[list[str]]:
        """Search; return the ids of each candidate."""
        answer = await self.jail.search(person)
        return [
            [one.external_image_id, *(other.external_image_id for other in one.other_photos)]
            for one in answer.candidates
        ]


@pytest.fixture
def nightly(records: Records) -> Nightly:
    return Nightly(Backfill(Jail(records)))


def now() -> datetime:
    return datetime.now(UTC)


async def test_the_first_time_everything_is_taken(nightly: Nightly) -> None:
    nightly.shoot("A1", "Ann")
    nightly.shoot("B1", "Bea")

    first = await nightly()

    assert (first.state, first.scheduled, first.options.since) == (FINISHED, True, None)
    assert await nightly.backfill.indexed_ids() == ["A1", "B1"]
    started, *_ = [one for one in await nightly.jail.audit() if one.action == "start_import"]
    assert (started.actor.name, started.outcome) == ("schedule", "answered")


async def test_then_only_what_is_new_or_changed_since_an_hour_before_the_last_start(
    nightly: Nightly,
) -> None:
    for name in ("A1", "B1", "C1"):
        nightly.shoot(name, name)
    first = await nightly()
    newer = nightly.shoot("B1", "B1", now())
    nightly.shoot("D1", "Dan", first.started_at - timedelta(minutes=59))

    second = await nightly()

    assert second.options.since == first.started_at - timedelta(hours=1)
    assert await nightly.backfill.reasons(second.import_id) == {"indexed": 2}
    assert await nightly.backfill.indexed_ids() == ["A1", "B1", "C1", "D1"]
    one = nightly.jail.services().read_index.one
    assert (await one("B1")).sha256 == sha256_of(newer)
    assert set(nightly.sources.since) == {None, second.options.since}


async def test_a_person_s_import_and_one_that_did_not_end_do_not_count_as_the_last(
    nightly: Nightly,
) -> None:
    nightly.shoot("A1", "Ann")
    first = await nightly()
    source = ImportSource(SourceKind.JMS)
    await nightly.backfill.run(replace(first.options, source=source, limit=1))
    await nightly.begin()
    third = (await nightly.imports())[0]
    await nightly.backfill.manage.cancel(third.import_id, ACTOR)

    fourth = await nightly()

    assert fourth.options.since == first.started_at - timedelta(hours=1)


async def test_what_was_sealed_is_hidden_at_once_though_the_jms_is_down_later(
    nightly: Nightly,
) -> None:
    nightly.shoot("A1", "Ann")
    nightly.shoot("A2", "Ann")
    await nightly()
    nightly.jms.known["A1"] = booking("A1", status=RecordStatus.SEALED)

    await nightly.begin()

    nightly.jms.down = True
    assert await nightly.shown("Ann") == [["A2"]]


async def test_what_was_unsealed_is_shown_again(nightly: Nightly) -> None:
    nightly.shoot("A1", "Ann")
    await nightly()
    nightly.jms.known["A1"] = booking("A1", status=RecordStatus.SEALED)
    await nightly.begin()
    nightly.jms.known["A1"] = booking("A1")

    await nightly.begin()

    nightly.jms.down = True
    assert await nightly.shown("Ann") == [["A1"]]


async def test_people_who_were_merged_are_one_candidate(nightly: Nightly) -> None:
    nightly.shoot("A1", "Ann", person_id="4711")
    nightly.shoot("A2", "Ann", person_id="4712")
    await nightly()
    assert len(await nightly.shown("Ann")) == 2
    nightly.jms.known["A2"] = booking("A2", "4711")

    await nightly.begin()

    nightly.jms.down = True
    [candidate] = await nightly.shown("Ann")
    assert sorted(candidate) == ["A1", "A2"]


async def test_a_person_whom_the_jms_says_to_be_merged_into_another_is_that_one(
    nightly: Nightly,
) -> None:
    nightly.shoot("A1", "Ann", person_id="4711")
    nightly.shoot("A2", "Ann", person_id="4712")
    known = nightly.jms.known["A2"]
    merged = replace(known.person, merged_into_person_id="4711")
    nightly.jms.known["A2"] = replace(known, person=merged)

    await nightly()

    [candidate] = await nightly.shown("Ann")
    assert sorted(candidate) == ["A1", "A2"]


async def test_what_was_renumbered_is_on_record_under_both_ids_and_counted(
    nightly: Nightly,
) -> None:
    nightly.shoot("OLD", "Ann")
    await nightly()
    del nightly.jms.known["OLD"]
    nightly.jms.listed = {}
    nightly.shoot("NEW", "Ann", now())

    await nightly()

    assert await nightly.backfill.indexed_ids() == ["NEW", "OLD"]
    assert (await nightly.refresh()).unknown == 1
    answer = await nightly.jail.search("Ann")
    statuses = {one.external_image_id: one.booking_status for one in answer.candidates}
    assert statuses == {"NEW": BookingStatus.FOUND, "OLD": BookingStatus.NOT_FOUND}


async def test_while_an_import_is_open_none_begins_and_the_rest_is_refreshed(
    nightly: Nightly,
) -> None:
    nightly.shoot("A1", "Ann")
    first = await nightly()
    await nightly.backfill.manage.start(first.options, ACTOR)
    nightly.jms.known["A1"] = booking("A1", status=RecordStatus.EXPUNGED)

    with capture_logs() as logs:
        await nightly.begin()

    told = {one["event"]: one["log_level"] for one in logs}
    assert told["scheduled_import_left_out"] == "warning"
    assert [one.scheduled for one in await nightly.imports()] == [False, True]
    nightly.jms.down = True
    assert await nightly.shown("Ann") == []


async def test_what_a_person_paused_stays_so(nightly: Nightly) -> None:
    await nightly.begin()
    [begun] = await nightly.imports()
    await nightly.backfill.manage.pause(begun.import_id, ACTOR)

    await nightly()

    [paused] = await nightly.imports()
    assert paused.state is PAUSED


async def test_a_jms_that_is_down_pauses_it_and_the_next_time_it_goes_on(
    nightly: Nightly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.imports.list_import._PAUSES", (0.0,))
    nightly.shoot("A1", "Ann")
    nightly.jms.down = True

    with capture_logs() as logs:
        paused = await nightly()
    still = await nightly()

    assert (paused.state, still.state) == (PAUSED, PAUSED)
    assert paused.trouble
    assert "scheduled_import_failed" not in {one["event"] for one in logs}

    nightly.jms.down = False
    again = await nightly()

    assert (again.import_id, again.state) == (paused.import_id, FINISHED)
    assert await nightly.backfill.indexed_ids() == ["A1"]
    assert len(await nightly.imports()) == 1


async def test_what_never_mends_is_tried_more_and_more_seldom_and_none_begins_beside_it(
    nightly: Nightly, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.imports.list_import._PAUSES", ())
    nightly.shoot("A1", "Ann")
    nightly.jms.down = True
    stuck = await nightly()

    tried, told = list[int](), list[int]()
    for night in range(1, 25):
        with psycopg.connect(database) as connection:
            connection.execute(A_DAY_LATER)
        with capture_logs() as logs:
            assert (await nightly()).state is PAUSED
        events = {one["event"] for one in logs}
        tried += [night] * ("scheduled_import_resumed" in events)
        told += [night] * ("scheduled_import_stuck" in events)

    assert tried == [1, 2, 4, 8, 15, 22]
    assert sorted(tried + told) == list(range(1, 25))
    assert [one.import_id for one in await nightly.imports()] == [stuck.import_id]


async def test_an_import_that_paused_by_itself_is_seen_from_outside(
    nightly: Nightly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.imports.list_import._PAUSES", ())
    check = CheckReadiness({}, {"imports": CheckImports(nightly.jail.records)})
    well = await check()
    nightly.jms.down = True
    stuck = await nightly()
    worker = nightly.backfill.worker()

    await worker.keeper.look()
    seen = worker.meter.is_in_trouble
    ill = await check()
    await nightly.backfill.manage.cancel(stuck.import_id, ACTOR)
    await worker.keeper.look()

    assert (well.health, well.parts) == (Health.READY, {"imports": "ok"})
    assert (ill.health, ill.parts) == (Health.DEGRADED, {"imports": "import_in_trouble"})
    assert (seen, worker.meter.is_in_trouble) == (True, False)
    assert (await check()).health is Health.READY


async def test_what_a_person_paused_is_no_trouble(nightly: Nightly) -> None:
    await nightly.begin()
    [begun] = await nightly.imports()
    await nightly.backfill.manage.pause(begun.import_id, ACTOR)

    await CheckImports(nightly.jail.records)()


async def test_standings_are_refreshed_page_by_page(
    nightly: Nightly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.imports.refresh_standings._PAGE", 3)
    backfill = nightly.backfill
    names = sorted(people(8))
    for name in names:
        nightly.shoot(name, name)
    await nightly()
    await nightly.jail.services().remove_photo(names[0], ACTOR)
    nightly.jms.known[names[1]] = booking(names[1], status=RecordStatus.JUVENILE)
    nightly.jms.known[names[4]] = booking(names[4], "4711")
    del nightly.jms.known[names[6]]
    nightly.jms.unavailable = {names[3]}

    refreshed = await nightly.refresh()
    again = await nightly.refresh()

    assert await backfill.indexed_ids() == names[1:]
    assert refreshed == Refreshed(asked=7, changed=2, unknown=1, unanswered=1)
    assert again == replace(refreshed, changed=0)


async def test_without_a_jms_nothing_is_refreshed(nightly: Nightly) -> None:
    nightly.shoot("A1", "Ann")
    await nightly()
    nightly.jail.jms = None

    assert await nightly.refresh() == Refreshed(asked=1)
    assert await nightly.shown("Ann") == [["A1"]]


async def test_a_source_that_cannot_be_read_is_logged_and_the_rest_is_refreshed(
    backfill: Backfill,
) -> None:
    backfill.shelve(listed(people(2)))
    await backfill.run()
    del backfill.sources.known[HERE]
    jail = backfill.jail
    jail.fake_jms.known = {"P00000": booking("P00000", status=RecordStatus.SEALED)}
    refresh = RefreshStandings(jail.engine, jail.records, jail.enrichment, jail.sweep)
    source = ImportSource(SourceKind.FOLDER, HERE)

    with capture_logs() as logs:
        await ImportOnSchedule(jail.records, backfill.manage, refresh, source)()

    [failed] = [one for one in logs if one["event"] == "scheduled_import_failed"]
    assert failed["code"] == "source_unusable"
    [told] = [one for one in logs if one["event"] == "standings_refreshed"]
    assert (told["asked"], told["changed"], told["unknown"]) == (2, 1, 1)

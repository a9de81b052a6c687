"""What is due is destroyed once, what a hold is on stays, and a dry run changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from typing_extensions import override

from app.domain.audit import AuditAction
from app.domain.errors import PhotoStoreUnavailableError, ProbeDestroyedError, SearchNotFoundError
from app.domain.hold import Hold, HoldKind, HoldRequest
from app.domain.kept_probe import DestroyedFor, KeptProbe, ProbeTerms
from app.domain.photo import photo_key, sha256_of
from app.domain.review import ProbeDecision, ReviewEntry, ReviewState, Suitability
from app.domain.search import SearchAnswer
from app.domain.search_id import new_search_id
from app.ports.photo_store import PhotoStore
from app.ports.records import Records, RecordsOfCollections
from app.services.forgetting.purge import Purge, PurgeDaily
from app.services.forgetting.purge_orphans import PurgeOrphans
from app.services.forgetting.purge_probes import PurgeProbes
from app.services.forgetting.purge_report import Purgeable, PurgeReport
from app.services.forgetting.purge_searches import PurgeSearches
from app.services.recorded import utc_now
from tests.domain.reviews import ANN, review
from tests.fakes import FakePhotoStore
from tests.jails import ACTOR, Jail, OneCollection
from tests.records.samples import search
from tests.services.forgetting.stores import KINDS, keys_in, store_of
from tests.services.forgetting.test_holds import place

DAY = timedelta(days=1)
PROBE = b"a probe"
SHA = sha256_of(PROBE)


@dataclass
class Kept:
    """Searches of any age with their probes."""

    records: Records
    store: PhotoStore
    searches_after: timedelta | None = None

    @property
    def of(self) -> RecordsOfCollections:
        return OneCollection(self.records)

    @property
    def purge(self) -> Purge:
        return Purge(
            PurgeProbes(self.records, self.of, self.store, ProbeTerms(30 * DAY, 365 * DAY)),
            PurgeOrphans(self.records, self.store),
            PurgeSearches(self.records, self.of, self.searches_after),
        )

    async def search(
        self, days: float, case_number: str | None = None, *, review_open: bool = False
    ) -> str:
        """Keep a search, made so many days ago, of somebody who resembles A1 of person P-1."""
        at = utc_now() - days * DAY
        answer: SearchAnswer = search(new_search_id(at), at, case_number)
        key = photo_key(answer.search_id, SHA)
        await self.store.put(key, PROBE)
        async with self.records.unit() as unit:
            await unit.searches.add(answer)
            await unit.probes.add(KeptProbe(answer.search_id, key, at, review_open))
        return answer.search_id

    async def review(self, search_id: str, *, closed: bool = False) -> None:
        """Begin its review, with an entry that closes it or not."""
        suitability = Suitability.UNSUITABLE if closed else Suitability.SUITABLE
        entry = ReviewEntry(1, utc_now(), ANN, probe=ProbeDecision(suitability))
        async with self.records.unit() as unit:
            opened = replace(review(), search_id=search_id)
            await unit.reviews.open(opened, ReviewState.AWAITING_PROBE)
            await unit.reviews.append(search_id, entry, ReviewState.IN_REVIEW, None)

    async def stored(self) -> set[str]:
        return {key.partition("/")[0] for key in await keys_in(self.store)}

    async def orphan(self, age: timedelta) -> str:
        search_id = new_search_id(utc_now() - age)
        await self.store.put(photo_key(search_id, SHA), PROBE)
        return search_id


@pytest.fixture
def kept(records: Records) -> Kept:
    return Kept(records, FakePhotoStore())


def destroyed(report: PurgeReport, what: Purgeable = Purgeable.PROBE) -> set[str]:
    return {one.search_id for one in report.destroyed if one.what is what}


@pytest.fixture(params=KINDS)
async def anywhere(
    request: pytest.FixtureRequest, records: Records, tmp_path: Path, s3_server: str
) -> AsyncIterator[Kept]:
    async with store_of(request.param, tmp_path, s3_server) as store:
        yield Kept(records, store)


async def test_what_is_due_goes_and_is_kept_by_its_hash_only(anywhere: Kept) -> None:
    young, old = await anywhere.search(29), await anywhere.search(31)
    open_one = await anywhere.search(200, review_open=True)
    too_old = await anywhere.search(366, review_open=True)
    young_orphan, orphan = await anywhere.orphan(DAY / 999), await anywhere.orphan(DAY)

    report = await anywhere.purge(ACTOR)

    assert await anywhere.stored() == {young, open_one, young_orphan}
    assert destroyed(report) == {old, too_old}
    assert destroyed(report, Purgeable.ORPHAN) == {orphan}
    async with anywhere.records.view() as view:
        gone, reason = await view.probes.of(old), await view.probes.of(too_old)
        audited = [one.entry() for one in await view.audit.page(0, 9)]
    assert gone is not None
    assert gone.sha256 == SHA
    assert gone.destroyed_for is DestroyedFor.DUE
    assert reason is not None
    assert reason.destroyed_for is DestroyedFor.TOO_OLD
    assert [one.action for one in audited] == [AuditAction.PURGE] * 2
    assert SHA in repr(audited[0].details)
    assert (await anywhere.purge(ACTOR)).destroyed == []


async def test_a_dry_run_says_what_would_go_and_what_is_held_and_changes_nothing(
    kept: Kept, records: Records
) -> None:
    held, old = await kept.search(40, "26-9"), await kept.search(40)
    orphan = await kept.orphan(DAY)
    hold = await place(Jail(records), HoldKind.CASE, "26-9")
    before = len(await Jail(records).audit())

    report = await kept.purge(ACTOR, dry_run=True)

    assert destroyed(report) == {old}
    assert destroyed(report, Purgeable.ORPHAN) == {orphan}
    assert [(one.search_id, one.hold_id) for one in report.kept] == [(held, hold.hold_id)]
    assert await kept.stored() == {held, old, orphan}
    assert len(await Jail(records).audit()) == before


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (HoldKind.CASE, "26-9"),
        (HoldKind.PERSON, "P-1"),
        (HoldKind.PHOTO, "A1"),
        (HoldKind.PHOTO, "A2"),
        (HoldKind.SEARCH, ""),
    ],
)
async def test_a_hold_keeps_the_probe_and_the_search_it_is_on(
    kept: Kept, kind: HoldKind, value: str
) -> None:
    kept.searches_after = 365 * DAY
    search_id = await kept.search(400, "26-9")
    asked = HoldRequest(kind, value or search_id, "appeal", "26-CR-1")
    async with kept.records.unit() as unit:
        await unit.holds.add(Hold("H-1", asked, utc_now(), "desk"))

    report = await kept.purge(ACTOR)

    assert report.destroyed == []
    assert {(one.what, one.hold_id) for one in report.kept} == {
        (Purgeable.PROBE, "H-1"),
        (Purgeable.SEARCH, "H-1"),
    }
    assert await kept.stored() == {search_id}


async def test_a_hold_on_something_else_keeps_nothing(kept: Kept) -> None:
    await kept.search(40, "26-9")
    async with kept.records.unit() as unit:
        asked = HoldRequest(HoldKind.CASE, "26-99", "", "")
        await unit.holds.add(Hold("H-1", asked, utc_now(), "desk"))

    assert len((await kept.purge(ACTOR)).destroyed) == 1


async def test_past_searches_go_where_a_setting_says_so_and_their_audit_stays(
    kept: Kept, records: Records
) -> None:
    old = await kept.search(400)
    recent, reviewed = await kept.search(364), await kept.search(400, review_open=True)
    await kept.review(reviewed)
    kept.searches_after = 365 * DAY
    probes = PurgeProbes(records, kept.of, kept.store, _for_ever())
    patient = replace(kept.purge, probes=probes)

    first = await patient(ACTOR)
    second = await kept.purge(ACTOR)

    assert destroyed(first, Purgeable.SEARCH) == set()
    assert {(one.search_id, one.why) for one in first.kept} == {
        (old, "probe_kept"),
        (reviewed, "review_open"),
    }
    assert destroyed(second, Purgeable.SEARCH) == {old}  # its probe went before it
    assert destroyed(second) == {old, recent, reviewed}  # reviewed in a year by nobody
    assert [(one.search_id, one.why) for one in second.kept] == [(reviewed, "review_open")]
    async with records.view() as view:
        assert await view.searches.get(old) is None
        assert await view.searches.get(recent) is not None
    services = Jail(records).services()
    with pytest.raises(SearchNotFoundError):
        await services.read_searches.one(old, ACTOR)
    with pytest.raises(ProbeDestroyedError):
        await services.forgetting.view_probe(old, None, ACTOR)
    assert AuditAction.PURGE in {entry.action for entry in await Jail(records).audit()}


def _for_ever() -> ProbeTerms:
    return ProbeTerms(9999 * DAY, 9999 * DAY)


async def test_so_many_orphans_that_the_database_may_be_the_wrong_one_are_left(
    kept: Kept,
) -> None:
    orphans = {await kept.orphan(DAY) for _ in range(101)}
    strange = photo_key("no-search-of-ours", SHA)
    await kept.store.put(strange, PROBE)

    refused = await kept.purge(ACTOR)
    assert (refused.refused_orphans, refused.strange) == (101, 1)
    assert await kept.stored() == orphans | {"no-search-of-ours"}

    await kept.purge(ACTOR, however_many_orphans=True)
    assert await kept.stored() == {"no-search-of-ours"}


async def test_a_probe_that_a_backup_brought_back_is_destroyed_again(kept: Kept) -> None:
    search_id = await kept.search(40)
    await kept.purge(ACTOR)
    await kept.store.put(photo_key(search_id, SHA), PROBE)

    report = await kept.purge(ACTOR)

    assert destroyed(report, Purgeable.ORPHAN) == {search_id}


async def test_the_review_goes_with_its_search_once_it_is_closed(kept: Kept) -> None:
    kept.searches_after = 365 * DAY
    closed, open_one = await kept.search(400), await kept.search(400)
    await kept.review(closed, closed=True)
    await kept.review(open_one)

    report = await kept.purge(ACTOR)

    assert destroyed(report, Purgeable.SEARCH) == {closed}
    async with kept.records.view() as view:
        assert await view.reviews.get(closed) is None
        assert await view.reviews.get(open_one) is not None


async def test_a_dry_run_tells_of_searches_what_the_run_would_do(kept: Kept) -> None:
    kept.searches_after = 365 * DAY
    await kept.search(400)
    await kept.review(await kept.search(400))

    told = await kept.purge(ACTOR, dry_run=True)
    done = await kept.purge(ACTOR)

    assert (told.destroyed, told.kept) == (done.destroyed, done.kept)
    assert len(told.destroyed) == 3
    assert len(told.kept) == 1


@pytest.mark.parametrize(("known", "orphans"), [(0, 1), (20, 6)])
async def test_orphans_of_what_may_be_the_wrong_database_are_left(
    kept: Kept, known: int, orphans: int
) -> None:
    for _ in range(known):
        await kept.search(1)
    made = {await kept.orphan(DAY) for _ in range(orphans)}

    report = await kept.purge(ACTOR)

    assert report.refused_orphans == orphans
    assert made <= await kept.stored()


async def test_many_that_are_destroyed_on_record_are_destroyed_again(kept: Kept) -> None:
    search_ids = [await kept.search(40) for _ in range(20)]
    await kept.purge(ACTOR)
    for one in search_ids:  # a backup of the store
        await kept.store.put(photo_key(one, SHA), PROBE)

    report = await kept.purge(ACTOR)

    assert (report.refused_orphans, await kept.stored()) == (0, set())


@dataclass
class StubbornStore(FakePhotoStore):
    """Does not delete some keys."""

    stubborn: set[str] = field(default_factory=set)

    @override
    async def delete(self, key: str) -> None:
        if key.partition("/")[0] in self.stubborn:
            raise PhotoStoreUnavailableError
        await super().delete(key)


async def test_what_cannot_be_destroyed_is_reported_and_stops_nothing_else(
    records: Records, database: str
) -> None:
    store = StubbornStore()
    kept = Kept(records, store, 365 * DAY)
    stubborn, altered, fine = [await kept.search(400) for _ in range(3)]
    orphans = [await kept.orphan(DAY), await kept.orphan(DAY)]
    store.stubborn = {stubborn, orphans[0]}
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE searches SET sealed = '' WHERE search_id = %s", (altered,))

    report = await kept.purge(ACTOR)

    assert {(one.what, one.search_id, one.code) for one in report.failed} == {
        (Purgeable.PROBE, stubborn, "photo_store_unavailable"),
        (Purgeable.ORPHAN, orphans[0], "photo_store_unavailable"),
        (Purgeable.SEARCH, altered, "records_unavailable"),
    }
    assert destroyed(report) == {altered, fine}
    assert destroyed(report, Purgeable.ORPHAN) == {orphans[1]}
    assert destroyed(report, Purgeable.SEARCH) == {fine}


async def test_probes_and_searches_of_a_former_collection_go_too(
    of_collections: RecordsOfCollections,
) -> None:
    former = Kept(of_collections.of("former"), FakePhotoStore())
    search_id = await former.search(400)
    now = of_collections.of("jail")
    purge = Purge(
        PurgeProbes(now, of_collections, former.store, ProbeTerms(30 * DAY, 365 * DAY)),
        PurgeOrphans(now, former.store),
        PurgeSearches(now, of_collections, 365 * DAY),
    )

    report = await purge(ACTOR)

    assert destroyed(report) == destroyed(report, Purgeable.SEARCH) == {search_id}
    assert await former.stored() == set()


@dataclass
class HaltingStore(FakePhotoStore):
    """Halts who deletes until somebody lets it go on, or fails."""

    halted: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False

    @override
    async def delete(self, key: str) -> None:
        await super().delete(key)
        self.halted.set()
        await self.go_on.wait()
        if self.fails:
            raise PhotoStoreUnavailableError


async def test_a_hold_placed_during_a_purge_keeps_what_is_not_yet_destroyed(
    records: Records,
) -> None:
    store = HaltingStore()
    kept = Kept(records, store)
    for _ in range(25):  # two units
        await kept.search(40, "26-9")
    purging = asyncio.create_task(kept.purge(ACTOR))
    await store.halted.wait()

    placing = asyncio.create_task(place(Jail(records), HoldKind.CASE, "26-9"))
    await asyncio.wait([placing], timeout=0.2)
    assert not placing.done()  # it waits for the unit that destroys
    store.go_on.set()
    hold, report = await placing, await purging

    held = {one.search_id for one in report.kept}
    assert {one.hold_id for one in report.kept} <= {hold.hold_id}
    assert await kept.stored() == held
    assert len(destroyed(report)) + len(held) == 25
    assert len((await kept.purge(ACTOR)).destroyed) == 0


async def test_two_purges_at_once_destroy_and_record_each_probe_once(kept: Kept) -> None:
    due = {await kept.search(40) for _ in range(30)}

    one, other = await asyncio.gather(kept.purge(ACTOR), kept.purge(ACTOR))

    assert destroyed(one) | destroyed(other) == due
    assert destroyed(one) & destroyed(other) == set()
    assert await kept.stored() == set()


async def test_killed_between_the_bytes_and_the_commit_the_next_purge_ends_it(
    records: Records,
) -> None:
    store = HaltingStore(fails=True)
    store.go_on.set()
    kept = Kept(records, store)
    search_id = await kept.search(40)
    failed = await kept.purge(ACTOR)
    assert [(one.search_id, one.code) for one in failed.failed] == [
        (search_id, "photo_store_unavailable")
    ]
    assert failed.destroyed == []
    assert await kept.stored() == set()
    store.fails = False

    report = await kept.purge(ACTOR)

    assert destroyed(report) == {search_id}


async def test_the_service_purges_once_a_day_however_many_processes_there_are(
    kept: Kept, records: Records
) -> None:
    await kept.search(40)
    daily = PurgeDaily(records, kept.purge)

    reports = await asyncio.gather(daily(), daily(), daily())

    [report] = [one for one in reports if one is not None]
    assert len(report.destroyed) == 1
    assert await daily() is None

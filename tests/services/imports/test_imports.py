"""An import: every photo in, once, or on a list with the reason why not."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from typing_extensions import override

from app.domain.booking import RecordStatus
from app.domain.errors import (
    EngineUnavailableError,
    ImportNotFoundError,
    ImportRunningError,
    ImportStateError,
    PhotoStoreUnavailableError,
    PhotoTooLargeError,
    SourceTimeoutError,
    SourceUnusableError,
)
from app.domain.face import Enrolled
from app.domain.imports import (
    FacesRule,
    ImportMode,
    ImportState,
    ItemReason,
    ItemStatus,
    NewItem,
)
from app.domain.photo import View, sha256_of
from app.ports.photo_source import SourcePage
from app.services.imports.read_imports import MOST_TALLIES
from tests.fakes import DrawnFace, FakeFaceEngine, drawn_photo
from tests.fakes_sources import FakePhotoSource, Trouble
from tests.jails import ACTOR, booking
from tests.services.imports.backfill import FINISHED, HERE, PAUSED, Backfill, asked, listed, people


async def test_every_photo_is_in_once_and_the_import_ends(backfill: Backfill) -> None:
    backfill.shelve(listed(people(150)))
    backfill.source.page_size = 40

    ended = await backfill.run()

    assert ended.state is FINISHED
    assert ended.ended_at is not None
    assert await backfill.reasons(ended.import_id) == {"indexed": 150}
    assert await backfill.indexed_ids() == sorted(people(150))
    assert len(backfill.jail.store.photos) == 150
    assert len(backfill.jail.engine.held) == 150


async def test_photos_are_found_with_their_bookings(backfill: Backfill) -> None:
    backfill.jail.fake_jms.known = {"A1": booking("A1", "ann")}
    backfill.shelve(listed({"A1": drawn_photo("Ann")}))
    await backfill.run()

    answer = await backfill.jail.search("Ann")

    assert [one.external_image_id for one in answer.candidates] == ["A1"]
    [entry] = [one for one in await backfill.jail.audit() if one.external_image_id == "A1"]
    assert entry.actor.name == ACTOR.name
    assert entry.actor.request_id.startswith("import ")


async def test_every_photo_that_is_not_indexed_has_its_reason(backfill: Backfill) -> None:
    ann = drawn_photo("Ann")
    source = listed(
        {
            "good": ann,
            "nobody": drawn_photo(),
            "two": drawn_photo("Ann", "Bea"),
            "dark": drawn_photo(DrawnFace("Ann", dark=True)),
            "junk": b"no photo at all",
            "sealed": drawn_photo("Cy"),
            "gone": ann,
            "large": ann,
        }
    )
    del source.photos["at gone"]
    source.photo_troubles["at large"] = Trouble(PhotoTooLargeError("too large"))
    source.items += [
        NewItem("left", "at left", View.LEFT),
        NewItem("", "row 9", status=ItemStatus.FAILED, reason=ItemReason.ENTRY_UNUSABLE),
        NewItem("", "row 10", status=ItemStatus.FAILED, reason=ItemReason.ID_NOT_ENCODABLE),
    ]
    backfill.shelve(source)
    backfill.jail.fake_jms.known = {"sealed": booking("sealed", status=RecordStatus.SEALED)}

    ended = await backfill.run()

    assert ended.state is FINISHED
    assert await backfill.reasons(ended.import_id) == {
        "indexed": 1,
        "no_face": 1,
        "several_faces": 1,
        "face_refused": 1,
        "not_a_picture": 1,
        "withheld": 1,
        "photo_missing": 1,
        "photo_too_large": 1,
        "not_front_view": 1,
        "entry_unusable": 1,
        "id_not_encodable": 1,
    }
    assert await backfill.indexed_ids() == ["good"]
    assert list(backfill.jail.store.photos) == [f"good/{sha256_of(ann)}"]


async def test_the_largest_of_several_faces_is_taken_when_asked_for(backfill: Backfill) -> None:
    backfill.shelve(listed({"two": drawn_photo(DrawnFace("Ann", 0.4), DrawnFace("Bea", 0.3))}))

    ended = await backfill.run(asked(faces=FacesRule.LARGEST))

    assert await backfill.reasons(ended.import_id) == {"indexed": 1}
    answer = await backfill.jail.search("Ann")
    assert answer.candidates[0].similarity == 100


async def test_what_is_on_record_is_not_fetched_again(backfill: Backfill) -> None:
    backfill.shelve(listed(people(5)))
    await backfill.run()
    backfill.source.photos_asked.clear()

    again = await backfill.run()

    assert await backfill.reasons(again.import_id) == {"already_indexed": 5}
    assert backfill.source.photos_asked == []


async def test_changed_takes_only_what_has_other_bytes(backfill: Backfill) -> None:
    photos = people(4)
    backfill.shelve(listed(photos))
    await backfill.run()
    newer = drawn_photo("person 2", note="booked again")
    backfill.shelve(listed({**photos, "P00002": newer}))

    again = await backfill.run(asked(mode=ImportMode.CHANGED))

    assert await backfill.reasons(again.import_id) == {"indexed": 1, "unchanged": 3}
    assert (await backfill.jail.services().read_index.one("P00002")).sha256 == sha256_of(newer)


async def test_force_reads_everything_again_and_doubles_nothing(backfill: Backfill) -> None:
    backfill.shelve(listed(people(4)))
    await backfill.run()

    again = await backfill.run(asked(mode=ImportMode.FORCE))
    await backfill.jail.sweep()

    assert await backfill.reasons(again.import_id) == {"indexed": 4}
    assert len(backfill.jail.engine.held) == 4
    assert len(backfill.jail.store.photos) == 4


async def test_what_was_removed_is_not_brought_back(backfill: Backfill) -> None:
    backfill.shelve(listed(people(2)))
    await backfill.run()
    await backfill.jail.services().remove_photo("P00001", ACTOR)

    again = await backfill.run(asked(mode=ImportMode.FORCE))

    assert await backfill.reasons(again.import_id) == {"indexed": 1, "tombstoned": 1}
    assert await backfill.indexed_ids() == ["P00000"]


async def test_a_removal_during_the_import_stands(backfill: Backfill) -> None:
    backfill.shelve(listed(people(2)))
    begun = await backfill.start()
    worker = backfill.worker()
    await worker.keeper.look()
    await worker.list(begun.import_id)
    await backfill.jail.index("P00001", drawn_photo("person 1"))
    await backfill.jail.services().remove_photo("P00001", ACTOR)

    await worker.run()

    assert await backfill.reasons(begun.import_id) == {"indexed": 1, "tombstoned": 1}


async def test_the_same_id_twice_is_taken_once_and_counted(backfill: Backfill) -> None:
    source = listed(people(3))
    source.items += source.items[:2]
    backfill.shelve(source)

    ended = await backfill.run()

    assert await backfill.reasons(ended.import_id) == {"indexed": 3}
    assert ended.duplicates == 2


async def test_a_limit_ends_the_listing(backfill: Backfill) -> None:
    backfill.shelve(listed(people(30)))
    backfill.source.page_size = 8

    ended = await backfill.run(asked(limit=20))

    assert ended.state is FINISHED
    assert await backfill.reasons(ended.import_id) == {"indexed": 20}


async def test_a_dry_run_counts_and_changes_nothing(backfill: Backfill) -> None:
    backfill.shelve(listed(people(3)))
    await backfill.run(asked(limit=1))
    stored = dict(backfill.jail.store.photos)

    ended = await backfill.run(asked(dry_run=True))

    assert ended.state is FINISHED
    assert await backfill.reasons(ended.import_id) == {"already_indexed": 1, "waiting": 2}
    assert ended.estimate is not None
    assert (ended.estimate.photos, ended.estimate.sampled) == (2, 2)
    assert ended.estimate.seconds is not None
    assert backfill.jail.store.photos == stored


async def test_the_audit_tells_all_that_was_asked_of_an_import(backfill: Backfill) -> None:
    since = datetime(2026, 1, 2, tzinfo=UTC)
    options = asked(mode=ImportMode.CHANGED, since=since, limit=7, faces=FacesRule.LARGEST)
    options = replace(options, source=replace(options.source, pattern="{id}_F.jpg"))
    ended = await backfill.run(options)
    reasons = [ItemReason.NO_FACE, ItemReason.SOURCE_TIMEOUT]

    await backfill.manage.retry(ended.import_id, reasons, ACTOR)

    started, retried = await backfill.jail.audit()
    assert started.details == {
        "import_id": ended.import_id,
        "source": "folder",
        "location": HERE,
        "pattern": "{id}_F.jpg",
        "mode": "changed",
        "since": since.isoformat(),
        "limit": 7,
        "dry_run": False,
        "faces": "largest",
    }
    assert retried.details == {
        "import_id": ended.import_id,
        "change": "retry",
        "reasons": ["no_face", "source_timeout"],
    }


async def test_the_counts_of_few_imports_are_remembered_and_of_those_last_asked_for(
    backfill: Backfill,
) -> None:
    begun = [(await backfill.run()).import_id for _ in range(MOST_TALLIES + 1)]
    read = backfill.read

    for import_id in begun:
        await read.progress(import_id)

    assert list(read.tallies) == begun[1:]


async def test_only_one_import_is_open(backfill: Backfill) -> None:
    begun = await backfill.start()

    with pytest.raises(ImportRunningError, match=begun.import_id):
        await backfill.start()


async def test_a_source_that_cannot_be_read_starts_nothing(backfill: Backfill) -> None:
    del backfill.sources.known[HERE]

    with pytest.raises(SourceUnusableError):
        await backfill.start()

    assert await backfill.read.page(None, 10) == []
    assert [entry.outcome for entry in await backfill.jail.audit()] == ["source_unusable"]


@pytest.mark.usefixtures("impatient")
async def test_what_fails_for_a_while_is_tried_again(backfill: Backfill) -> None:
    backfill.shelve(listed(people(3)))
    backfill.source.photo_troubles["at P00001"] = Trouble(SourceTimeoutError(), times=2)

    ended = await backfill.run()

    assert ended.state is FINISHED
    assert await backfill.reasons(ended.import_id) == {"indexed": 3}


@pytest.mark.usefixtures("impatient")
async def test_what_keeps_failing_is_kept_as_failed_and_can_be_tried_again(
    backfill: Backfill,
) -> None:
    backfill.shelve(listed({**people(2), "nobody": drawn_photo()}))
    backfill.source.photo_troubles["at P00001"] = Trouble(SourceTimeoutError())
    ended = await backfill.run()
    assert await backfill.reasons(ended.import_id) == {
        "indexed": 1,
        "source_timeout": 1,
        "no_face": 1,
    }
    backfill.source.photo_troubles.clear()

    count = await backfill.manage.retry(ended.import_id, [ItemReason.SOURCE_TIMEOUT], ACTOR)
    await backfill.worker().run()

    assert count == 1
    again = await backfill.known(ended.import_id)
    assert again.state is FINISHED
    assert await backfill.reasons(ended.import_id) == {"indexed": 2, "no_face": 1}


@pytest.mark.usefixtures("impatient")
async def test_an_outage_of_the_source_pauses_and_costs_no_photo(backfill: Backfill) -> None:
    photos = people(60)
    backfill.shelve(listed(photos))
    backfill.source.photo_troubles = {f"at {one}": Trouble(SourceTimeoutError()) for one in photos}

    paused = await backfill.run()

    assert paused.state is PAUSED
    assert paused.trouble == SourceTimeoutError.text
    backfill.source.photo_troubles.clear()
    await backfill.manage.resume(paused.import_id, ACTOR)
    await backfill.worker().run()
    assert await backfill.reasons(paused.import_id) == {"indexed": 60}


@pytest.mark.usefixtures("impatient")
async def test_a_full_store_pauses_at_once_and_resume_goes_on(backfill: Backfill) -> None:
    backfill.shelve(listed(people(50)))
    backfill.jail.store.error = PhotoStoreUnavailableError("No space left on the device.")

    paused = await backfill.run()

    assert paused.state is PAUSED
    assert paused.trouble == "No space left on the device."
    assert await backfill.reasons(paused.import_id) == {"waiting": 50}
    assert await backfill.indexed_ids() == []
    backfill.jail.store.error = None
    await backfill.manage.resume(paused.import_id, ACTOR)
    await backfill.worker().run()
    assert await backfill.reasons(paused.import_id) == {"indexed": 50}
    await backfill.jail.sweep()
    assert len(backfill.jail.engine.held) == 50


@pytest.mark.usefixtures("impatient")
async def test_an_engine_that_is_down_pauses_and_costs_no_photo(backfill: Backfill) -> None:
    backfill.shelve(listed(people(40)))
    backfill.jail.engine.down = True

    paused = await backfill.run()

    assert paused.state is PAUSED
    assert paused.trouble == EngineUnavailableError.text
    backfill.jail.engine.down = False
    await backfill.manage.resume(paused.import_id, ACTOR)
    await backfill.worker().run()
    assert await backfill.reasons(paused.import_id) == {"indexed": 40}


@pytest.mark.usefixtures("impatient")
async def test_a_jms_that_does_not_answer_keeps_photos_waiting(backfill: Backfill) -> None:
    backfill.shelve(listed(people(3)))
    backfill.jail.fake_jms.unavailable = {"P00001"}

    ended = await backfill.run()

    assert await backfill.reasons(ended.import_id) == {"indexed": 2, "source_unavailable": 1}


async def test_a_paused_import_stands_still_and_a_canceled_one_ends(backfill: Backfill) -> None:
    backfill.shelve(listed(people(3)))
    begun = await backfill.start()
    await backfill.manage.pause(begun.import_id, ACTOR)
    await backfill.worker().run()
    assert await backfill.indexed_ids() == []

    await backfill.manage.cancel(begun.import_id, ACTOR)

    assert (await backfill.known(begun.import_id)).state is ImportState.CANCELLED
    with pytest.raises(ImportStateError):
        await backfill.manage.resume(begun.import_id, ACTOR)
    assert (await backfill.start()).state is ImportState.RUNNING


async def test_a_canceled_import_is_not_tried_again(backfill: Backfill) -> None:
    backfill.shelve(listed({**people(2), "nobody": drawn_photo()}))
    ended = await backfill.run()
    begun = await backfill.start(asked(mode=ImportMode.FORCE))
    await backfill.manage.cancel(begun.import_id, ACTOR)

    with pytest.raises(ImportStateError, match="cancelled"):
        await backfill.manage.retry(begun.import_id, [], ACTOR)

    assert await backfill.manage.retry(ended.import_id, [], ACTOR) == 1


async def test_another_photo_under_a_taken_id_is_told(backfill: Backfill) -> None:
    source = listed({"A1": drawn_photo("Ann")})
    source.items += [NewItem("A1", "2026/A1.jpg"), *source.items]
    backfill.shelve(source)

    ended = await backfill.run()

    assert await backfill.reasons(ended.import_id) == {"indexed": 1, "duplicate_id": 1}
    assert ended.duplicates == 2
    [told] = await backfill.read.items(ended.import_id, 0, 9, reason=ItemReason.DUPLICATE_ID)
    assert (told.external_image_id, told.location) == ("", "2026/A1.jpg")
    assert told.detail == "A1 is also the id of at A1."


async def test_what_took_so_long_that_it_was_swept_is_not_put_on_record(
    backfill: Backfill, database: str
) -> None:
    class SlowEngine(FakeFaceEngine):
        @override
        async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
            if not self.held:
                with psycopg.connect(database) as connection:
                    connection.execute("DELETE FROM intents")
            return await super().enrol(photo, external_image_id, face)

    backfill.jail.engine = SlowEngine()
    backfill.shelve(listed(people(1)))

    begun = await backfill.start()
    await backfill.worker().run()

    async with backfill.jail.records.view() as view:
        [item] = await view.imports.items(begun.import_id, 0, 9)
    assert (item.status, item.reason) == (ItemStatus.WAITING, ItemReason.ENGINE_UNAVAILABLE)
    assert await backfill.indexed_ids() == []


async def test_a_helper_that_cannot_open_the_source_leaves_it_to_others(backfill: Backfill) -> None:
    backfill.shelve(listed(people(3)))
    begun = await backfill.start()
    helper = backfill.worker(is_helper=True)
    shelf = backfill.sources.known.pop(HERE)

    await helper.keeper.look()
    await helper.list(begun.import_id)
    assert (await backfill.known(begun.import_id)).state is ImportState.RUNNING
    backfill.sources.known[HERE] = shelf
    await helper.list(begun.import_id)
    assert not (await backfill.known(begun.import_id)).pages
    await backfill.worker().run()

    assert await backfill.reasons(begun.import_id) == {"indexed": 3}


async def test_an_unknown_import_is_not_found(backfill: Backfill) -> None:
    for change in (backfill.manage.pause, backfill.manage.resume, backfill.manage.cancel):
        with pytest.raises(ImportNotFoundError):
            await change("20200101-00000000", ACTOR)
    with pytest.raises(ImportNotFoundError):
        await backfill.manage.retry("20200101-00000000", [], ACTOR)
    with pytest.raises(ImportNotFoundError):
        await backfill.read.progress("20200101-00000000")


async def test_a_listing_that_goes_round_in_circles_ends_by_itself(backfill: Backfill) -> None:
    class Circle(FakePhotoSource):
        @override
        async def page(self, after: str | None) -> SourcePage:
            page = await super().page(None)
            return replace(page, next=str(int(after or 0) + 1))

    backfill.shelve(Circle(listed(people(3)).items, listed(people(3)).photos))

    paused = await backfill.run()

    assert paused.state is PAUSED
    assert paused.trouble is not None
    assert "never ends" in paused.trouble


async def test_a_dead_workers_photos_return_and_none_is_indexed_twice(
    backfill: Backfill, database: str
) -> None:
    backfill.shelve(listed(people(20)))
    begun = await backfill.start()
    dead, alive = backfill.worker(), backfill.worker()
    await dead.keeper.look()
    await dead.list(begun.import_id)
    async with backfill.jail.records.unit() as unit:
        items = await unit.imports.lease(begun.import_id, dead.worker_id, 20)
    assert len(items) == 20
    await alive.run()
    assert await backfill.indexed_ids() == []
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE import_workers SET beat_at = now() - interval '1 minute' WHERE worker_id = %s",
            (dead.worker_id,),
        )

    await alive.run()

    assert await backfill.reasons(begun.import_id) == {"indexed": 20}
    assert (await backfill.known(begun.import_id)).state is FINISHED


async def test_two_workers_share_an_import(backfill: Backfill) -> None:
    backfill.shelve(listed(people(200)))
    backfill.source.page_size = 50
    begun = await backfill.start()
    one, other = backfill.worker(), backfill.worker()

    await asyncio.gather(one.run(), other.run())
    await one.run()

    assert await backfill.reasons(begun.import_id) == {"indexed": 200}
    assert len(backfill.jail.engine.held) == 200
    done = [outcome for worker in (one, other) for outcome in worker.meter.outcomes]
    assert len(done) == 200


async def test_a_refused_photo_can_be_looked_at_and_the_look_is_recorded(
    backfill: Backfill,
) -> None:
    backfill.shelve(listed({"nobody": drawn_photo()}))
    ended = await backfill.run()
    [item] = await backfill.read.items(ended.import_id, 0, 10, status=ItemStatus.FAILED)

    picture = await backfill.read.thumbnail(ended.import_id, item.position, 200, ACTOR)

    assert picture.startswith(b"\xff\xd8")
    assert [one.external_image_id for one in await backfill.jail.audit()][-1] == "nobody"


async def test_since_reaches_the_source(backfill: Backfill) -> None:
    since = datetime(2026, 1, 2, tzinfo=UTC)

    await backfill.run(asked(since=since))

    assert {opened[1] for opened in backfill.sources.opened} == {since}


@pytest.mark.usefixtures("impatient")
async def test_many_photos_that_the_source_cannot_give_are_no_outage_of_it(
    backfill: Backfill,
) -> None:
    photos = people(60)
    backfill.shelve(listed(photos))
    dead = [f"at {one}" for one in photos][10:40]
    backfill.source.photo_troubles = {one: Trouble(SourceTimeoutError()) for one in dead}

    ended = await backfill.run()

    assert ended.state is FINISHED
    assert await backfill.reasons(ended.import_id) == {"indexed": 30, "source_timeout": 30}
    for mode, reason in (
        (ImportMode.MISSING, "already_indexed"),
        (ImportMode.CHANGED, "unchanged"),
    ):
        again = await backfill.run(asked(mode=mode))
        assert again.state is FINISHED
        assert await backfill.reasons(again.import_id) == {reason: 30, "source_timeout": 30}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("what", ["photos", "bookings", "engine"])
async def test_an_outage_in_the_middle_pauses_and_costs_no_photo(
    backfill: Backfill, what: str
) -> None:
    photos = people(60)
    backfill.shelve(listed(dict(list(photos.items())[:10])))
    await backfill.run()
    backfill.shelve(listed(photos))
    begun = await backfill.start(asked(mode=ImportMode.FORCE))
    worker = backfill.worker()
    await worker.keeper.look()
    await worker.list(begun.import_id)
    await worker.chunk(begun.import_id)
    if what == "photos":
        trouble = Trouble(SourceTimeoutError())
        backfill.source.photo_troubles = {f"at {one}": trouble for one in photos}
    backfill.jail.fake_jms.down = what == "bookings"
    backfill.jail.engine.down = what == "engine"

    await worker.run()

    assert (await backfill.known(begun.import_id)).state is PAUSED
    backfill.source.photo_troubles.clear()
    backfill.jail.fake_jms.down = backfill.jail.engine.down = False
    await backfill.manage.resume(begun.import_id, ACTOR)
    await worker.run()
    assert await backfill.reasons(begun.import_id) == {"indexed": 60}

"""The contract of the records about forgetting: probes, holds, removals, turns."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from app.domain.hold import Hold, HoldKind, HoldRelease, HoldRequest
from app.domain.kept_probe import DestroyedFor, KeptProbe
from app.domain.photo import photo_key
from app.domain.record import IndexAnswer, IndexOutcome, Standing
from app.domain.removal import (
    Check,
    Finding,
    Place,
    Removal,
    RemovalReason,
    RemovalRequest,
    RemovalState,
    RemovalSubject,
    RemovedPhoto,
)
from app.ports.records import Records, RecordsOfCollections
from app.ports.removal_records import Proof
from app.ports.search_records import StoredAnswer
from tests.contract.test_records_reviews import ENTRIES
from tests.records.samples import LATER, NOW, SHA256, face_id, photo, search, tombstone

_PERSON, _BOOKING = RemovalSubject.PERSON_ID, RemovalSubject.BOOKING_NUMBER
_REQUEST = RemovalRequest(_PERSON, "P-1", RemovalReason.EXPUNGED, "26-CR-1")


def probe(search_id: str, **changed: object) -> KeptProbe:
    known = KeptProbe(search_id, photo_key(search_id, SHA256), NOW)
    return replace(known, **changed)  # type: ignore[arg-type]  # by name


def hold(hold_id: str, kind: HoldKind = HoldKind.CASE, value: str = "26-1") -> Hold:
    return Hold(hold_id, HoldRequest(kind, value, "appeal", "26-CR-1"), NOW, "desk", "Sgt. O")


def removal(removal_id: str, photos: int = 2, **changed: object) -> Removal:
    known = Removal(removal_id, _REQUEST, NOW, "desk", photos, "Sgt. O")
    return replace(known, **changed)  # type: ignore[arg-type]  # by name


async def keep(records: Records, *probes: KeptProbe) -> None:
    async with records.unit() as unit:
        for one in probes:
            await unit.probes.add(one)


async def ask(records: Records, removal: Removal, *photos: str, key: str | None = None) -> None:
    async with records.unit() as unit:
        await unit.removals.add(removal, photos, key)


async def index(records: Records, standings: Mapping[str, Standing]) -> None:
    async with records.unit() as unit:
        for one, known in standings.items():
            await unit.photos.put(photo(one, face_id(), standing=known), {})


async def test_a_kept_probe_is_read_as_it_was_counted(records: Records) -> None:
    kept = probe("S-1", review_open=True)
    await keep(records, kept)

    async with records.view() as view:
        assert await view.probes.of("S-1") == kept
        assert await view.probes.of("S-2") is None
        assert await view.probes.kept(["S-1", "S-2"]) == {"S-1"}


async def test_probes_are_paged_by_age_and_a_destroyed_one_is_no_longer_kept(
    records: Records,
) -> None:
    await keep(records, *(probe(f"S-{n}", kept_at=NOW + timedelta(hours=n)) for n in range(4)))

    async with records.unit() as unit:
        first = await unit.probes.page(NOW + timedelta(hours=3), None, 2)
        await unit.probes.destroyed("S-1", LATER, DestroyedFor.DUE)
    async with records.view() as view:
        rest = await view.probes.page(NOW + timedelta(hours=3), "S-1", 5)
        gone = await view.probes.of("S-1")

    assert [one.search_id for one in first] == ["S-0", "S-1"]
    assert [one.search_id for one in rest] == ["S-2"]
    assert gone is not None
    assert (gone.destroyed_at, gone.destroyed_for) == (LATER, DestroyedFor.DUE)
    async with records.view() as view:
        assert await view.probes.kept(["S-0", "S-1"]) == {"S-0"}


async def test_a_claimed_probe_is_nobody_elses_until_the_unit_ends(records: Records) -> None:
    await keep(records, probe("S-1"))

    async with records.unit() as one, records.unit() as other:
        assert await one.probes.claim("S-1") == probe("S-1")
        assert await other.probes.claim("S-1") is None

    async with records.unit() as unit:
        assert await unit.probes.claim("S-1") is not None
        assert await unit.probes.claim("S-2") is None


async def test_a_review_is_opened_closed_and_opened_again(records: Records) -> None:
    await keep(records, probe("S-1"))
    seen = list[tuple[bool, object]]()

    for step in ("open", "close", "open"):
        async with records.unit() as unit:
            if step == "open":
                await unit.probes.review_opened("S-1")
            else:
                await unit.probes.review_closed("S-1", LATER)
            await unit.probes.review_opened("nobody's")
        async with records.view() as view:
            found = await view.probes.of("S-1")
            assert found is not None
            seen.append((found.review_open, found.review_closed_at))

    assert seen == [(True, None), (False, LATER), (True, None)]


async def test_a_probe_that_another_collection_counts_is_kept_too(
    of_collections: RecordsOfCollections,
) -> None:
    await keep(of_collections.of("jail"), probe("S-1"))

    async with of_collections.of("other").view() as view:
        assert await view.probes.kept(["S-1"]) == {"S-1"}
        assert await view.probes.known(["S-1", "S-2"]) == {"S-1"}
        assert await view.probes.collections() == ["jail"]
        assert await view.probes.of_bytes([SHA256]) == []
        assert await view.probes.of("S-1") is None


async def test_probes_are_found_by_their_bytes_while_they_are_kept(records: Records) -> None:
    other = KeptProbe("S-3", photo_key("S-3", "cd" * 32), NOW)
    await keep(records, probe("S-1"), probe("S-2"), other)
    async with records.unit() as unit:
        await unit.probes.destroyed("S-1", LATER, DestroyedFor.REMOVED)

    async with records.view() as view:
        assert await view.probes.of_bytes([SHA256]) == [probe("S-2")]
        assert await view.probes.of_bytes([]) == []
        assert await view.probes.known(["S-1"]) == {"S-1"}


async def test_one_of_two_takes_the_turn_and_one_that_died_is_followed(records: Records) -> None:
    async def takes(hours: float) -> bool:
        async with records.unit() as unit:
            now = NOW + timedelta(hours=hours)
            return await unit.purge_turns.take(now, every=24 * 3600, patience=3600)

    assert sorted(await asyncio.gather(takes(0), takes(0))) == [False, True]
    assert not await takes(0.5)
    assert await takes(1)  # the first has not ended
    async with records.unit() as unit:
        await unit.purge_turns.end(NOW + timedelta(hours=2))
    assert not await takes(24)
    assert await takes(25)


async def test_a_hold_is_in_force_until_it_is_released_and_stays_as_history(
    records: Records,
) -> None:
    first, second = hold("H-1"), replace(hold("H-2", HoldKind.PERSON, "P-1"), placed_at=LATER)
    release = HoldRelease(LATER, "desk", None, "it is over")
    async with records.unit() as unit:
        await unit.holds.add(first)
        await unit.holds.add(second)

    async with records.unit() as unit:
        assert await unit.holds.get_locked("H-1") == first
        await unit.holds.release("H-1", release)

    released = replace(first, release=release)
    async with records.view() as view:
        assert await view.holds.in_force() == [second]
        assert await view.holds.page(None, 5, in_force=False) == [second, released]
        assert await view.holds.page("H-2", 5, in_force=False) == [released]
        assert await view.holds.page(None, 5, in_force=True) == [second]
    async with records.unit() as unit:
        assert await unit.holds.get_locked("H-3") is None


async def test_a_hold_on_a_person_has_the_photos_that_were_ever_theirs(records: Records) -> None:
    def says(person_id: str | None, hours: int) -> Standing:
        return Standing(person_id, as_of=NOW + timedelta(hours=hours))

    async def held() -> frozenset[str]:
        async with records.view() as view:
            [found] = [one for one in await view.holds.in_force() if one.hold_id == "H-1"]
        return found.photos

    await index(records, {"A1": says("P-1", 0), "A2": says("P-1", 0), "B1": says("P-2", 0)})
    async with records.unit() as unit:
        await unit.holds.add(hold("H-1", HoldKind.PERSON, "P-1"))
        await unit.holds.add(hold("H-2"))
    assert await held() == {"A1", "A2"}

    async with records.unit() as unit:  # merged into another person, and one by mistake into this
        await unit.standings.remember({"A1": says("P-9", 1), "B1": says("P-1", 1)})
    async with records.unit() as unit:
        await unit.photos.put(photo("A2", face_id(), standing=says("P-9", 2)), {})
        await unit.standings.remember({"B1": says(None, 2)})

    assert await held() == {"A1", "A2", "B1"}


async def test_a_hold_waits_for_who_destroys_and_who_destroys_next_sees_it(
    records: Records,
) -> None:
    async def place() -> None:
        async with records.unit() as unit:
            await unit.holds.add(hold("H-1"))

    async with records.unit() as destroying:
        assert await destroying.holds.in_force() == []
        placing = asyncio.create_task(place())
        await asyncio.wait([placing], timeout=0.2)
        async with records.view() as view:
            assert await view.holds.in_force() == []
        assert not placing.done()
    await placing

    async with records.unit() as unit:
        assert [one.hold_id for one in await unit.holds.in_force()] == ["H-1"]


async def test_photos_are_found_by_person_and_by_booking_searchable_or_not(
    records: Records,
) -> None:
    known = Standing("P-1", as_of=NOW, booking_number="B-1")
    await index(records, {"A2": known, "A1": known, "A3": Standing("P-2", as_of=NOW)})
    async with records.unit() as unit:
        await unit.photos.put(photo("A4", standing=known), {})  # stored, not searchable
        await unit.photos.put(tombstone("A2"), {})

    async with records.view() as view:
        assert await view.removals.photos_of(_PERSON, "P-1") == ["A1", "A4"]
        assert await view.removals.photos_of(_BOOKING, "B-1") == ["A1", "A4"]
        assert await view.removals.photos_of(RemovalSubject.EXTERNAL_IMAGE_ID, "A2") == []
        assert await view.removals.photos_of(RemovalSubject.EXTERNAL_IMAGE_ID, "A3") == ["A3"]
        assert await view.removals.without_booking_number() == 1


async def test_the_booking_number_is_kept_beside_the_standing(records: Records) -> None:
    await index(records, {"A1": Standing()})

    async with records.unit() as unit:
        told = Standing("P-1", as_of=NOW, booking_number="B-1")
        await unit.standings.remember({"A1": told})
    async with records.unit() as unit:
        await unit.photos.put(photo("A1", face_id()), {})  # by somebody who did not ask the JMS

    async with records.view() as view:
        assert (await view.standings.of(["A1"]))["A1"].booking_number == "B-1"


async def test_a_removal_is_read_as_it_was_asked(records: Records) -> None:
    first, second = removal("R-1", unknown_bookings=3), removal("R-2", 0, asked_at=LATER)
    await ask(records, first, "A1", "A2", key="once")
    await ask(records, second)

    async with records.view() as view:
        assert await view.removals.get("R-1") == first
        assert await view.removals.of_key("desk", "once") == first
        assert await view.removals.of_key("desk", "twice") is None
        assert await view.removals.latest_of(_PERSON, "P-1") == second
        assert await view.removals.page(None, 5) == [second, first]
        assert await view.removals.page("R-2", 5) == [first]
        assert await view.removals.receipt("R-1") is None
        assert await view.removals.photos("R-1") == [RemovedPhoto("A1"), RemovedPhoto("A2")]


async def test_photos_wait_until_they_are_removed(records: Records) -> None:
    await ask(records, removal("R-1", 3), "A1", "A2", "A3")
    gone = RemovedPhoto("A2", SHA256, "A2/x", (face_id(),), "local", "m/1", NOW)

    async with records.unit() as unit:
        await unit.removals.removed("R-1", [gone])
        assert await unit.removals.waiting("R-1", "", 5) == ["A1", "A3"]
        assert await unit.removals.waiting("R-1", "A1", 5) == ["A3"]
        async with records.unit() as other:
            assert await other.removals.waiting("R-1", "", 5) == []

    async with records.view() as view:
        assert (await view.removals.photos("R-1"))[1] == gone


async def test_a_removal_is_due_until_it_is_proved_and_then_never_changes(
    records: Records,
) -> None:
    await ask(records, removal("R-1"), "A1", "A2")
    soon, until = NOW + timedelta(minutes=2), NOW + timedelta(minutes=4)
    left = (Check(Place.ENGINE, NOW, Finding.LEFT, ("the face 1",)),)
    gone = (Check(Place.ENGINE, LATER, Finding.GONE),)

    async with records.unit() as unit:
        assert await unit.removals.due(NOW, until) is None  # its own call is at it
        assert await unit.removals.due(soon, until) == "R-1"
        assert await unit.removals.due(soon, until) is None  # somebody has it
        assert await unit.removals.prove("R-1", Proof(left, None, None, NOW))
        assert await unit.removals.due(soon, until) == "R-1"
        assert await unit.removals.prove("R-1", Proof(gone, LATER, {"receipt": {"a": 1}}, NOW))
        assert not await unit.removals.prove("R-1", Proof(left, None, None, NOW))
        assert await unit.removals.due(LATER, LATER) is None

    async with records.view() as view:
        found = await view.removals.get("R-1")
        assert await view.removals.receipt("R-1") == {"receipt": {"a": 1}}
    assert found is not None
    assert (found.state, found.checks, found.tries) == (RemovalState.PROVED, gone, 2)


async def test_a_removal_is_made_due_and_photos_are_taken_out_of_it(records: Records) -> None:
    await ask(records, removal("R-1"), "A1", "A2")
    await ask(records, removal("R-2"), "A1")
    left = (Check(Place.ENGINE, NOW, Finding.LEFT, ("the face 1",)),)
    day = timedelta(days=1)

    async with records.unit() as unit:
        await unit.removals.make_due(NOW)  # neither was tried
        assert await unit.removals.due(NOW, NOW) is None
        await unit.removals.make_due(NOW, "R-2")
        assert await unit.removals.due(NOW, NOW + day) == "R-2"
        await unit.removals.prove("R-2", Proof(left, None, None, NOW + day))
        await unit.removals.make_due(LATER)
        assert await unit.removals.due(LATER, LATER + day) in {"R-1", "R-2"}
        await unit.removals.drop("R-1", ["A2"])

    async with records.view() as view:
        assert [one.external_image_id for one in await view.removals.photos("R-1")] == ["A1"]
        found = await view.removals.get("R-1")
    assert found is not None
    assert found.dropped == ("A2",)


async def test_first_answers_go_with_the_photos_that_they_name(records: Records) -> None:
    indexed = IndexAnswer(IndexOutcome.CREATED, photo("A3", face_id()))
    async with records.unit() as unit:
        await unit.answers.add("desk", "1", StoredAnswer("x", search("S-1")))  # A1, and A2 beside
        await unit.answers.add("desk", "2", StoredAnswer("x", indexed))
        for entry in ENTRIES:
            key = f"entry {entry.number}"
            await unit.answers.add("desk", key, StoredAnswer("x", replace(entry, number=1)))

    async with records.view() as view:
        assert await view.answers.naming(["A2"]) == 1
        assert await view.answers.naming(["A3", "A1"]) == 4
        assert await view.answers.naming(["A4"]) == 0
    async with records.unit() as unit:
        await unit.answers.forget_naming(["A2", "A4"])

    async with records.view() as view:
        assert await view.answers.get("desk", "1") is None
        assert await view.answers.get("desk", "2") is not None
        assert await view.answers.get("desk", "entry 3") is not None
    async with records.unit() as unit:
        await unit.answers.forget_naming(["A1"])
    async with records.view() as view:
        known = [await view.answers.get("desk", f"entry {number}") for number in (1, 2, 3)]
    assert [one is not None for one in known] == [True, False, False]


async def test_old_searches_are_paged_counted_and_forgotten(records: Records) -> None:
    async with records.unit() as unit:
        for n in range(3):
            await unit.searches.add(search(f"S-{n}", NOW + timedelta(hours=n), "26-1"))

    async with records.unit() as unit:
        first = await unit.searches.older(NOW + timedelta(hours=2), None, 1)
        assert await unit.searches.forget("S-0")
        assert not await unit.searches.forget("S-0")
        rest = await unit.searches.older(NOW + timedelta(hours=2), (NOW, "S-0"), 5)
        assert await unit.searches.count("26-1") == 2
        assert await unit.searches.collections() == ["jail"]

    assert [one.search_id for one in (*first, *rest)] == ["S-0", "S-1"]

"""The contract of the records, second half: searches, audit, intents, answers and keys."""

from dataclasses import replace
from datetime import timedelta

import anyio

from app.domain.access import EVERY_SCOPE, Grant, new_key
from app.domain.record import IndexAnswer, IndexOutcome, IntentKind
from app.ports.records import Records
from app.ports.search_records import StoredAnswer
from tests.databases import TERMS
from tests.records.samples import (
    LATER,
    NOW,
    entry,
    face_id,
    intent,
    photo,
    search,
)


async def test_searches_are_read_as_they_were_answered(records: Records) -> None:
    answer = search("S-1", case_number="26-1")

    async with records.unit() as unit:
        await unit.searches.add(answer)

    async with records.unit() as unit:
        assert await unit.searches.get("S-1") == answer
        assert await unit.searches.get("S-2") is None
        assert await unit.searches.get("no\0id") is None


async def test_searches_are_listed_newest_first_and_by_case(records: Records) -> None:
    times = {"S-1": NOW, "S-2": LATER, "S-3": LATER}
    async with records.unit() as unit:
        for search_id, at in times.items():
            await unit.searches.add(search(search_id, at, "26-1" if at == NOW else None))

    async with records.unit() as unit:
        first = await unit.searches.page(None, None, 2)
        rest = await unit.searches.page(None, first[-1].search_id, 2)
        of_case = await unit.searches.page("26-1", None, 5)

    assert [answer.search_id for answer in (*first, *rest)] == ["S-3", "S-2", "S-1"]
    assert [answer.search_id for answer in of_case] == ["S-1"]


async def test_audit_entries_are_read_in_order_as_they_were_written(records: Records) -> None:
    for request in ("R-1", "R-2"):
        async with records.unit() as unit:
            await unit.audit.append(entry(request))

    async with records.unit() as unit:
        first, *rest = await unit.audit.page(0, 10)
        after = await unit.audit.page(first.number, 10)

    assert first.entry() == replace(entry("R-1"), terms_reference=TERMS)
    assert after == rest
    assert [found.entry().actor.request_id for found in rest] == ["R-2"]


async def test_what_a_caller_sends_is_recorded_even_with_a_zero_character(records: Records) -> None:
    odd = replace(entry("R-1"), case_number="26\0-1", details={"note": "a\0b"})

    async with records.unit() as unit:
        await unit.audit.append(odd)

    async with records.unit() as unit:
        [record] = await unit.audit.page(0, 10)
    written = record.entry()
    assert written.details == {"note": "a\N{REPLACEMENT CHARACTER}b"}
    assert written.case_number == "26\N{REPLACEMENT CHARACTER}-1"


async def test_intents_are_due_once_and_only_when_it_is_time(records: Records) -> None:
    old, young = intent(IntentKind.ENROL, "A1"), intent(IntentKind.ENROL, "A2", LATER)
    discard = intent(IntentKind.DISCARD, "A3", LATER)
    async with records.unit() as unit:
        for opened in (old, young, discard):
            await unit.intents.open(opened)

    async with records.unit() as unit:
        due = await unit.intents.due(NOW + timedelta(minutes=1), 10)
        async with records.unit() as other:
            held = await other.intents.due(NOW + timedelta(minutes=1), 10)
        await unit.intents.close([old.intent_id, "unknown"])

    async with records.unit() as unit:
        left = await unit.intents.due(NOW + timedelta(minutes=1), 10)
    assert set(due) == {old, discard}
    assert held == []
    assert left == [discard]


async def test_the_intents_of_one_photo_are_read_oldest_first(records: Records) -> None:
    young, old = intent(IntentKind.ENROL, "A1", LATER), intent(IntentKind.DISCARD, "A1")
    async with records.unit() as unit:
        for opened in (young, old, intent(IntentKind.ENROL, "A2")):
            await unit.intents.open(opened)

    async with records.view() as view:
        assert await view.intents.of("A1") == [old, young]
        assert await view.intents.of("A3") == []


async def test_a_first_answer_is_found_by_its_caller_and_key(records: Records) -> None:
    indexed = StoredAnswer("f" * 64, IndexAnswer(IndexOutcome.CREATED, photo("A1", face_id())))
    searched = StoredAnswer("e" * 64, search("S-1"))

    async with records.unit() as unit:
        assert await unit.answers.add("desk", "K-1", indexed)
        assert await unit.answers.add("desk", "K-2", searched)

    async with records.unit() as unit:
        assert await unit.answers.get("desk", "K-1") == indexed
        assert await unit.answers.get("desk", "K-2") == searched
        assert await unit.answers.get("other", "K-1") is None
        assert not await unit.answers.add("desk", "K-1", searched)


async def test_a_request_that_is_being_answered_is_waited_for(records: Records) -> None:
    stored = StoredAnswer("f" * 64, search("S-1"))
    found: list[StoredAnswer | None] = []

    async def other() -> None:
        async with records.unit() as unit:
            found.append(await unit.answers.get_locked("desk", "K-1"))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        assert await unit.answers.get_locked("desk", "K-1") is None
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not found
        await unit.answers.add("desk", "K-1", stored)

    assert waited
    assert found == [stored]


async def test_the_second_of_two_equal_requests_waits_for_the_first(records: Records) -> None:
    stored = StoredAnswer("f" * 64, search("S-1"))
    added: list[bool] = []

    async def other() -> None:
        async with records.unit() as unit:
            added.append(await unit.answers.add("desk", "K-1", stored))

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        assert await unit.answers.add("desk", "K-1", stored)
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not added

    assert waited
    assert added == [False]


async def test_a_key_is_found_by_its_prefix(records: Records) -> None:
    _, key = new_key("front desk", NOW, Grant(EVERY_SCOPE))
    expiring = Grant(EVERY_SCOPE, expires_at=LATER)
    revoked = replace(new_key("old", NOW, expiring)[1], revoked_at=LATER)

    async with records.unit() as unit:
        await unit.keys.add(key)
        await unit.keys.add(revoked)

    async with records.unit() as unit:
        assert await unit.keys.find(key.prefix) == key
        assert await unit.keys.find(revoked.prefix) == revoked
        assert await unit.keys.find("nobody") is None


async def test_of_many_first_keys_one_is_kept(records: Records) -> None:
    kept: list[bool] = []

    async def start() -> None:
        async with records.unit() as unit:
            kept.append(await unit.keys.add_first(new_key("first", NOW, Grant(EVERY_SCOPE))[1]))

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(start)

    assert sorted(kept) == [False] * 4 + [True]


async def test_records_answer_a_ping(records: Records) -> None:
    await records.ping()

"""What every implementation of the records promises of reviews."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import anyio
import psycopg
import pytest

from app.domain.audit import Actor, AuditAction
from app.domain.review import (
    Conclusion,
    Corroboration,
    CorroborationKind,
    Feature,
    FeatureSeen,
    Finding,
    LeadRelease,
    Observation,
    ProbeDecision,
    ProbeFault,
    Review,
    ReviewAnswer,
    ReviewEntry,
    ReviewState,
    Suitability,
)
from app.ports.records import Records
from app.ports.review_records import ReviewPage
from tests.domain.reviews import ANN, BOB, TWO, review
from tests.records.samples import LATER, NOW, entry, search

PROBE = ProbeDecision(Suitability.SUITABLE, (ProbeFault.BLUR,), "A note of Łukasz")
ANSWER = ReviewAnswer(
    (
        Finding(
            "A1", Conclusion.INCONCLUSIVE, (FeatureSeen(Feature.EARS, Observation.SIMILAR),), "n"
        ),
    ),
    "notes",
    is_blind=False,
)
RELEASE = LeadRelease("A1", Corroboration(CorroborationKind.DNA, "1", "text"))
ENTRIES = (
    ReviewEntry(1, NOW, ANN, probe=PROBE),
    ReviewEntry(2, LATER, BOB, answer=ANSWER),
    ReviewEntry(3, LATER, BOB, corrects=2, release=RELEASE),
)


def of(search_id: str, minutes: int = 0) -> Review:
    opened_at = NOW + timedelta(minutes=minutes)
    return replace(review(TWO), search_id=search_id, opened_at=opened_at)


async def opened(records: Records, *reviews: Review) -> None:
    async with records.unit() as unit:
        for one in reviews:
            await unit.reviews.open(one, ReviewState.AWAITING_PROBE)


async def test_a_review_is_read_with_its_entries_as_they_were_written(records: Records) -> None:
    await opened(records, of("S-1"))
    for one in ENTRIES:
        async with records.unit() as unit:
            await unit.reviews.append("S-1", one, ReviewState.IN_REVIEW, None)

    async with records.view() as view:
        assert await view.reviews.get("S-1") == replace(of("S-1"), entries=ENTRIES)
        assert await view.reviews.get("S-2") is None
        assert await view.reviews.get("no\0id") is None


async def test_a_review_that_is_there_stays_as_it_is(records: Records) -> None:
    await opened(records, of("S-1"))
    await opened(records, of("S-1", minutes=5))

    async with records.view() as view:
        assert await view.reviews.get("S-1") == of("S-1")


async def test_open_reviews_are_listed_oldest_first_and_others_by_state(records: Records) -> None:
    others = replace(of("S-3", 3), case_number="26-9")
    await opened(records, of("S-2", 2), of("S-1", 1), others, of("S-4", 4))
    async with records.unit() as unit:
        await unit.reviews.append("S-2", ENTRIES[0], ReviewState.UNSUITABLE, LATER)

    async with records.view() as view:
        first = await view.reviews.page(ReviewPage(limit=2))
        rest = await view.reviews.page(ReviewPage(after=first[-1].search_id))
        closed = await view.reviews.page(ReviewPage(ReviewState.UNSUITABLE))
        of_case = await view.reviews.page(ReviewPage(case_number="26-9"))

    assert [one.search_id for one in (*first, *rest)] == ["S-1", "S-3", "S-4"]
    assert [(one.search_id, len(one.entries)) for one in closed] == [("S-2", 1)]
    assert [one.search_id for one in of_case] == ["S-3"]


async def test_who_records_holds_the_review_until_the_end(records: Records) -> None:
    found: list[int] = []
    await opened(records, of("S-1"))

    async def other() -> None:
        async with records.unit() as unit:
            locked = await unit.reviews.get_locked("S-1")
            found.append(len(locked.entries) if locked else -1)

    async with anyio.create_task_group() as tasks, records.unit() as unit:
        await unit.reviews.get_locked("S-1")
        tasks.start_soon(other)
        await anyio.sleep(0.2)
        waited = not found
        await unit.reviews.append("S-1", ENTRIES[0], ReviewState.IN_REVIEW, None)

    assert waited
    assert found == [1]


async def test_no_entry_is_changed(records: Records, database: str) -> None:
    await opened(records, of("S-1"))
    async with records.unit() as unit:
        await unit.reviews.append("S-1", ENTRIES[0], ReviewState.IN_REVIEW, None)

    with (
        psycopg.connect(database) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="added, never changed"),
    ):
        connection.execute("UPDATE review_entries SET sealed = ''")


async def test_a_review_is_forgotten_with_its_entries_and_others_stay(records: Records) -> None:
    await opened(records, of("S-1"), of("S-2"))
    for search_id in ("S-1", "S-2"):
        async with records.unit() as unit:
            await unit.reviews.append(search_id, ENTRIES[0], ReviewState.IN_REVIEW, None)

    async with records.unit() as unit:
        await unit.reviews.forget("S-1")
        await unit.reviews.forget("none")

    async with records.view() as view:
        assert await view.reviews.get("S-1") is None
        assert await view.reviews.get("S-2") == replace(of("S-2"), entries=ENTRIES[:1])


@pytest.mark.parametrize("table", ["review_entries", "reviews, review_entries"])
async def test_no_entries_are_emptied_out(records: Records, database: str, table: str) -> None:
    await opened(records, of("S-1"))
    with (
        psycopg.connect(database) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="added, never changed"),
    ):
        connection.execute(f"TRUNCATE {table}")


async def test_entries_go_only_with_their_search(records: Records, database: str) -> None:
    await opened(records, of("S-1"))
    async with records.unit() as unit:
        await unit.reviews.append("S-1", ENTRIES[0], ReviewState.IN_REVIEW, None)
        await unit.searches.add(search("S-1"))
    with closing(psycopg.connect(database)) as connection:
        connection.execute("DELETE FROM review_entries")
        with pytest.raises(psycopg.errors.RaiseException, match="go with their search"):
            connection.commit()
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM review_entries")
        connection.execute("DELETE FROM searches")

    async with records.view() as view:
        assert await view.reviews.get("S-1") == of("S-1")


async def test_the_audit_is_found_by_the_search_that_it_is_about(records: Records) -> None:
    listed = replace(
        entry("R-3"),
        action=AuditAction.VIEW_SEARCH,
        search_id=None,
        details={"search_ids": ["S-0", "S-1"]},
    )
    other = replace(entry("R-2"), search_id="S-2")
    async with records.unit() as unit:
        for one in (entry("R-1"), other, listed):
            await unit.audit.append(one)

    async with records.view() as view:
        found = await view.audit.of_search("S-1")
        assert await view.audit.of_search("no\0search") == []

    assert [one.fields["request_id"] for one in found] == ["R-1", "R-3"]


async def test_the_audit_knows_who_asked_and_who_has_seen(records: Records) -> None:
    key, ann, bob, cleo, dan = (
        Actor("desk (0a1b2c3d)", None, "R", person)
        for person in (None, "Ann", "Bob", "Cleo", "Dan")
    )
    made = replace(entry("R-1"), actor=key, photo_sha256="ab" * 32, requested_by="Det. N")
    look = replace(made, action=AuditAction.VIEW_REVIEW, photo_sha256=None, requested_by=None)
    listed = replace(look, search_id=None, details={"search_ids": ["S-1"]})
    said = [
        made,
        replace(look, actor=bob, details={"blind": True}),
        replace(look, actor=ann, action=AuditAction.REVIEW_PROBE, details={"blind": False}),
        replace(listed, actor=bob),
        replace(listed, actor=cleo, action=AuditAction.VIEW_SEARCH),
        replace(made, actor=dan, search_id="S-2"),
        replace(look, actor=bob, action=AuditAction.DISCLOSE, outcome="scope_missing"),
    ]
    async with records.unit() as unit:
        for one in said:
            await unit.audit.append(one)

    async with records.view() as view:
        assert await view.audit.askers_of("S-1") == ["desk (0a1b2c3d)", "Det. N"]
        seen_by = await view.audit.seen_by("S-1", "ab" * 32)
        assert sorted(seen_by) == ["Ann", "Cleo", "Dan", "desk (0a1b2c3d)"]
        assert await view.audit.seen_by("no\0search", "0") == []

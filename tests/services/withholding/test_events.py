"""What the JMS tells: taken in once, hidden at once, followed where it is more than a row."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.errors import EventConflictError, RecordWithheldError
from app.domain.jms_events import About, EventType, JmsEvent, Numbered
from app.domain.record import Standing
from app.domain.withheld import WithheldState
from app.services.recorded import utc_now
from tests.fakes import drawn_photo
from tests.jails import ACTOR, Jail
from tests.services.withholding.telling import (
    AT,
    SENDER,
    fall_behind,
    found,
    received_before,
    renumbered,
    rows,
    seal,
    sealed,
    tell,
)


async def test_who_is_sealed_is_in_no_answer_from_then_on(jail: Jail) -> None:
    fall_behind(jail)
    before = await jail.search("Ann")
    services = jail.services()

    [answer] = await tell(jail, sealed("e1", "A1"))

    assert (answer.photos, answer.unknown) == (1, 0)
    assert await found(jail, "Ann") == []
    assert (await jail.search("Ann")).withheld == 1
    for look in (
        services.view_photo("A1", None, ACTOR),
        services.view_booking("A1", ACTOR),  # the JMS still says that it is active
    ):
        with pytest.raises(RecordWithheldError):
            await look
    past = await services.read_searches.one(before.search_id, ACTOR)
    [gone] = [one for one in past.candidates if one.external_image_id == "A1"]
    assert (gone.redacted, gone.booking, gone.taken_at) == (True, None, None)
    assert jail.forgotten == ["A1"]


@pytest.mark.parametrize(
    "about",
    [About(person_ids=("P-Ann",)), About(booking_numbers=("B-A1",))],
    ids=["person", "booking"],
)
async def test_a_persons_and_a_bookings_photos_are_meant_too(jail: Jail, about: About) -> None:
    [answer] = await tell(jail, replace(sealed("e1"), about=about))

    assert answer.photos == 1
    assert await found(jail, "Ann") == []
    assert await found(jail, "Bob") == ["A2"]


async def test_an_event_that_is_sent_again_is_answered_as_at_first(jail: Jail) -> None:
    first = await tell(jail, sealed("e1", "A1", "A99"))
    await jail.services().remove_photo("A1", ACTOR)

    again = await tell(jail, sealed("e1", "A1", "A99"))

    assert again == first
    assert first[0].unknown == 1
    last = (await jail.audit())[-1]
    assert (last.action, last.details["repeated"]) == (AuditAction.JMS_EVENT, ["e1"])


async def test_an_id_that_another_event_has_is_told_and_all_others_are_done(jail: Jail) -> None:
    await tell(jail, sealed("e1", "A1"))

    with pytest.raises(EventConflictError) as refused:
        await tell(jail, sealed("e1", "A2"), sealed("e2", "A3"))

    assert refused.value.event_ids == ("e1",)
    assert await found(jail, "Bob") == ["A2"]
    assert await found(jail, "Cy") == []
    assert (await jail.audit())[-3].outcome == "event_conflict"


async def test_the_same_event_in_two_calls_at_once_is_taken_in_once(jail: Jail) -> None:
    answers = await asyncio.gather(*(tell(jail, sealed("e1", "A1")) for _ in range(4)))

    assert len({one[0].received_at for one in answers}) == 1
    entries = [one for one in await jail.audit() if one.action is AuditAction.JMS_EVENT]
    assert sorted(len(one.details["repeated"]) for one in entries) == [0, 1, 1, 1]  # type: ignore[arg-type]  # a list


async def test_what_comes_under_a_sealed_id_later_is_hidden(jail: Jail) -> None:
    await tell(jail, sealed("e1", "A99"))
    jail.fake_jms.down = True

    await jail.index("A99", drawn_photo("Zoe"))

    assert await found(jail, "Zoe") == []
    assert (await rows(jail))["A99"].status is RecordStatus.SEALED


async def test_an_answer_of_the_jms_from_before_an_event_shows_nobody_again(jail: Jail) -> None:
    fall_behind(jail)
    await tell(jail, sealed("e1", "A1"))

    async with jail.records.unit() as unit:
        await unit.standings.remember({"A1": Standing("P-Ann", as_of=utc_now())})

    assert await found(jail, "Ann") == []
    assert (await rows(jail))["A1"].state is WithheldState.WAITING


async def test_people_who_are_merged_are_one_candidate_at_once(jail: Jail) -> None:
    await jail.index("A13", drawn_photo("Ann", note="another"))
    about = About(person_ids=("P-Ann",), numbered=Numbered.PERSON_ID, to="P-Bob")

    [answer] = await tell(jail, JmsEvent("e1", EventType.MERGED, AT, about))

    assert answer.photos == 1
    jail.fake_jms.down = True
    async with jail.records.view() as view:
        merged = await view.photos.of_people(["P-Bob"])
    assert [one.external_image_id for one in merged] == ["A1", "A2"]


async def test_what_the_jms_says_of_the_merged_counts_when_it_is_asked(jail: Jail) -> None:
    about = About(person_ids=("P-Ann",), numbered=Numbered.PERSON_ID, to="P-Bob")
    await tell(jail, JmsEvent("e1", EventType.MERGED, AT, about))

    assert await jail.follow() == 1
    assert await jail.follow() == 0

    async with jail.records.view() as view:
        assert (await view.standings.of(["A1"]))["A1"].person_id == "P-Ann"  # it does not know yet


async def test_a_booking_gets_its_new_number(jail: Jail) -> None:
    about = About(booking_numbers=("B-A1",), numbered=Numbered.BOOKING_NUMBER, to="26-1")
    await tell(jail, JmsEvent("e1", EventType.RENUMBERED, AT, about))

    async with jail.records.view() as view:
        assert (await view.standings.of(["A1"]))["A1"].booking_number == "26-1"


@pytest.mark.parametrize("about", [About(person_ids=("P-9",)), About(booking_numbers=("B-9",))])
async def test_whose_number_comes_after_it_was_sealed_is_hidden_once(
    jail: Jail, database: str, about: About
) -> None:
    fall_behind(jail)
    [answer] = await tell(jail, replace(sealed("e1"), about=about))
    assert (answer.photos, answer.unknown) == (0, 1)
    async with jail.records.unit() as unit:
        await unit.standings.remember(
            {"A1": Standing("P-9", booking_number="B-9", as_of=utc_now())}
        )

    assert await jail.follow() == 0

    assert await found(jail, "Ann") == []
    assert (await rows(jail))["A1"].event_id == "e1"
    async with jail.records.unit() as unit:
        await unit.withheld.show(["A1"], utc_now() + timedelta(hours=2))
    received_before(database, "16 minutes")
    assert await jail.follow() == 1
    assert await found(jail, "Ann") == ["A1"]


async def test_what_waits_for_an_import_is_looked_at_last(jail: Jail) -> None:
    await tell(jail, JmsEvent("e1", EventType.CREATED, AT, About(("A1",))))
    await tell(jail, renumbered("e2", "A1", "N1"))

    async with jail.records.view() as view:
        events = await view.jms_events.to_follow(1)

    assert [one.event.event_id for one in events] == ["e2", "e1"]


async def test_what_was_updated_is_read_again(jail: Jail) -> None:
    seal(jail, "A1", status=RecordStatus.RESTRICTED)
    await tell(jail, JmsEvent("e1", EventType.UPDATED, AT, About(("A1",))))
    jail.fake_jms.unavailable = {"A1"}
    assert await jail.follow() == 0

    jail.fake_jms.unavailable = set()

    assert await jail.follow() == 1
    jail.fake_jms.down = True
    assert await found(jail, "Ann") == []


async def test_the_audit_names_who_told_what(jail: Jail) -> None:
    await tell(jail, sealed("e1", "A1", status=RecordStatus.EXPUNGED))
    jail.fake_jms.down = True
    await jail.withheld()

    told, hidden = (await jail.audit())[-2:]
    assert (told.action, told.actor) == (AuditAction.JMS_EVENT, SENDER)
    assert told.details["events"] == [
        {"id": "e1", "type": "expunged", "external_image_ids": ["A1"], "record_status": "expunged"}
    ]
    assert (hidden.action, hidden.external_image_id) == (AuditAction.WITHHOLD, "A1")
    assert hidden.details["state"] == "waiting"

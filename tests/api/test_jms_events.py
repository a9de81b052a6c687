"""POST /jms/events and /jms/removals over HTTP."""

import time
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from app.domain.access import Grant, Scope
from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.services.lockout import Lockout
from tests.api.applications import ANN, BOB, application, index, key_of, problem, search
from tests.jails import SECRETS, Jail, booking
from tests.webhooks import WHEN, body_of, event, push, signed_headers

SEALED = event("evt-1", external_image_ids=["A1"])
BODY = body_of(SEALED)


async def test_a_signed_event_needs_no_key_and_hides_at_once(jail: Jail) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1")  # it is behind its own events
    jail.removal_terms = replace(jail.removal_terms, confirm_after=timedelta(hours=1))
    async with application(jail, keys=True) as client:
        answer = await push(client, SEALED)
        client.headers["Authorization"] = f"Bearer {(await key_of(jail))[0]}"
        await index(client, "A1")
        found = await search(client, purpose="training_test")
        [shown] = (await client.get("/jms/removals")).json()["items"]

    assert answer.status_code == 200
    [told] = answer.json()["items"]
    assert (told["id"], told["type"], told["photos"], told["unknown"]) == ("evt-1", "sealed", 0, 1)
    assert (found.json()["candidates"], found.json()["withheld"]) == ([], 1)
    assert (shown["external_image_id"], shown["state"]) == ("A1", "waiting")
    assert shown["event_id"] == "evt-1"


async def test_an_event_that_is_sent_again_gets_the_same_answer(client: httpx.AsyncClient) -> None:
    await index(client, "A1")
    first = await push(client, SEALED)

    again = await push(client, SEALED, secret=SECRETS[1])  # a secret that is being replaced

    assert (again.status_code, again.content) == (200, first.content)


async def test_another_event_with_the_same_id_is_refused_by_name(client: httpx.AsyncClient) -> None:
    await index(client, "A2", BOB)
    await push(client, SEALED)
    other = event("evt-1", external_image_ids=["A3"])

    refused = await push(client, other, event("evt-2", external_image_ids=["A2"]))

    body = problem(refused, 409, "event_conflict")
    assert body["errors"] == [{"field": "events", "message": "evt-1"}]
    assert (await search(client, BOB)).json()["withheld"] == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"webhook-signature": "v1,AAAA"}, "signature_invalid"),
        ({"webhook-signature": ""}, "signature_invalid"),
        ({"webhook-id": "msg-2"}, "signature_invalid"),
        ({"webhook-timestamp": "1"}, "signature_invalid"),
        (signed_headers(BODY, b"not the secret that they share"), "signature_invalid"),
        (signed_headers(BODY, at=time.time() - 9000), "signature_outdated"),
        (signed_headers(BODY, at=time.time() + 9000), "signature_outdated"),
    ],
)
async def test_what_is_not_signed_lately_by_the_jms_changes_nothing_and_is_recorded(
    jail: Jail, client: httpx.AsyncClient, change: dict[str, str], code: str
) -> None:
    await index(client, "A1")

    refused = await client.post("/jms/events", content=BODY, headers=signed_headers(BODY) | change)

    problem(refused, 401, code)
    assert (await search(client)).json()["withheld"] == 0
    entries = [one for one in await jail.audit() if one.action is AuditAction.AUTHENTICATE]
    assert [one.details["call"] for one in entries] == ["POST /jms/events"]


async def test_a_body_that_was_altered_on_the_way_is_refused(client: httpx.AsyncClient) -> None:
    altered = BODY.replace(b"A1", b"A2")

    refused = await client.post("/jms/events", content=altered, headers=signed_headers(BODY))

    problem(refused, 401, "signature_invalid")


async def test_who_guesses_is_locked_out(jail: Jail) -> None:
    jail.lockout = Lockout(most=2)
    async with application(jail) as client:
        refused = [await push(client, SEALED, secret=bytes(24)) for _ in range(3)]

        heard = await push(client, SEALED)

    assert [one.status_code for one in refused] == [401, 401, 429]
    assert heard.status_code == 200  # who guesses cannot keep the JMS out


async def test_without_a_secret_no_events_are_taken_in(jail: Jail) -> None:
    jail.secrets = ()
    async with application(jail) as client:
        problem(await push(client, SEALED), 409, "jms_events_off")


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "evt-1", "type": "sealed", "occurred_at": WHEN},
        event("evt-1", external_image_ids=[]),
        event("evt-1", "deleted", external_image_ids=["A1"]),
        event("evt 1", external_image_ids=["A1"]),
        event("evt-1", external_image_id="A1"),
        event("evt-1", "expunged", external_image_ids=["A1"], record_status="juvenile"),
        event("evt-1", external_image_ids=["A1"], record_status="active"),
        event("evt-1", external_image_ids=["A1"]) | {"occurred_at": "2026-11-29T20:00:00"},
        event("evt-1", external_image_ids=["A1"]) | {"occurred_at": "0001-01-01T00:00:00Z"},
        event("evt-1", external_image_ids=["A1"]) | {"occurred_at": "9999-12-31T00:00:00Z"},
        event("evt-1", person_ids=["P\x001"]),
        event("evt-1", booking_numbers=["B\x1f1"]),
        event("evt-1", "merged", person_ids=["P-2"], into="P\x001"),
        event("evt-1", "renumbered", of="person_id", old="P\x001", new="P-2"),
        event("evt-1", "merged", person_ids=["P-1"]),
        event("evt-1", "renumbered", of="name", old="1", new="2"),
    ],
)
async def test_an_event_that_is_not_clear_is_refused(
    client: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    problem(await push(client, wrong), 422, "invalid_request")


async def test_no_more_events_at_once_than_one_commit_takes(client: httpx.AsyncClient) -> None:
    many = [event(f"e{number}", external_image_ids=["A"]) for number in range(301)]

    problem(await push(client, *many), 422, "invalid_request")
    assert (await push(client, *many[:300])).status_code == 200


async def test_ids_are_written_as_the_jms_writes_them(client: httpx.AsyncClient) -> None:
    await index(client, "::A:201:2f2")

    answer = await push(client, event("evt-1", external_image_ids=["A 1/2"]))

    assert answer.json()["items"][0]["photos"] == 1
    [shown] = (await client.get("/jms/removals")).json()["items"]
    assert (shown["external_image_id"], shown["jms_id"]) == ("::A:201:2f2", "A 1/2")
    too_long = event("evt-2", external_image_ids=["/" * 200])
    problem(await push(client, too_long), 422, "invalid_external_image_id")


async def test_all_kinds_of_events_are_taken_in(client: httpx.AsyncClient) -> None:
    answer = await push(
        client,
        event("e1", "created", external_image_ids=["A1"]),
        event("e2", "updated", person_ids=["P-1"]),
        event("e3", "sealed", booking_numbers=["26-1"], record_status="juvenile"),
        event("e4", "expunged", external_image_ids=["A1"]),
        event("e5", "merged", person_ids=["P-2", "P-1"], into="P-1"),
        event("e6", "renumbered", of="person_id", old="P-1", new="P-3"),
        event("e7", "renumbered", of="booking_number", old="26-1", new="26-2"),
        event("e8", "renumbered", of="external_image_id", old="A2", new="A3"),
    )

    assert answer.status_code == 200, answer.text
    assert [one["id"] for one in answer.json()["items"]] == [f"e{one}" for one in range(1, 9)]


async def test_removals_that_ask_are_listed_confirmed_and_removed(
    jail: Jail, client: httpx.AsyncClient
) -> None:
    for name, photo in (("A1", ANN), ("A2", BOB)):
        jail.fake_jms.known[name] = booking(name, status=RecordStatus.SEALED)
        await index(client, name, photo)
    await jail.withheld()

    asking = (await client.get("/jms/removals?state=asking&limit=1")).json()
    rest = (await client.get(f"/jms/removals?state=asking&after={asking['next']}")).json()
    others = (await client.get("/jms/removals?state=waiting")).json()
    whole = (await client.get("/jms/removals?state=asking")).json()
    wrong = await client.post("/jms/removals/confirm", json={"digest": "0" * 16})
    confirmed = await client.post(
        "/jms/removals/confirm", json={"digest": whole["asking"]["digest"]}
    )
    await jail.withheld()
    removed = (await client.get("/jms/removals?state=removed")).json()["items"]

    assert [one["external_image_id"] for one in asking["items"] + rest["items"]] == ["A2", "A1"]
    assert asking["asking"] == others["asking"] == {"photos": 2, "digest": None}
    assert rest["asking"] is None
    problem(wrong, 409, "removals_changed")
    assert confirmed.json() == {"photos": 2}
    for one in removed:
        receipt = (await client.get(f"/removals/{one['removal_id']}")).json()
        assert (receipt["state"], receipt["reason"]) == ("proved", "sealed")
    assert len(removed) == 2


async def test_the_jms_is_asked_again_when_an_administrator_says_so(
    jail: Jail, client: httpx.AsyncClient
) -> None:
    await index(client, "A1")
    await push(client, SEALED)
    jail.fake_jms.known["A1"] = booking("A1")

    answer = await client.post("/jms/removals/read-again")
    await jail.withheld()

    assert answer.json() == {"photos": 1}
    assert len((await search(client)).json()["candidates"]) == 1


async def test_a_key_alone_sends_no_events(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        presented, _ = await key_of(jail, grant=Grant(frozenset(Scope) - {Scope.AUDIT}))
        client.headers["Authorization"] = f"Bearer {presented}"

        refused = await client.post("/jms/events", json={"events": [SEALED]})

    problem(refused, 401, "signature_invalid")


async def test_who_is_sealed_by_the_number_from_before_a_merge_is_in_no_answer(jail: Jail) -> None:
    jail.removal_terms = replace(jail.removal_terms, confirm_after=timedelta(hours=1))
    jail.fake_jms.known["A1"] = booking("A1", "P-1")  # it is behind its own events
    async with application(jail) as client:
        await index(client, "A1")
        before = (await search(client)).json()
        await push(client, event("e1", "merged", person_ids=["P-1"], into="P-2"))

        answer = await push(client, event("e2", person_ids=["P-1"]))

        assert [one["photos"] for one in answer.json()["items"]] == [1]
        found = (await search(client)).json()
        assert (found["candidates"], found["withheld"]) == ([], 1)
        for path in ("/photos/A1", "/bookings/A1"):
            problem(await client.get(path), 404, "record_withheld")
        [kept] = (await client.get(f"/searches/{before['search_id']}")).json()["candidates"]
        assert (kept["redacted"], kept["booking"]) == (True, None)


async def test_a_weaker_event_that_comes_late_leaves_an_expunged_photo_as_it_is(
    jail: Jail,
) -> None:
    jail.fake_jms.known["A1"] = booking("A1", "P-1", RecordStatus.EXPUNGED)
    async with application(jail) as client:
        await index(client, "A1")
        await push(client, event("e1", "expunged", external_image_ids=["A1"]))
        late = event("e2", external_image_ids=["A1"], record_status="restricted")
        await push(client, late | {"occurred_at": "2026-11-29T19:00:00Z"})
        [shown] = (await client.get("/jms/removals")).json()["items"]
        assert (shown["record_status"], shown["event_id"]) == ("expunged", "e1")

        await jail.withheld()

        [gone] = (await client.get("/jms/removals")).json()["items"]
        assert (gone["state"], gone["record_status"]) == ("removed", "expunged")
        assert (await search(client)).json()["candidates"] == []

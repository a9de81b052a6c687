"""The review of a search over HTTP: what each reviewer sees, and what is recorded."""

import json
from collections.abc import Awaitable, Callable, Sequence

import anyio
import httpx
import pytest

from app.domain.access import Grant, Scope
from app.domain.audit import AuditAction
from app.domain.booking import RecordStatus
from app.domain.record import Standing
from app.services.recorded import utc_now
from tests.api.applications import application, key_of, problem, search
from tests.api.reviewing import EVIDENCE, TWO_REVIEWERS, by, close, searched
from tests.fakes import drawn_photo
from tests.jails import Jail, booking

SECRETS = ("A1", "A2", "similarity", '"rank"', "Sample", "B-A1", "person_id")
"""What whoever has yet to answer must not read."""


async def waits(jail: Jail, search_id: str) -> tuple[bool, bool]:
    """Say whether the probe waits for an open review, and whether it knows of a closed one."""
    async with jail.records.view() as view:
        kept = await view.probes.of(search_id)
    assert kept is not None
    return kept.review_open, kept.review_closed_at is not None


@pytest.fixture
def strict(jail: Jail) -> Jail:
    """Give a jail where two people other than the requester look, and evidence is needed."""
    jail.profile = TWO_REVIEWERS
    bookings = {one: booking(one, f"P-{one}") for one in ("A1", "A2", "A3")}
    jail.fake_jms.known.update(bookings)
    return jail


async def test_a_search_goes_through_two_reviewers_to_a_lead(strict: Jail) -> None:
    async with application(strict) as client:
        review = await searched(client, strict)
        queue = (await client.get("/reviews", headers=by("Ann"))).json()
        assert (await review.look("Ann"))["candidates"] is None
        assert (await review.probe("Ann", reasons=["blur"])).status_code == 201
        first = await review.answer("Ann", "A1", notes="One of them.")
        second = (await review.answer("Bob", "A1")).json()
        problem(await review.release("Bob", "A1"), 422, "corroboration_required")
        given = (await review.release("Bob", "A1", corroboration=EVIDENCE)).json()
        left = (await client.get("/reviews", headers=by("Ann"))).json()
        closed = (await client.get("/reviews?state=lead_released&case_number=26-1")).json()

    [line] = queue["items"]
    assert (line["state"], line["you_may"], line["reviewers"]) == ("awaiting_probe", ["probe"], 2)
    assert first.json()["state"] == "in_review"
    assert first.json()["recorded"] == 2
    assert second["state"] == "awaiting_release"
    assert second["leads"] == [review.ids["A1"]]
    assert given["state"] == "lead_released"
    assert given["entries"][-1]["release"]["corroboration"] == EVIDENCE
    assert left["items"] == []
    assert [one["answers"] for one in closed["items"]] == [2]
    assert await waits(strict, review.search_id) == (False, True)


async def test_until_the_own_answer_is_in_pictures_alone_are_shown(strict: Jail) -> None:
    async with application(strict) as client:
        review = await searched(client, strict)
        await review.probe("Ann")
        await review.answer("Ann", "A1", notes="A secret of Ann's.")
        blind = await review.look("Bob")
        await review.answer("Bob", "A1")
        seen = await review.look("Bob")

    text = json.dumps({**blind, "rules": None})
    assert not [secret for secret in (*SECRETS, "A secret") if secret in text]
    assert blind["blind"]
    assert {one["candidate"] for one in blind["candidates"]} == set(review.ids.values())
    assert all(one["known"] is None for one in blind["candidates"])
    assert (blind["leads"], [one["number"] for one in blind["entries"]]) == (None, [1])
    assert not seen["blind"]
    assert [one["known"]["rank"] for one in seen["candidates"]] == [1, 2]
    assert seen["candidates"][0]["known"]["booking"]["booking_number"] == "B-A1"
    assert [one["number"] for one in seen["entries"]] == [1, 2, 3]
    assert [one["answer"]["blind"] for one in seen["entries"][1:]] == [True, True]


async def test_the_requester_does_not_review_where_the_profile_says_so(strict: Jail) -> None:
    async with application(strict) as client:
        review = await searched(client, strict)
        refused = await review.probe("sgt.  o")
        asked_for = await review.probe("Det. N")
        looked = await review.look("Sgt. O")

    assert "rule not-the-requester" in problem(refused, 403, "reviewer_excluded")["detail"]
    problem(asked_for, 403, "reviewer_excluded")
    assert looked["you_may"] == []


async def test_who_looked_at_the_search_or_its_disclosure_is_no_second_reviewer(
    strict: Jail,
) -> None:
    async with application(strict) as client:
        review = await searched(client, strict)
        await review.probe("Ann")
        await client.get(f"/searches/{review.search_id}", headers=by("Ann"))
        await client.get("/searches", headers=by("Bob"))
        disclosed = f"/searches/{review.search_id}/disclosure"
        assert (await client.get(disclosed, headers=by("Cleo"))).status_code == 200
        first = (await review.answer("Ann", "A1")).json()
        may = [(await review.look(one))["you_may"] for one in ("Bob", "Dan")]
        second, third = await review.answer("Bob", "A1"), await review.answer("Cleo", "A1")
        fourth = await review.answer("Dan", "A1")

    assert not first["entries"][-1]["answer"]["blind"]
    problem(second, 403, "reviewer_not_blind")
    problem(third, 403, "reviewer_not_blind")
    assert may == [["probe"], ["probe", "answer"]]
    assert fourth.json()["entries"][-1]["answer"]["blind"]


async def test_with_the_scope_review_alone_a_search_is_shown_only_through_its_review(
    jail: Jail,
) -> None:
    async with application(jail, keys=True) as client:
        search_key, _ = await key_of(jail, "desk", Grant(frozenset({Scope.SEARCH})))
        client.headers["Authorization"] = f"Bearer {search_key}"
        review = await searched(client, jail)
        review_key, _ = await key_of(jail, "reviews", Grant(frozenset({Scope.REVIEW})))
        client.headers["Authorization"] = f"Bearer {review_key}"
        for path in (f"/searches/{review.search_id}", "/searches", "/photos/A1", "/bookings/A1"):
            problem(await client.get(path), 403, "scope_missing")
        shown = await review.look("Ann")
        unnamed = (await client.get(review.path)).json()

    assert shown["reviewer"] == "Ann"
    assert unnamed["reviewer"].startswith("reviews (")


async def test_reviews_too_name_the_person_where_the_settings_ask_for_it(jail: Jail) -> None:
    jail.person_required = True
    async with application(jail, keys=True) as client:
        key, _ = await key_of(jail, "reviews", Grant(frozenset({Scope.REVIEW})))
        client.headers["Authorization"] = f"Bearer {key}"
        problem(await client.get("/reviews"), 422, "on_behalf_of_required")


async def test_where_no_rule_asks_for_it_one_person_reviews_the_own_search(jail: Jail) -> None:
    async with application(jail) as client:
        review = await searched(client, jail)
        queue = (await client.get("/reviews")).json()
        await review.probe("Sgt. O")
        answer = (await review.answer("Sgt. O", "A1")).json()
        given = (await review.release("Sgt. O", "A1")).json()

    assert queue["items"] == []
    assert not answer["entries"][-1]["answer"]["blind"]
    assert given["state"] == "lead_released"


async def test_none_of_these_is_one_call(jail: Jail) -> None:
    async with application(jail) as client:
        review = await searched(client, jail)
        await review.probe("Ann")
        closed = (await review.answer("Ann")).json()
        late = await review.answer("Bob")

    assert closed["state"] == "no_lead"
    assert closed["entries"][-1]["answer"]["none_of_these"]
    assert "stands at no_lead" in problem(late, 409, "review_state")["detail"]
    assert await waits(jail, review.search_id) == (False, True)


async def test_an_unsuitable_probe_closes_and_a_correction_opens_again(jail: Jail) -> None:
    async with application(jail) as client:
        review = await searched(client, jail)
        problem(await review.probe("Ann", suitability="unsuitable"), 422, "review_answer")
        closed = await review.probe("Ann", suitability="unsuitable", reasons=["pose", "pose"])
        problem(await review.answer("Bob"), 409, "review_state")
        stands = await review.probe("Bob")
        closed_for_probe = await waits(jail, review.search_id)
        opened = await review.probe("Bob", corrects=1)

    assert closed.json()["candidates"] is None
    assert closed.json()["entries"][0]["probe"]["reasons"] == ["pose"]
    assert "corrects=1" in problem(stands, 409, "review_entry_stands")["detail"]
    assert opened.json()["state"] == "in_review"
    assert closed_for_probe == (False, True)
    assert await waits(jail, review.search_id) == (True, False)


async def test_two_at_once_settle(strict: Jail) -> None:
    async with application(strict) as client:
        review = await searched(client, strict)
        probes = await _at_once(review.probe, ("Ann", "Bob"))
        await review.answer("Ann", "A1")
        answers = await _at_once(lambda who: review.answer(who, "A1"), ("Bob", "Cleo"))

    assert sorted(one.status_code for one in probes) == [201, 409]
    problem(max(probes, key=lambda one: one.status_code), 409, "review_entry_stands")
    assert sorted(one.status_code for one in answers) == [201, 409]
    problem(max(answers, key=lambda one: one.status_code), 409, "review_state")


async def _at_once(
    call: Callable[[str], Awaitable[httpx.Response]], people: Sequence[str]
) -> list[httpx.Response]:
    found: list[httpx.Response] = []

    async def one(who: str) -> None:
        found.append(await call(who))

    async with anyio.create_task_group() as tasks:
        for who in people:
            tasks.start_soon(one, who)
    return found


async def test_a_repeated_call_records_nothing_again(jail: Jail) -> None:
    async with application(jail) as client:
        review = await searched(client, jail)
        await review.probe("Ann")
        first = await review.answer("Ann", "A1", key="K-1")
        again = await review.answer("Ann", "A1", key="K-1")
        other = await review.answer("Ann", key="K-1")
        someone = await review.answer("Bob", "A1", key="K-1")

    assert first.json()["recorded"] == again.json()["recorded"] == 2
    assert len(again.json()["entries"]) == 2
    problem(other, 422, "idempotency_key_reused")
    problem(someone, 422, "idempotency_key_reused")


async def test_who_was_sealed_since_is_shown_to_nobody(jail: Jail) -> None:
    async with application(jail) as client:
        review = await searched(client, jail)
        await review.probe("Ann")
        await review.answer("Ann", "A1", notes="That is surely him.")
        async with jail.records.unit() as unit:
            sealed = Standing(None, RecordStatus.SEALED, utc_now())
            await unit.standings.remember({"A1": sealed})
        shown = await review.look("Ann")
        picture = f"/searches/{review.search_id}/pictures/{review.ids['A1']}"
        problem(await client.get(picture), 404, "picture_not_found")
        refused = await review.release("Ann", "A1")

    [gone] = [one for one in shown["candidates"] if one["redacted"]]
    assert (gone["known"], gone["pictures"]) == (None, [])
    answer = shown["entries"][1]["answer"]
    assert "surely" not in json.dumps(shown)
    assert answer["notes"].startswith("Withheld")
    sealed_finding = next(f for f in answer["findings"] if f["candidate"] == gone["candidate"])
    assert (sealed_finding["conclusion"], sealed_finding["features"]) == ("possible_lead", {})
    assert "sealed" in problem(refused, 422, "review_answer")["detail"]


async def test_pictures_are_stamped_and_only_shown_when_it_is_time(jail: Jail) -> None:
    async with application(jail) as client:
        review = await searched(client, jail)
        base = f"/searches/{review.search_id}/pictures"
        picture = f"{base}/{review.ids['A1']}"
        problem(await client.get(picture), 404, "picture_not_found")
        probe = await client.get(f"{base}/probe?width=200")
        kept, jail.probes.photos = jail.probes.photos, {}
        problem(await client.get(f"{base}/probe"), 404, "picture_not_found")
        jail.probes.photos = kept
        await review.probe("Ann")
        shown = await client.get(picture, headers=by("Ann"))
        problem(await client.get(f"{base}/A1"), 404, "picture_not_found")
        problem(await client.get(f"{picture}?width=2001"), 422, "invalid_request")
        await client.delete("/index/A1")
        problem(await client.get(picture), 404, "picture_not_found")

    assert b"200 pixels wide, stamped: Search " in probe.content
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Cache-Control"] == "no-store"
    looks = [one for one in await jail.audit() if one.action is AuditAction.VIEW_PICTURE]
    assert [one.outcome for one in looks if one.external_image_id == "A1"] == ["answered"]
    assert {one.search_id for one in looks} == {review.search_id}


async def test_everything_is_in_the_audit_without_a_text(strict: Jail) -> None:
    async with application(strict) as client:
        review = await searched(client, strict)
        await review.probe("Ann", notes="A secret note.")
        await review.answer("Ann", "A1", notes="A secret note.")
        await review.answer("Bob")
        await review.answer("Bob")

    entries = [one for one in await strict.audit() if one.action.value.startswith("review_")]
    assert [(one.action, one.outcome) for one in entries] == [
        (AuditAction.REVIEW_PROBE, "answered"),
        (AuditAction.REVIEW_ANSWER, "answered"),
        (AuditAction.REVIEW_ANSWER, "answered"),
        (AuditAction.REVIEW_ANSWER, "review_entry_stands"),
    ]
    assert {one.search_id for one in entries} == {review.search_id}
    assert [one.details["state"] for one in entries[:3]] == [
        "in_review",
        "in_review",
        "disagreement",
    ]
    assert all(len(str(one.details["entry_sha256"])) == 64 for one in entries[:3])
    assert "secret" not in repr(entries)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"none_of_these": True, "findings": [{"candidate": "x", "conclusion": "not_pursued"}]},
        {"findings": [{"candidate": "x", "conclusion": "identified"}]},
        {"none_of_these": True, "reviewer": "Ann"},
    ],
)
async def test_an_answer_that_is_none_is_refused(
    client: httpx.AsyncClient, body: dict[str, object]
) -> None:
    response = await client.post("/searches/S-1/reviews", json=body)

    problem(response, 422, "invalid_request")


async def test_a_finding_on_somebody_else_is_refused(jail: Jail) -> None:
    async with application(jail) as client:
        review = await searched(client, jail)
        await review.probe("Ann")
        review.ids["A1"] = "0" * 20
        refused = await review.answer("Ann", "A1")

    body = problem(refused, 422, "review_answer")
    assert {one["field"] for one in body["errors"]} == {"findings"}


async def test_a_search_that_is_not_on_record_has_no_review(client: httpx.AsyncClient) -> None:
    for path in ("/searches/S-9/reviews", "/reviews?after=S-9", "/searches/S-9/pictures/probe"):
        problem(await client.get(path), 404, "search_not_found")
    probe = {"suitability": "suitable"}
    response = await client.post("/searches/S-9/reviews/probe", json=probe)
    problem(response, 404, "search_not_found")


async def test_the_queue_is_read_in_pages(strict: Jail) -> None:
    async with application(strict) as client:
        ids = [(await searched(client, strict)).search_id for _ in range(3)]
        first = (await client.get("/reviews?limit=2")).json()
        rest = (await client.get(f"/reviews?limit=2&after={first['next']}")).json()

    assert [one["search_id"] for one in (*first["items"], *rest["items"])] == ids
    assert rest["next"] is None


async def test_a_decision_on_the_probe_lifts_no_blindness(strict: Jail) -> None:
    async with application(strict) as client:
        review = await searched(client, strict)
        await review.probe("Ann", notes="The scar of the second one.")
        await review.answer("Ann", "A1", notes="A secret of Ann's.")
        found = await review.probe("Bob", suitability="unsuitable", reasons=["blur"], corrects=1)
        looked = await review.look("Bob")
        await review.probe("Bob", corrects=3)
        answer = (await review.answer("Bob", "A1")).json()

    for shown in (found.json(), looked):
        assert shown["blind"]
        assert [one["number"] for one in shown["entries"]] == [1, 3]
        assert "secret" not in json.dumps(shown)
        assert "scar" not in json.dumps(shown)
    assert answer["entries"][-1]["answer"]["blind"]
    recorded = [one.details["blind"] for one in await strict.audit() if "blind" in one.details]
    assert recorded == [True, False, True, True, True, False]


async def test_a_look_that_names_nobody_is_anybodys_of_that_key(strict: Jail) -> None:
    async with application(strict) as client:
        review = await searched(client, strict)
        unnamed = await client.post(f"{review.path}/probe", json={"suitability": "suitable"})
        await review.probe("Ann")
        await client.get(f"/searches/{review.search_id}")
        first, second = await review.answer("Ann", "A1"), await review.answer("Bob", "A1")

    problem(unnamed, 422, "on_behalf_of_required")
    assert not first.json()["entries"][-1]["answer"]["blind"]
    problem(second, 403, "reviewer_not_blind")


async def test_whoever_searched_the_same_photo_has_seen_as_much(strict: Jail) -> None:
    async with application(strict) as client:
        first, second = await searched(client, strict), await searched(client, strict)
        await first.probe("Ann")
        client.headers["X-Candid-On-Behalf-Of"] = "Ann"
        asked = {"purpose": "criminal_investigation", "case_number": "26-1"}
        await search(client, drawn_photo("Ann", note="probe"), **asked)
        answer = (await first.answer("Ann", "A1")).json()

    assert second.search_id != first.search_id
    assert not answer["entries"][-1]["answer"]["blind"]


async def test_what_is_never_released_is_closed_with_a_reason(strict: Jail) -> None:
    async with application(strict) as client:
        review = await searched(client, strict)
        await review.probe("Ann")
        await review.answer("Ann", "A1")
        await review.answer("Bob", "A1")
        refused, done = await close(review, "Sgt. O"), await close(review, "Cleo")
        queue = (await client.get("/reviews", headers=by("Ann"))).json()

    problem(refused, 403, "reviewer_excluded")
    assert done.json()["state"] == "not_released"
    assert done.json()["entries"][-1]["close"] == {"reason": "The investigator left."}
    assert queue["items"] == []
    assert await waits(strict, review.search_id) == (False, True)


async def test_a_name_is_read_in_utf8(jail: Jail) -> None:
    async with application(jail) as client:
        review = await searched(client, jail)
        header = {b"X-Candid-On-Behalf-Of": "Zo\u00eb \u0141.".encode()}
        shown = (await client.get(review.path, headers=header)).json()

    assert shown["reviewer"] == "Zo\u00eb \u0141."


async def test_with_the_scope_review_alone_the_probe_comes_stamped(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        search_key, _ = await key_of(jail, "desk", Grant(frozenset({Scope.SEARCH})))
        client.headers["Authorization"] = f"Bearer {search_key}"
        review = await searched(client, jail)
        whole = await client.get(f"/searches/{review.search_id}/probe")
        review_key, _ = await key_of(jail, "reviews", Grant(frozenset({Scope.REVIEW})))
        client.headers["Authorization"] = f"Bearer {review_key}"
        stamped = await client.get(f"/searches/{review.search_id}/probe")

    assert whole.content == drawn_photo("Ann", note="probe")
    assert b"stamped: Search " in stamped.content

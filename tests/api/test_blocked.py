"""Who is kept out, whatever their identity provider says."""

import httpx
import pytest

from app.domain.access import Grant, Scope
from tests.api.applications import application, key_of, problem
from tests.fakes_sign_in import ISSUER, SUBJECT, holder, signing_in
from tests.jails import Jail

NAME = f"det.n ({SUBJECT} at id.county.test)"
DET = {"Authorization": "Bearer a.b.det"}
CHIEF = {"Authorization": "Bearer a.b.chief"}


@pytest.fixture
def jail(jail: Jail) -> Jail:
    """Give a jail where two people sign in."""
    jail.sign_in = signing_in(
        det=holder("investigator"), chief=holder("administrator", subject="c-1")
    )
    return jail


async def test_a_blocked_person_is_kept_out_from_the_next_call_on(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        before = await client.get("/index", headers=DET)
        blocked = await client.post("/blocked", json={"subject": SUBJECT}, headers=CHIEF)
        again = await client.post("/blocked", json={"subject": SUBJECT}, headers=CHIEF)
        refused = await client.get("/index", headers=DET)
        nothing = await client.get("/index")
        listed = await client.get("/blocked", headers=CHIEF)
        lifted = await client.delete(f"/blocked/{SUBJECT}", headers=CHIEF)
        after = await client.get("/index", headers=DET)
        gone = await client.delete(f"/blocked/{SUBJECT}", headers=CHIEF)

    assert (before.status_code, after.status_code) == (200, 200)
    assert problem(refused, 401, "unauthenticated") == nothing.json()
    assert blocked.json() == again.json() == lifted.json() == listed.json()["items"][0]
    assert blocked.json() | {"blocked_at": ""} == {
        "issuer": ISSUER,
        "subject": SUBJECT,
        "blocked_at": "",
        "blocked_by": "det.n (c-1 at id.county.test)",
    }
    problem(gone, 404, "person_not_blocked")
    told = [(entry.action.value, entry.outcome) for entry in await jail.audit()]
    assert told == [
        ("block_person", "answered"),
        ("block_person", "answered"),
        ("authenticate", "unauthenticated"),
        ("authenticate", "unauthenticated"),
        ("view_blocked", "answered"),
        ("unblock_person", "answered"),
        ("unblock_person", "person_not_blocked"),
    ]
    entry = (await jail.audit())[2]
    assert (entry.actor.name, entry.details["reason"]) == (NAME, "blocked")


async def test_a_subject_of_odd_letters_is_blocked_and_let_in_again(jail: Jail) -> None:
    subject = "auth0|7/8?x=1#%2F"
    async with application(jail, keys=True) as client:
        client.headers = httpx.Headers(CHIEF)
        made = await client.post("/blocked", json={"subject": subject})
        named = "auth0%7C7%2F8%3Fx%3D1%23%252F"
        lifted = await client.delete(f"/blocked/{named}")
        wrong = await client.post("/blocked", json={"subject": "x (y"})

    assert made.json()["subject"] == lifted.json()["subject"] == subject
    problem(wrong, 422, "invalid_request")


async def test_where_nobody_signs_in_nobody_is_blocked(jail: Jail) -> None:
    jail.sign_in = None
    presented, _ = await key_of(jail, "office", Grant(frozenset({Scope.ADMIN})))
    async with application(jail, keys=True) as client:
        client.headers = httpx.Headers({"Authorization": f"Bearer {presented}"})
        problem(await client.post("/blocked", json={"subject": "x"}), 409, "sign_in_off")
        problem(await client.delete("/blocked/x"), 409, "sign_in_off")
        problem(await client.get("/index", headers=DET), 401, "unauthenticated")

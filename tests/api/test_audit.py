"""GET /audit, /audit/verify and /audit/report."""

import base64
import json
from datetime import datetime, timedelta

import httpx

from app.domain.access import Grant, Scope
from app.domain.audit_record import GENESIS, chained, numbered
from tests.api.applications import application, index, key_of, problem, search
from tests.audit.tampering import tamper
from tests.databases import KEY
from tests.jails import Jail


async def test_the_audit_is_read_in_pages_and_each_look_is_in_it(
    client: httpx.AsyncClient,
) -> None:
    await index(client, "A1")
    await search(client, case_number="26-1", requested_by="Det. N")

    first = (await client.get("/audit", params={"limit": 2})).json()
    rest = (await client.get("/audit", params={"after": first["next"]})).json()

    assert [one["record"]["action"] for one in first["items"]] == ["index", "search"]
    assert (first["next"], rest["next"]) == ("2", None)
    assert [one["record"]["action"] for one in rest["items"]] == ["view_audit"]
    searched = first["items"][1]["record"]
    assert searched["requested_by"] == "Det. N"
    assert searched["case_number"] == "26-1"
    assert rest["items"][0]["record"]["details"] == {"after": 0, "last": 2}


async def test_what_is_shown_can_be_held_against_its_hash(client: httpx.AsyncClient) -> None:
    await index(client, "A1")
    await search(client)

    previous = GENESIS
    for one in (await client.get("/audit")).json()["items"]:
        said = one["record"]
        number = said.pop("number")
        form = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert one["hash"] == chained(previous, numbered(number, form))
        previous = one["hash"]


async def test_verifying_tells_what_is_wrong_and_signs_how_far_it_came(
    client: httpx.AsyncClient, database: str
) -> None:
    for photo in ("A1", "A2", "A3"):
        await index(client, photo)

    whole = (await client.get("/audit/verify")).json()
    tamper(database, "DELETE FROM audit WHERE number = 2")
    found = (await client.get("/audit/verify")).json()

    assert (whole["records"], whole["found"], whole["next"]) == (3, 0, None)
    assert whole["signed"]["head"]["number"] == 3
    assert len(base64.b64decode(whole["signed"]["signature"])) == 64
    assert (found["records"], found["found"]) == (3, 1)
    assert [(one["fault"], one["number"], one["last"]) for one in found["findings"]] == [
        ("missing", 2, 2)
    ]


async def test_a_long_audit_is_verified_in_parts(client: httpx.AsyncClient) -> None:
    for photo in ("A1", "A2", "A3"):
        await index(client, photo)

    first = (await client.get("/audit/verify", params={"limit": 2})).json()
    rest = (await client.get("/audit/verify", params={"after": first["next"]})).json()
    beyond = (await client.get("/audit/verify", params={"after": 2**63 - 1})).json()

    assert (first["records"], first["next"], first["signed"]["head"]["number"]) == (2, 2, 2)
    assert (rest["records"], rest["found"], rest["next"]) == (2, 0, None)
    assert (beyond["records"], beyond["found"], beyond["after"]) == (0, 0, 5)


async def test_an_auditor_reads_and_does_not_search(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        presented, key = await key_of(jail, "auditor", Grant(frozenset({Scope.AUDIT})))
        client.headers["Authorization"] = f"Bearer {presented}"

        problem(await search(client, purpose="training_test"), 403, "scope_missing")
        problem(await client.get("/searches"), 403, "scope_missing")
        problem(await client.get("/index"), 403, "scope_missing")
        shown = (await client.get("/audit")).json()["items"]

    assert [(one["record"]["action"], one["record"]["outcome"]) for one in shown] == [
        ("search", "scope_missing"),
        ("view_search", "scope_missing"),
        ("view_index", "scope_missing"),
    ]
    assert {one["record"]["actor"] for one in shown} == {f"auditor ({key.prefix})"}
    assert KEY.hex() not in json.dumps(shown)


async def test_an_administrator_does_not_read_the_audit(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        presented, _ = await key_of(jail, "it", Grant(frozenset({Scope.ADMIN})))
        client.headers["Authorization"] = f"Bearer {presented}"

        problem(await client.get("/audit"), 403, "scope_missing")
        problem(await client.get("/audit/verify"), 403, "scope_missing")


async def test_unknown_parameters_are_refused(client: httpx.AsyncClient) -> None:
    problem(await client.get("/audit", params={"user": "x"}), 422, "invalid_request")
    problem(await client.get("/audit/verify", params={"limit": 0}), 422, "invalid_request")
    problem(await client.get("/audit", params={"after": 2**63}), 422, "invalid_request")


async def test_the_report_counts_a_span_of_time_and_is_itself_recorded(
    client: httpx.AsyncClient,
) -> None:
    await index(client, "A1")
    for case_number in ("26-1", "26-2"):
        await search(client, case_number=case_number)
    span = {"since": "2000-01-01T00:00:00Z", "until": "2200-01-01T00:00:00Z"}

    report = (await client.get("/audit/report", params=span)).json()
    looks = (await client.get("/audit")).json()["items"]

    [searched] = report["searches"]
    assert (searched["times"], searched["without_case"]) == (2, 0)
    [probed] = report["repeated_probes"]
    assert (probed["times"], probed["cases"]) == (2, ["26-1", "26-2"])
    assert [one["action"] for one in report["other"]] == ["index"]
    assert looks[-1]["record"]["action"] == "report_audit"


async def test_without_a_time_the_report_is_about_the_last_whole_week(
    client: httpx.AsyncClient,
) -> None:
    report = (await client.get("/audit/report")).json()
    alone = {"until": "2026-11-09T00:00:00Z"}
    begun = (await client.get("/audit/report", params=alone)).json()
    ever = (await client.get("/audit/report", params={"since": "2020-01-01T00:00:00Z"})).json()

    since, until = (datetime.fromisoformat(report[one]) for one in ("since", "until"))
    assert (until - since, since.weekday(), report["records"]) == (timedelta(days=7), 0, 0)
    assert begun["since"] == "2026-11-02T00:00:00.000Z"
    assert ever["records"] == 2  # the reports before it


async def test_a_report_of_no_time_is_refused(client: httpx.AsyncClient) -> None:
    ancient = await client.get("/audit/report", params={"until": "0001-01-02T00:00:00Z"})

    problem(ancient, 422, "invalid_request")

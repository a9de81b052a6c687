"""Which scope each route needs; a key without it is refused, told so, and recorded."""

import re
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from app.domain.access import EVERY_SCOPE, Grant, Scope
from app.domain.audit import AuditAction
from app.domain.collection import Collection
from app.domain.purpose import Purpose
from app.domain.withheld import Asking
from app.main import create_app
from app.services.recorded import utc_now
from app.settings import Settings
from tests.api.applications import ANN, application, index, key_of, problem, search
from tests.databases import COLLECTION
from tests.jails import Jail
from tests.live import ROOT

SEARCH, INDEX = frozenset({Scope.SEARCH}), frozenset({Scope.INDEX})
IMPORT, ADMIN = frozenset({Scope.IMPORT}), frozenset({Scope.ADMIN})
AUDIT, REVIEW = frozenset({Scope.AUDIT}), frozenset({Scope.REVIEW})
TABLE = {
    ("POST", "/index"): (INDEX, AuditAction.INDEX),
    ("GET", "/index"): (INDEX | SEARCH, AuditAction.VIEW_INDEX),
    ("GET", "/index/{external_image_id}"): (INDEX | SEARCH, AuditAction.VIEW_INDEX),
    ("DELETE", "/index/{external_image_id}"): (INDEX, AuditAction.REMOVE),
    ("POST", "/search"): (SEARCH, AuditAction.SEARCH),
    ("POST", "/detect"): (SEARCH, AuditAction.DETECT),
    ("GET", "/searches"): (SEARCH, AuditAction.VIEW_SEARCH),
    ("GET", "/searches/{search_id}"): (SEARCH, AuditAction.VIEW_SEARCH),
    ("GET", "/reviews"): (REVIEW, AuditAction.VIEW_REVIEW),
    ("GET", "/searches/{search_id}/reviews"): (REVIEW, AuditAction.VIEW_REVIEW),
    ("POST", "/searches/{search_id}/reviews"): (REVIEW, AuditAction.REVIEW_ANSWER),
    ("POST", "/searches/{search_id}/reviews/probe"): (REVIEW, AuditAction.REVIEW_PROBE),
    ("POST", "/searches/{search_id}/reviews/release"): (REVIEW, AuditAction.REVIEW_RELEASE),
    ("POST", "/searches/{search_id}/reviews/close"): (REVIEW, AuditAction.REVIEW_CLOSE),
    ("GET", "/searches/{search_id}/pictures/{picture}"): (REVIEW, AuditAction.VIEW_PICTURE),
    ("GET", "/searches/{search_id}/disclosure"): (REVIEW | ADMIN, AuditAction.DISCLOSE),
    ("GET", "/bookings/{external_image_id}"): (SEARCH, AuditAction.VIEW_BOOKING),
    ("GET", "/photos/{external_image_id}"): (SEARCH, AuditAction.VIEW_PHOTO),
    ("POST", "/imports"): (IMPORT, AuditAction.START_IMPORT),
    ("GET", "/imports"): (IMPORT, AuditAction.VIEW_IMPORT),
    ("GET", "/imports/{import_id}"): (IMPORT, AuditAction.VIEW_IMPORT),
    ("GET", "/imports/{import_id}/items"): (IMPORT, AuditAction.VIEW_IMPORT),
    ("GET", "/imports/{import_id}/items/{position}/photo"): (IMPORT, AuditAction.VIEW_IMPORT),
    ("GET", "/imports/{import_id}/events"): (IMPORT, AuditAction.VIEW_IMPORT),
    ("POST", "/imports/{import_id}/pause"): (IMPORT, AuditAction.CHANGE_IMPORT),
    ("POST", "/imports/{import_id}/resume"): (IMPORT, AuditAction.CHANGE_IMPORT),
    ("POST", "/imports/{import_id}/cancel"): (IMPORT, AuditAction.CHANGE_IMPORT),
    ("POST", "/imports/{import_id}/retry"): (IMPORT, AuditAction.CHANGE_IMPORT),
    ("GET", "/audit"): (AUDIT, AuditAction.VIEW_AUDIT),
    ("GET", "/audit/verify"): (AUDIT, AuditAction.VERIFY_AUDIT),
    ("GET", "/audit/report"): (AUDIT, AuditAction.REPORT_AUDIT),
    ("GET", "/searches/{search_id}/probe"): (SEARCH | REVIEW, AuditAction.VIEW_PROBE),
    ("POST", "/holds"): (ADMIN, AuditAction.PLACE_HOLD),
    ("GET", "/holds"): (ADMIN, AuditAction.VIEW_HOLDS),
    ("DELETE", "/holds/{hold_id}"): (ADMIN, AuditAction.RELEASE_HOLD),
    ("POST", "/removals"): (ADMIN, AuditAction.REMOVE),
    ("GET", "/removals"): (ADMIN, AuditAction.VIEW_REMOVAL),
    ("GET", "/removals/{removal_id}"): (ADMIN, AuditAction.VIEW_REMOVAL),
    ("GET", "/jms/removals"): (ADMIN, AuditAction.VIEW_WITHHELD),
    ("POST", "/jms/removals/confirm"): (ADMIN, AuditAction.CHANGE_WITHHELD),
    ("POST", "/jms/removals/read-again"): (ADMIN, AuditAction.CHANGE_WITHHELD),
    ("GET", "/policy"): (EVERY_SCOPE, AuditAction.VIEW_POLICY),
    ("GET", "/whoami"): (EVERY_SCOPE, AuditAction.VIEW_SELF),
    ("GET", "/blocked"): (ADMIN, AuditAction.VIEW_BLOCKED),
    ("POST", "/blocked"): (ADMIN, AuditAction.BLOCK_PERSON),
    ("DELETE", "/blocked/{subject}"): (ADMIN, AuditAction.UNBLOCK_PERSON),
    ("POST", "/keys"): (ADMIN, AuditAction.CREATE_KEY),
    ("GET", "/keys"): (ADMIN, AuditAction.VIEW_KEYS),
    ("POST", "/keys/{prefix}/rotate"): (ADMIN, AuditAction.ROTATE_KEY),
    ("DELETE", "/keys/{prefix}"): (ADMIN, AuditAction.REVOKE_KEY),
    ("GET", "/model"): (ADMIN, AuditAction.VIEW_MODEL),
    ("POST", "/model/switch"): (ADMIN, AuditAction.CHANGE_MODEL),
    ("POST", "/model/give-up"): (ADMIN, AuditAction.CHANGE_MODEL),
}
"""Of each route: the scopes of which one is enough, and how its refusal is recorded."""

WITHOUT_KEY = {
    ("GET", path)
    for path in (
        "/",
        "/page/{version}/{path}",
        "/service-worker.js",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/openapi.json",
        "/docs",
        "/docs/files",
        "/docs/page",
        "/docs/signed-in",
        "/docs/sample-probe.jpg",
    )
}

SIGNED = {("POST", "/"), ("POST", "/jms/events")}
"""Amazon Rekognition's calls, each operation with scopes of its own, and a JMS's: without a key."""

ROWS = [pytest.param(*route, *row, id=" ".join(route)) for route, row in TABLE.items()]


_WHY = {"reason": "appeal", "authority_reference": "26-CR-1"}


_JSON = ("/imports", "/model", "/keys", "/blocked", "/holds", "/removals", "/searches/", "/jms/")


async def called(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    named = path.replace("{external_image_id}", "A1").replace("{search_id}", "S-1")
    named = named.replace("{import_id}", "20261123-0").replace("{position}", "1")
    named = named.replace("{prefix}", "0a1b2c3d").replace("{hold_id}", "H-1?reason=over")
    named = named.replace("{removal_id}", "R-1").replace("{subject}", "b2c9")
    named = named.replace("{picture}", "probe")
    if path.startswith(_JSON):
        bodies: dict[str, Any] = {
            "/imports": {"source": {"kind": "jms"}},
            "/model/switch": {},
            "/keys/{prefix}/rotate": {},
            "/blocked": {"subject": "b2c9"},
            "/searches/{search_id}/reviews": {"none_of_these": True},
            "/searches/{search_id}/reviews/probe": {"suitability": "suitable"},
            "/searches/{search_id}/reviews/release": {"candidate": "0"},
            "/searches/{search_id}/reviews/close": {"reason": "None came."},
            "/keys": {"name": "desk", "scopes": ["admin"]},
            "/holds": {"kind": "case", "value": "26-1", **_WHY},
            "/jms/removals/confirm": {"digest": Asking.of({}).digest},
            "/removals": {"person_id": "P-1", **_WHY, "reason": "expunged"},
        }
        body = bodies.get(path) if method == "POST" else None
        return await client.request(method, named, json=body)
    files = {"photo": ANN} if method == "POST" else None
    form = {"external_image_id": "A1"} if path == "/index" else {"purpose": "training_test"}
    form = {} if path == "/detect" else form
    sent = {"data": form, "files": files} if method == "POST" else {}
    return await client.request(method, named, **sent)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(("method", "path", "any_of", "action"), ROWS)
def test_the_page_on_keys_names_the_route_at_each_of_its_scopes(
    method: str, path: str, any_of: frozenset[Scope], action: AuditAction
) -> None:
    del action
    told = [scope for scope, text in _rows_of_keys().items() if _names_route(text, method, path)]

    assert set(told) == (set() if any_of == EVERY_SCOPE else any_of)


def _rows_of_keys() -> dict[Scope, str]:
    page = (ROOT / "docs" / "keys.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE)
    return {Scope(scope): text for scope, text in rows if scope in set(Scope)}


def _names_route(text: str, method: str, path: str) -> bool:
    """Say whether a row names a route: by itself, or by a path whose routes are told together."""
    if f"`{method} {path}`" in text:
        return True
    for part in text.split(";"):
        for verb, told in re.findall(r"`(?:([A-Z]+) )?(/[^` ]*)`", part):
            below = part.rstrip(" .").endswith("and below") or "and below:" in part
            if verb in {"", method} and below and (path + "/").startswith(told + "/"):
                return True
    return False


async def _with_key(jail: Jail, grant: Grant, client: httpx.AsyncClient) -> str:
    presented, key = await key_of(jail, "dispatch", grant)
    client.headers["Authorization"] = f"Bearer {presented}"
    return f"dispatch ({key.prefix})"


def test_the_table_lists_every_route() -> None:
    found = {
        (method, str(route.path).replace(":path}", "}"))
        for route in iter_route_contexts(create_app(Settings()).routes)
        for method in route.methods or {"GET"}  # files that are mounted name none
    }

    assert {one for one in found if one[0] != "HEAD"} == TABLE.keys() | WITHOUT_KEY | SIGNED


@pytest.mark.parametrize(("method", "path", "any_of", "action"), ROWS)
async def test_every_other_scope_together_is_not_enough(
    jail: Jail, method: str, path: str, any_of: frozenset[Scope], action: AuditAction
) -> None:
    async with application(jail, keys=True) as client:
        name = await _with_key(jail, Grant(EVERY_SCOPE - any_of), client)
        response = await called(client, method, path)

    body = problem(response, 403, "scope_missing")
    assert f"the scope {' or '.join(sorted(any_of))};" in body["detail"]
    [entry] = await jail.audit()
    assert (entry.action, entry.outcome, entry.actor.name) == (action, "scope_missing", name)
    assert entry.external_image_id == ("A1" if "{external_image_id}" in path else None)


@pytest.mark.parametrize(("method", "path", "any_of", "action"), ROWS)
async def test_each_of_its_scopes_alone_is_enough(
    jail: Jail, method: str, path: str, any_of: frozenset[Scope], action: AuditAction
) -> None:
    del action
    async with jail.records.unit() as unit:
        await unit.collections.add(Collection(COLLECTION, "fake/1", utc_now()))
    async with application(jail, keys=True) as client:
        for scope in sorted(any_of):
            await _with_key(jail, Grant(frozenset({scope})), client)
            response = await called(client, method, path)

            served = response.status_code in {200, 201, 204, 404}
            off = {"no_model_change", "sign_in_off"}
            assert served or response.json()["code"] in off, response.text


async def test_an_id_that_is_none_is_not_recorded_with_a_refusal(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _with_key(jail, Grant(frozenset({Scope.ADMIN})), client)
        problem(await client.get("/photos/%20no%20id"), 403, "scope_missing")

    [entry] = await jail.audit()
    assert entry.external_image_id is None


async def test_to_restore_a_removed_photo_the_scope_admin_is_needed_too(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _with_key(jail, Grant(INDEX), client)
        await index(client, "A1")
        await client.delete("/index/A1")
        refused = await index(client, "A1", restore="true")
        await _with_key(jail, Grant(INDEX | {Scope.ADMIN}), client)
        restored = await index(client, "A1", restore="true")

    assert "the scope admin;" in problem(refused, 403, "scope_missing")["detail"]
    assert restored.status_code == 201
    assert [entry.outcome for entry in await jail.audit()] == [
        "answered",
        "answered",
        "answered",  # that the removal is proved
        "scope_missing",
        "answered",
    ]


async def test_a_signed_photo_address_needs_no_key_and_no_scope(jail: Jail) -> None:
    async with application(jail, keys=True, public_url="https://candid.county.test") as client:
        await _with_key(jail, Grant(INDEX | SEARCH), client)
        await index(client, "A1")
        found = (await search(client, purpose="training_test")).json()["candidates"][0]
        del client.headers["Authorization"]

        shown = await client.get(httpx.URL(found["photo_url"]).raw_path.decode())

    assert (shown.status_code, shown.content) == (200, ANN)


async def test_the_purpose_and_case_number_of_the_key_stand_where_a_search_brings_none(
    jail: Jail,
) -> None:
    grant = Grant(SEARCH, None, Purpose.MISSING_PERSON, "26-1")
    async with application(jail, keys=True) as client:
        await _with_key(jail, grant, client)
        neither, blank = await search(client), await search(client, case_number=" ")
        both = await search(client, purpose="at_risk_person", case_number="26-2")

    assert [one.json()["probe"]["warnings"] for one in (neither, blank, both)] == [[], [], []]
    recorded = [(entry.purpose, entry.case_number) for entry in await jail.audit()]
    assert recorded == [
        (Purpose.MISSING_PERSON, "26-1"),
        (Purpose.MISSING_PERSON, "26-1"),
        (Purpose.AT_RISK_PERSON, "26-2"),
    ]


async def test_a_key_with_a_purpose_and_no_case_still_needs_the_case(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        await _with_key(jail, Grant(SEARCH, None, Purpose.MISSING_PERSON), client)
        problem(await search(client), 422, "case_number_required")


async def test_without_authentication_everything_may_be_asked(client: httpx.AsyncClient) -> None:
    await index(client, "A1")
    await client.delete("/index/A1")

    assert (await index(client, "A1", restore="true")).status_code == 201

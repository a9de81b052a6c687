"""/imports over HTTP."""

from datetime import UTC, datetime

import httpx
import pytest

from app.domain.errors import (
    PhotoMissingError,
    SourceTimeoutError,
    SourceUnavailableError,
    SourceUnusableError,
)
from app.domain.imports import (
    Estimate,
    FacesRule,
    ImportMode,
    ImportOptions,
    ImportSource,
    ImportState,
    ImportWorker,
    ItemReason,
    ItemStatus,
    SourceKind,
)
from tests.api.applications import Json, application, key_of, problem
from tests.fakes_imports import BEGAN, item
from tests.jails import Jail

FOLDER = {"kind": "folder", "location": "/srv/photos"}


async def _refused(client: httpx.AsyncClient, **body: object) -> Json:
    response = await client.post("/imports", json=body)
    return problem(response, 422, "invalid_request")


async def test_a_start_is_201_with_the_import_and_where_it_is(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    response = await client.post("/imports", json={"source": {"kind": "jms"}})

    body = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/imports/{body['import_id']}"
    assert (body["state"], body["mode"], body["dry_run"]) == ("running", "missing", False)
    assert jail.imports.actors[0].name == "anonymous"


async def test_everything_that_can_be_asked_arrives(client: httpx.AsyncClient, jail: Jail) -> None:
    asked = {
        "source": FOLDER | {"pattern": "{id}_F.jpg"},
        "mode": "changed",
        "since": "2026-01-02T03:04:05-08:00",
        "limit": 7,
        "dry_run": True,
        "faces": "largest",
    }

    response = await client.post("/imports", json=asked)

    [known] = jail.imports.known.values()
    assert known.options == ImportOptions(
        ImportSource(SourceKind.FOLDER, "/srv/photos", "{id}_F.jpg"),
        ImportMode.CHANGED,
        datetime(2026, 1, 2, 11, 4, 5, tzinfo=UTC),
        7,
        dry_run=True,
        faces=FacesRule.LARGEST,
    )
    body = response.json()
    assert body["since"] == "2026-01-02T11:04:05.000Z"
    assert {name: body[name] for name in asked} == asked | {"since": body["since"]}


async def test_unknown_fields_are_refused_and_odd_names_not_repeated(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    misspelt = await _refused(client, source=FOLDER, dryrun=True)
    nested = await _refused(client, source=FOLDER | {"patern": "{id}"})
    odd = await client.post(
        "/imports",
        content=b'{"source": {"kind": "jms"}, "<b>": 1}',
        headers={"Content-Type": "application/json"},
    )

    assert [one["field"] for one in misspelt["errors"]] == ["dryrun"]
    assert [one["field"] for one in nested["errors"]] == ["source.patern"]
    surrogate = await client.post(
        "/imports",
        content=rb'{"source": {"kind": "jms"}, "\ud800": 1}',
        headers={"Content-Type": "application/json"},
    )
    problem(surrogate, 422, "invalid_request")
    [error] = problem(odd, 422, "invalid_request")["errors"]
    assert error["field"] == "a field"
    assert not jail.imports.known


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"kind": "jms", "location": "/srv"}, "has no location"),
        ({"kind": "records", "location": "x"}, "has no location"),
        ({"kind": "folder"}, "needs its location"),
        ({"kind": "zip", "location": ""}, "needs its location"),
        ({"kind": "manifest", "location": "/a.csv", "pattern": "{id}"}, "has no pattern"),
        ({"kind": "folder", "location": "/srv\u0000"}, "pattern"),
        ({"kind": "ftp", "location": "/srv"}, "Input should be"),
    ],
)
async def test_a_source_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, source: Json, words: str
) -> None:
    assert words in (await _refused(client, source=source))["detail"]


async def test_a_time_without_a_zone_a_limit_of_nothing_and_a_broken_body_are_refused(
    client: httpx.AsyncClient,
) -> None:
    await _refused(client, source=FOLDER, since="2026-01-02T03:04:05")
    await _refused(client, source=FOLDER, limit=0)
    problem(await client.post("/imports", content=b"{"), 422, "invalid_request")
    json = {"Content-Type": "application/json"}
    broken = await client.post("/imports", content=b"{\xc3}", headers=json)
    problem(broken, 400, "bad_request")
    problem(await client.post("/imports?limit=1", json={"source": FOLDER}), 422, "invalid_request")


async def test_a_second_start_is_409_and_names_the_first(client: httpx.AsyncClient) -> None:
    first = (await client.post("/imports", json={"source": FOLDER})).json()

    body = problem(await client.post("/imports", json={"source": FOLDER}), 409, "import_running")

    assert first["import_id"] in body["detail"]


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (SourceUnusableError("/srv/photos is not a folder."), 422, "is not a folder"),
        (SourceUnavailableError("10.0.0.7 refused"), 503, "does not answer"),
        (SourceTimeoutError("10.0.0.7 took 31 s"), 503, "took too long"),
    ],
)
async def test_a_source_that_cannot_be_read_says_so_at_once(
    client: httpx.AsyncClient,
    jail: Jail,
    error: SourceUnusableError | SourceUnavailableError,
    status: int,
    told: str,
) -> None:
    jail.imports.error = error

    response = await client.post("/imports", json={"source": FOLDER})

    assert told in problem(response, status, error.code)["detail"]
    assert ("Retry-After" in response.headers) == (status == 503)


async def test_progress_tells_counts_reasons_speed_and_workers(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    imports = jail.imports
    known = imports.add(
        items=[
            item(1, ItemStatus.INDEXED, None),
            item(2, ItemStatus.SKIPPED, ItemReason.NOT_FRONT_VIEW),
            item(3),
            item(4),
        ]
    )
    imports.waiting, imports.rate, imports.seconds_left = 6, 2.0, 3.04
    imports.workers = (ImportWorker("w-1", "jail-server", 4711, BEGAN, BEGAN, 6),)

    body = (await client.get(f"/imports/{known.import_id}")).json()

    counts = body["counts"]
    assert (counts["total"], counts["waiting"], counts["indexed"]) == (10, 6, 1)
    assert (counts["skipped"], counts["failed"]) == (1, 2)
    assert counts["reasons"] == [
        {"reason": "no_face", "count": 2},
        {"reason": "not_front_view", "count": 1},
    ]
    assert (body["rate_now"], body["seconds_left"]) == (2.0, 3.0)
    [worker] = body["workers"]
    assert (worker["host"], worker["pid"], worker["leased"]) == ("jail-server", 4711, 6)
    assert body["quotas"] == []


async def test_a_dry_run_tells_its_estimate(client: httpx.AsyncClient, jail: Jail) -> None:
    known = jail.imports.add(state=ImportState.FINISHED)
    jail.imports.change(known.import_id, estimate=Estimate(300_000, 5400.0, 300.0, 40))

    body = (await client.get(f"/imports/{known.import_id}")).json()

    assert body["estimate"] == {
        "photos": 300_000,
        "seconds": 5400.0,
        "dollars": 300.0,
        "sampled": 40,
    }


async def test_imports_are_listed_newest_first_page_by_page(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    ids = [jail.imports.add(state=ImportState.FINISHED).import_id for _ in range(3)]

    first = (await client.get("/imports", params={"limit": 2})).json()
    second = (await client.get("/imports", params={"limit": 2, "after": first["next"]})).json()

    listed = [one["import_id"] for one in (*first["items"], *second["items"])]
    assert listed == ids[::-1]
    assert second["next"] is None


async def test_items_are_listed_by_status_and_reason_page_by_page(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    items = [
        item(1),
        item(2, ItemStatus.INDEXED, None),
        item(3),
        item(4, reason=ItemReason.INTERNAL),
    ]
    path = f"/imports/{jail.imports.add(items=items).import_id}/items"

    failed = (await client.get(path, params={"status": "failed", "limit": 2})).json()
    rest = {"status": "failed", "limit": 2, "after": failed["next"]}
    others = (await client.get(path, params=rest)).json()
    internal = (await client.get(path, params={"reason": "internal"})).json()

    assert [one["position"] for one in failed["items"]] == [1, 3]
    assert [one["position"] for one in others["items"]] == [4]
    assert others["next"] is None
    assert [one["external_image_id"] for one in internal["items"]] == ["A4"]
    assert failed["items"][0]["settled_at"] == "2026-11-23T08:29:35.000Z"
    problem(await client.get(path, params={"statsu": "failed"}), 422, "invalid_request")
    problem(await client.get(path, params={"reason": "bad_luck"}), 422, "invalid_request")


async def test_an_import_is_paused_resumed_and_cancelled(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    path = f"/imports/{jail.imports.add().import_id}"

    paused = (await client.post(f"{path}/pause")).json()["state"]
    again = await client.post(f"{path}/pause")
    resumed = (await client.post(f"{path}/resume")).json()["state"]
    cancelled = (await client.post(f"{path}/cancel")).json()["state"]

    assert (paused, resumed, cancelled) == ("paused", "running", "cancelled")
    assert "paused" in problem(again, 409, "import_state")["detail"]
    problem(await client.post(f"{path}/cancel"), 409, "import_state")


async def test_failed_photos_are_tried_again_all_or_by_reason(
    client: httpx.AsyncClient, jail: Jail
) -> None:
    items = [item(1), item(2), item(3, reason=ItemReason.INTERNAL)]
    known = jail.imports.add(state=ImportState.FINISHED, items=items)
    path = f"/imports/{known.import_id}/retry"

    some = (await client.post(path, json={"reasons": ["internal"]})).json()
    rest = (await client.post(path)).json()

    assert some == {"import_id": known.import_id, "retried": 1}
    assert rest["retried"] == 2
    assert jail.imports.known[known.import_id].state is ImportState.RUNNING
    problem(await client.post(path, json={"reason": ["internal"]}), 422, "invalid_request")
    problem(await client.post(path, json={"reasons": ["luck"]}), 422, "invalid_request")


async def test_a_refused_photo_can_be_looked_at(client: httpx.AsyncClient, jail: Jail) -> None:
    path = f"/imports/{jail.imports.add(items=[item(1)]).import_id}/items"

    shown = await client.get(f"{path}/1/photo", params={"width": 100})

    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Cache-Control"] == "no-store"
    assert b"100 pixels" in shown.content
    problem(await client.get(f"{path}/2/photo"), 404, "import_item_not_found")
    problem(await client.get(f"{path}/0/photo"), 422, "invalid_request")
    jail.imports.error = PhotoMissingError()
    problem(await client.get(f"{path}/1/photo"), 404, "photo_missing")


@pytest.mark.parametrize("import_id", ["20261123-0", "%00", "a%20b", "a" * 65])
async def test_an_import_that_is_not_there_is_404_whatever_is_asked(
    client: httpx.AsyncClient, import_id: str
) -> None:
    asked = [
        await client.get(f"/imports/{import_id}{path}")
        for path in ("", "/items", "/items/1/photo", "/events")
    ]
    asked += [
        await client.post(f"/imports/{import_id}/{verb}")
        for verb in ("pause", "resume", "cancel", "retry")
    ]

    for response in asked:
        problem(response, 404, "import_not_found")


async def test_who_started_it_is_the_key_and_not_the_caller_s_word(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        presented, key = await key_of(jail, "IT")
        client.headers["Authorization"] = f"Bearer {presented}"
        body = (await client.post("/imports", json={"source": FOLDER})).json()

    assert body["started_by"] == f"IT ({key.prefix})"

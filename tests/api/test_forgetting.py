"""Probes, holds and removals over HTTP; receipts verify with the documented script."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from app.domain.audit import AuditAction
from app.services.signatures import Signer
from tests.api.applications import ANN, BOB, index, problem, search
from tests.databases import KEY
from tests.jails import Jail, booking
from tests.live import ROOT

WHY = {"reason": "expunged", "authority_reference": "Order 26-CR-1 of Müller County"}
HOLD = {"reason": "an appeal", "authority_reference": "letter of 2026-11-02"}


def script(tmp_path: Path, answer: object, *more: str) -> tuple[int, str]:
    """Run the script on a receipt in a file; nothing of ours is in its path."""
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(answer), "utf-8")
    given: Sequence[str | Path] = (*more[:2], file, *more[2:])
    ran = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", ROOT / "docs" / "verify_receipt.py", *given],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
async def removed(jail: Jail, client: httpx.AsyncClient) -> dict[str, object]:
    """Remove Ann, and give the removal with its receipt."""
    jail.fake_jms.known["A1"] = booking("A1", "P-1")
    await index(client, "A1")
    asked = (await client.post("/removals", json={"person_id": "P-1", **WHY})).json()
    answer: dict[str, object] = (await client.get(f"/removals/{asked['removal_id']}")).json()
    return answer


async def test_a_person_is_removed_and_the_receipt_verifies_with_the_script(
    removed: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "ann.photo").write_bytes(ANN)
    key = Signer.of(KEY).public_key

    code, said = script(tmp_path, removed, "--key", key, "ann.photo")

    assert (code, said.splitlines()[-1]) == (0, "0 faults")
    assert "1 photos, proved at 20" in said
    assert '"reason": "expunged", "authority_reference": "Order 26-CR-1' in said
    assert script(tmp_path, removed["signed"], "--key", key)[0] == 0
    assert removed["state"] == "proved"
    assert removed["person_id"] == "P-1"


async def test_the_script_tells_what_is_signed_whatever_stands_beside_it(
    removed: dict[str, object], tmp_path: Path
) -> None:
    key = Signer.of(KEY).public_key

    code, said = script(tmp_path, {**removed, "reason": "error"}, "--key", key)

    assert code == 0
    assert '"reason": "expunged"' in said


async def test_the_script_finds_what_was_altered_and_what_was_not_removed(
    removed: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "bob.photo").write_bytes(BOB)
    altered = json.loads(json.dumps(removed).replace("Order 26-CR-1", "Order 26-CR-2"))
    other = Signer.of(KEY[::-1]).public_key

    assert "the signature does not fit" in script(tmp_path, altered)[1]
    assert "signed by another key" in script(tmp_path, removed, "--key", other)[1]
    code, said = script(tmp_path, removed, "--key", Signer.of(KEY).public_key, "bob.photo")
    assert code == 1
    assert "bob.photo: no photo of this receipt" in said


@pytest.mark.parametrize("other", [[], {}, "", {"signed": {"receipt": {}}}, {"receipt": None}])
async def test_the_script_refuses_what_is_no_receipt(tmp_path: Path, other: object) -> None:
    code, said = script(tmp_path, other)

    assert (code, said.strip()) == (
        1,
        f"{tmp_path / 'receipt.json'}: no receipt of a removal that this script knows",
    )


async def test_the_script_refuses_another_kind_of_document(
    removed: dict[str, object], tmp_path: Path
) -> None:
    head = Signer.of(KEY).signed({"kind": "a head of the audit"}, under="receipt")

    assert "no receipt of a removal" in script(tmp_path, head)[1]
    garbled = json.loads(json.dumps(removed))
    garbled["signed"]["signature"] = 7
    assert script(tmp_path, garbled)[1].strip() == (
        "the signature does not fit: the receipt was altered"
    )


async def test_a_receipt_of_what_is_not_done_says_so(
    jail: Jail, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await index(client, "A1")
    jail.engine.down = True
    asked = await client.post("/removals", json={"external_image_id": "A1", **WHY})
    answer = (await client.get(f"/removals/{asked.json()['removal_id']}")).json()

    code, said = script(tmp_path, answer)

    assert (asked.status_code, answer["state"], code) == (201, "pending", 1)
    assert "the removal is pending, not proved" in said
    assert "engine: engine_unavailable" in said
    [photo] = answer["removed"]
    assert photo["removed_at"] is not None


async def test_what_is_asked_again_is_answered_200(client: httpx.AsyncClient) -> None:
    await index(client, "A1")
    body = {"external_image_id": "A1", **WHY}

    told = [await client.post("/removals", json=body) for _ in range(2)]

    assert [one.status_code for one in told] == [201, 200]
    assert told[0].json()["removal_id"] == told[1].json()["removal_id"]
    unknown = body | {"external_image_id": "A9"}
    problem(await client.post("/removals", json=unknown), 404, "not_indexed")
    missing = {"booking_number": "B-9", **WHY}
    problem(await client.post("/removals", json=missing), 404, "nothing_to_remove")
    listed = (await client.get("/removals?limit=1")).json()
    assert [one["external_image_id"] for one in listed["items"]] == ["A1"]
    problem(await client.get("/removals/none"), 404, "removal_not_found")


@pytest.mark.parametrize(
    "body",
    [
        {**WHY},
        {"external_image_id": "A1", "person_id": "P-1", **WHY},
        {"external_image_id": "A1", **WHY, "reason": "whim"},
        {"external_image_id": "A1", "reason": "error"},
        {"person_id": "", **WHY},
        {"person_id": "P-1", **WHY, "authority_reference": "two\nlines"},
        {"person_id": "P-1", **WHY, "force": True},
    ],
)
async def test_a_removal_that_is_not_clear_is_refused(
    client: httpx.AsyncClient, body: dict[str, object]
) -> None:
    problem(await client.post("/removals", json=body), 422, "invalid_request")


async def test_deleting_from_the_index_leaves_a_receipt_too(client: httpx.AsyncClient) -> None:
    await index(client, "A1")
    assert (await client.delete("/index/A1")).status_code == 204

    [one] = (await client.get("/removals")).json()["items"]

    assert (one["state"], one["reason"], one["authority_reference"]) == ("proved", "other", None)


async def test_a_hold_is_placed_stops_a_removal_and_is_released(client: httpx.AsyncClient) -> None:
    await index(client, "A1")
    placed = await client.post("/holds", json={"kind": "photo", "value": "A1", **HOLD})
    hold_id = placed.json()["hold_id"]

    refused = problem(await client.delete("/index/A1"), 409, "preservation_hold")
    also = await client.post("/removals", json={"external_image_id": "A1", **WHY})
    listed = (await client.get("/holds?in_force=true")).json()["items"]
    released = await client.delete(f"/holds/{hold_id}", params={"reason": "it is over"})

    assert (placed.status_code, placed.json()["photos"]) == (201, 1)
    assert hold_id in refused["detail"]
    assert problem(also, 409, "preservation_hold")["detail"] == refused["detail"]
    assert [one["hold_id"] for one in listed] == [hold_id]
    assert released.json()["release_reason"] == "it is over"
    problem(await client.delete(f"/holds/{hold_id}?reason=again"), 409, "hold_released")
    problem(await client.delete("/holds/none?reason=x"), 404, "hold_not_found")
    problem(await client.delete(f"/holds/{hold_id}"), 422, "invalid_request")
    assert (await client.get("/holds?in_force=true")).json()["items"] == []
    assert (await client.get("/holds?limit=1")).json()["next"] == hold_id
    assert (await client.delete("/index/A1")).status_code == 204


async def test_a_hold_on_nothing_is_refused(client: httpx.AsyncClient) -> None:
    for kind, value, code in (("photo", "A9", "not_indexed"), ("search", "S", "search_not_found")):
        body = {"kind": kind, "value": value, **HOLD}
        problem(await client.post("/holds", json=body), 404, code)


async def test_the_probe_of_a_search_is_shown_and_the_look_recorded(
    jail: Jail, client: httpx.AsyncClient
) -> None:
    search_id = (await search(client)).json()["search_id"]

    shown = await client.get(f"/searches/{search_id}/probe")
    small = await client.get(f"/searches/{search_id}/probe?width=64")

    assert shown.content == ANN
    assert shown.headers["Cache-Control"] == "no-store"
    assert small.headers["Content-Type"] == "image/jpeg"
    problem(await client.get("/searches/none/probe"), 404, "search_not_found")
    actions = [entry.action for entry in await jail.audit()]
    assert actions.count(AuditAction.VIEW_PROBE) == 3


async def test_a_probe_that_was_destroyed_or_never_kept_is_said_to_be_so(
    jail: Jail, client: httpx.AsyncClient
) -> None:
    gone = (await search(client)).json()["search_id"]
    jail.probes.photos.clear()

    problem(await client.get(f"/searches/{gone}/probe"), 404, "probe_destroyed")

"""Probes, holds, purges and removals as they are typed and called, on real stores."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.buckets import s3_client
from tests.e2e.calls import index, photo_files, search
from tests.e2e.commands import ended
from tests.e2e.processes import database_of
from tests.live import LiveService

CASE = {"case_number": "26-001234", "purpose": "criminal_investigation"}
AWS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
WHY = {"reason": "court_order", "authority_reference": "Order 26-CR-1"}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[LiveService]:
    service = LiveService(tmp_path / "data")
    service.start()
    yield service
    service.stop()


def probe_files(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / "probes").rglob("*") if path.is_file()]


def typed(service: LiveService, *arguments: str) -> str:
    said = ended(*arguments, DATA_DIR=str(service.data_dir), CLIENT__URL=service.url)
    assert said.returncode == 0, said.stderr
    return said.stdout


def purged(service: LiveService, *options: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(typed(service, "purge", "--json", *options))


def removed(client: httpx.Client, **subject: str) -> Any:  # noqa: ANN401 - JSON
    return client.post("/removals", json={**subject, **WHY}).raise_for_status().json()


def test_a_probe_is_kept_held_and_destroyed(
    service: LiveService, portraits: Mapping[str, Path]
) -> None:
    probe = portraits["DEMO-PROBE"].read_bytes()
    with service.client() as client:
        search_id = search(client, probe, **CASE).raise_for_status().json()["search_id"]
        assert client.get(f"/searches/{search_id}/probe").content == probe
        assert len(probe_files(service.data_dir)) == 1
        with database_of(service.data_dir) as connection:
            connection.execute("UPDATE probes SET kept_at = kept_at - interval '31 days'")
            connection.commit()

        authority = ("--reason", "appeal", "--authority", "letter of 2026-11-02")
        typed(service, "holds", "add", "case", CASE["case_number"], *authority)
        [hold] = json.loads(typed(service, "holds", "list", "--in-force", "--json"))
        table = typed(service, "holds", "list")
        dry, held = purged(service, "--dry-run"), purged(service)
        typed(service, "holds", "release", hold["hold_id"], "--reason", "over")
        due, gone = purged(service, "--dry-run"), purged(service)

        kept = [
            {"what": "probe", "search_id": search_id, "why": "hold", "hold_id": hold["hold_id"]}
        ]
        assert hold["hold_id"] in table
        assert (dry["destroyed"], dry["kept"], held["kept"]) == ([], kept, kept)
        assert [one["search_id"] for one in due["destroyed"]] == [search_id]
        assert due["destroyed"] == gone["destroyed"]
        assert probe_files(service.data_dir) == []
        answer = client.get(f"/searches/{search_id}/probe")
        assert (answer.status_code, answer.json()["code"]) == (404, "probe_destroyed")
        assert client.get(f"/searches/{search_id}").is_success


def test_a_removal_is_proved_by_the_real_engine_and_outlives_a_kill(
    service: LiveService, portraits: Mapping[str, Path]
) -> None:
    with service.client() as client:
        for one in ("DEMO-0001", "DEMO-0002"):
            index(client, one, portraits[one].read_bytes()).raise_for_status()
        first = removed(client, external_image_id="DEMO-0001")
    service.kill()
    service.start()
    with service.client() as client:
        again = client.get(f"/removals/{first['removal_id']}").raise_for_status().json()
        found = search(client, portraits["DEMO-0001"].read_bytes(), **CASE).json()

        assert first["state"] == again["state"] == "proved"
        assert {check["finding"] for check in first["checks"]} == {"gone", "none_kept"}
        assert "DEMO-0001" not in json.dumps(found["candidates"])
        assert len(photo_files(service.data_dir)) == 1


async def _names(url: str, bucket: str) -> list[str]:
    async with s3_client(url) as client:
        listed = await client.list_objects_v2(Bucket=bucket)
        return [one["Key"] for one in listed.get("Contents", [])]


async def _make(url: str, bucket: str) -> None:
    async with s3_client(url) as client:
        await client.create_bucket(Bucket=bucket)


def test_in_s3_probes_lie_beside_the_photos(
    tmp_path: Path, s3_server: str, portraits: Mapping[str, Path]
) -> None:
    bucket = f"jail-{uuid4()}"
    asyncio.run(_make(s3_server, bucket))
    settings = {
        "CANDID_PHOTOS__BUCKET": bucket,
        "CANDID_PHOTOS__REGION": "us-east-1",
        "CANDID_PHOTOS__ENDPOINT_URL": s3_server,
        "CANDID_PHOTOS__PREFIX": "jail/photos",
    }
    service = LiveService(tmp_path / "data", settings | AWS)
    service.start()
    try:
        with service.client() as client:
            photo = portraits["DEMO-0001"].read_bytes()
            index(client, "DEMO-0001", photo).raise_for_status()
            same = search(client, photo, **CASE).raise_for_status().json()
            other = search(client, portraits["DEMO-PROBE"].read_bytes(), **CASE).json()
            stored = asyncio.run(_names(s3_server, bucket))
            gone = removed(client, external_image_id="DEMO-0001")
            left = asyncio.run(_names(s3_server, bucket))
    finally:
        service.stop()

    copy, probe = (
        f"jail/probes/{one['search_id']}/{one['probe']['sha256']}" for one in (same, other)
    )
    assert {copy, probe} < set(stored)
    assert len(stored) == 3
    assert gone["state"] == "proved"
    assert left == [probe], "a probe with the bytes of the removed photo is gone too"

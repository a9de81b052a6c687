"""The docs page, whole without internet access."""

import re
from pathlib import Path

import httpx

from tests.api.applications import application, problem
from tests.jails import Jail


async def test_the_page_and_its_files_come_from_here(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert page.status_code == 200
    assert addresses
    for address in addresses:
        assert address.startswith(("/docs/files/", "/docs/page/"))
        assert (await client.get(address)).status_code == 200
    assert "never identifications" in page.text


async def test_the_page_links_the_sample_probe_where_there_is_one(
    jail: Jail, tmp_path: Path
) -> None:
    probe = tmp_path / "probe.jpg"
    probe.write_bytes(b"\xff\xd8\xff a sample")

    async with application(jail, probe=probe) as client:
        page = await client.get("/docs")
        sample = await client.get("/docs/sample-probe.jpg")
        probe.unlink()
        gone = await client.get("/docs/sample-probe.jpg")

    assert "/docs/sample-probe.jpg" in page.text
    assert (sample.content, sample.headers["Content-Type"]) == (
        b"\xff\xd8\xff a sample",
        "image/jpeg",
    )
    problem(gone, 404, "not_found")


async def test_without_a_sample_probe_none_is_linked(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")

    assert "sample-probe" not in page.text
    problem(await client.get("/docs/sample-probe.jpg"), 404, "not_found")


async def test_the_page_asks_for_a_key_where_keys_are_on(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        page = await client.get("/docs")

    assert "<em>Authorize</em>" in page.text


async def test_the_document_is_served(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    assert document["info"]["title"] == "Candid"

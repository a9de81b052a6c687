"""The page at `/`: its files, and what browsers are told about them."""

import gzip
import re

import httpx
import pytest

from app.api.page_files import TYPES, PageFiles
from tests.api.applications import application, problem
from tests.jails import Jail

FILES = PageFiles.read()


async def test_the_shell_names_its_files_and_all_of_them_are_served(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/")

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'data-authentication="none"' in page.text
    assert "{" not in page.text
    assert f"/page/{FILES.version}/lib/api.js" in addresses
    for address in addresses:
        assert address.startswith(f"/page/{FILES.version}/")
        assert (await client.get(address)).status_code == 200


@pytest.mark.parametrize("path", FILES.by_path)
async def test_a_file_has_its_type_and_is_kept_for_ever_under_its_version(
    client: httpx.AsyncClient, path: str
) -> None:
    address = f"/page/{FILES.version}/{path}"
    plain = await client.get(address, headers={"Accept-Encoding": "identity"})
    small = await client.get(address, headers={"Accept-Encoding": "gzip"})
    head = await client.head(address)

    assert plain.headers["Content-Type"] == TYPES[path[path.rfind(".") :]]
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.content == small.content == FILES.by_path[path].plain
    assert int(small.headers["Content-Length"]) <= len(plain.content)
    assert (head.status_code, head.content) == (200, b"")
    assert gzip.decompress(FILES.by_path[path].gzipped or gzip.compress(plain.content))


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br", "gzip"),
        ("br;q=1, GZIP;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("identity, gzip; q=0.0", None),
        ("xgzip", None),
    ],
)
async def test_gzip_is_sent_to_whom_takes_it(
    client: httpx.AsyncClient, accepted: str, sent: str | None
) -> None:
    answer = await client.get("/", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == sent


async def test_what_is_no_file_of_this_version_is_not_there(client: httpx.AsyncClient) -> None:
    for path in ("0/main.js", f"{FILES.version}/other.js", f"{FILES.version}/../api/page.py"):
        problem(await client.get(f"/page/{path}"), 404, "not_found")


async def test_the_shell_runs_its_own_files_alone_and_is_not_kept(
    client: httpx.AsyncClient,
) -> None:
    page, head = await client.get("/"), await client.head("/")

    parts = dict(one.split(" ", 1) for one in page.headers["Content-Security-Policy"].split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == parts["connect-src"] == "'self'"
    assert parts["require-trusted-types-for"] == "'script'"
    assert page.headers["Permissions-Policy"] == "camera=(self), geolocation=(), microphone=()"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert (head.status_code, head.content) == (200, b"")
    assert not re.search(r"<script>|<style|style=|\son\w+=", page.text)


async def test_amazon_rekognitions_clients_still_find_theirs(client: httpx.AsyncClient) -> None:
    answer = await client.post("/", json={})

    assert answer.json()["__type"]


async def test_where_keys_are_asked_for_the_shell_says_so(jail: Jail) -> None:
    async with application(jail, keys=True) as client:
        page = await client.get("/")

    assert page.status_code == 200
    assert 'data-authentication="keys"' in page.text

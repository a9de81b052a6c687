"""What every answer of every route says to browsers and caches; and to whom it says nothing."""

import httpx
import pytest

from app.api.headers import HEADERS, TRANSPORT_SECURITY
from app.settings import Settings
from tests.api.applications import ANN, LOOPBACK, application, index, key_of, problem
from tests.api.test_scopes import SIGNED, TABLE, WITHOUT_KEY, called
from tests.jails import Jail

ROUTES = sorted([*TABLE, *WITHOUT_KEY, *SIGNED, ("GET", "/nothing"), ("PATCH", "/index")])
FILES = "/docs/files"
_OF_THE_WORKER = "Content-Security-Policy", "Cache-Control"


def assert_careful(response: httpx.Response, path: str) -> None:
    expected = dict(HEADERS)
    if path in {"/docs", "/docs/signed-in"}:
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        del expected["Content-Security-Policy"]
        expected["Cross-Origin-Opener-Policy"] = "unsafe-none"  # a provider's page answers it
    if path == "/" and response.request.method == "GET":
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        del expected["Content-Security-Policy"]
        assert response.headers["Permissions-Policy"].startswith("camera=(self)")
        del expected["Permissions-Policy"]
    if path == "/service-worker.js":  # files of the page alone, asked for anew at each start
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert response.headers["Cache-Control"] == "no-cache"
        expected = {name: HEADERS[name] for name in expected.keys() - {*_OF_THE_WORKER}}
    assert {name: response.headers[name] for name in expected} == expected
    assert not [name for name in response.headers if name.startswith("access-control-")]
    assert "Server" not in response.headers
    assert "X-Powered-By" not in response.headers


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=map(" ".join, ROUTES))
async def test_every_route_answers_carefully_with_a_key_and_without(
    jail: Jail, method: str, path: str
) -> None:
    async with application(jail, keys=True) as client:
        shown = f"{FILES}/swagger-ui.css" if path == FILES else path
        without = await called(client, method, shown)
        presented, _ = await key_of(jail)
        client.headers["Authorization"] = f"Bearer {presented}"
        with_key = await called(client, method, shown)

    for response in (without, with_key):
        assert_careful(response, path)


async def test_another_sites_page_is_told_nothing_of_cors(jail: Jail) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    async with application(jail, keys=True) as client:
        before = await client.options("/search", headers=asked)
        after = await client.get("/health/live", headers=asked)

    problem(before, 405, "method_not_allowed")
    for response in (before, after):
        assert_careful(response, "")


@pytest.mark.parametrize(
    ("public_url", "said"),
    [("https://candid.county.test", TRANSPORT_SECURITY[1]), ("http://candid.county.test", None)],
)
async def test_tls_is_asked_for_where_callers_come_by_it(
    jail: Jail, public_url: str, said: str | None
) -> None:
    async with application(jail, settings=Settings.read(public_url=public_url)) as client:
        response = await client.get("/health/live")

    assert response.headers.get(TRANSPORT_SECURITY[0]) == said


def test_tls_of_the_services_own_counts_as_such() -> None:
    files = {"cert_file": "service.pem", "key_file": "service-key.pem"}

    assert Settings.read(tls=files).is_https


async def test_a_defect_of_ours_is_answered_carefully_too(jail: Jail) -> None:
    async with application(jail) as client:
        transport = httpx.ASGITransport(
            client._transport.app,  # type: ignore[attr-defined]  # noqa: SLF001 - the same service
            raise_app_exceptions=False,
            client=LOOPBACK,
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as other:
            response = await index(other, "A1", ANN + b"{")  # no photo that the fake could read

    problem(response, 500, "internal")
    assert_careful(response, "/index")


async def test_the_docs_page_runs_only_its_own_scripts(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/docs")).headers["Content-Security-Policy"]

    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self'"


NAMES = Settings.read(
    auth={"kind": "keys"}, allowed_hosts=["Candid.county.test"], public_url="https://jail.test/"
)


@pytest.mark.parametrize(
    "host", ["candid.county.test", "CANDID.county.test:8443", "jail.test", "localhost:8000"]
)
async def test_the_services_own_names_are_answered(jail: Jail, host: str) -> None:
    async with application(jail, settings=NAMES) as client:
        response = await client.get("/index", headers={"Host": host})

    problem(response, 401, "unauthenticated")


@pytest.mark.parametrize("host", ["elsewhere.example", "jail.test.example", "192.0.2.1", "[::1"])
async def test_other_names_are_refused_but_for_health(jail: Jail, host: str) -> None:
    async with application(jail, settings=NAMES) as client:
        client.headers["Host"] = host
        asked, documented = await client.get("/index"), await client.get("/docs")
        as_aws = await client.post("/", json={})
        watched = [await client.get(path) for path in ("/health/live", "/metrics")]

    for response in (asked, documented):
        problem(response, 421, "host_not_allowed")
    assert as_aws.json()["__type"] == "AccessDeniedException"
    assert [one.status_code for one in watched] == [200, 200]

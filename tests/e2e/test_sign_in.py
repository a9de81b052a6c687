"""People who sign in, as they do it: with a browser on the docs page, and on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser import BROWSER, DRIVER, Browser, browsing
from tests.e2e.commands import ended
from tests.identity_provider import AUDIENCE, CLIENT, SUBJECT, IdentityProvider
from tests.live import LiveService, free_port, live_service

ROLES = {"investigator": ["search"], "administrator": ["admin", "index"], "auditor": ["audit"]}
_EXECUTE = "#operations-access-whoami .execute"
_ANSWER = "#operations-access-whoami .live-responses-table .response .response-col_status"
_BODY = "#operations-access-whoami .live-responses-table .highlight-code pre"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()
    with provider.served():
        yield provider


def of(provider: IdentityProvider) -> dict[str, str]:
    """Return the settings of a service that people sign in to."""
    return {
        "AUTH__KIND": "oidc",
        "AUTH__ISSUER": provider.issuer,
        "AUTH__AUDIENCE": AUDIENCE,
        "AUTH__ROLES": json.dumps(ROLES),
        "AUTH__DOCS_CLIENT_ID": CLIENT,
    }


@pytest.fixture(scope="module")
def service(
    provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveService]:
    with live_service(tmp_path_factory.mktemp("data"), **of(provider)) as service:
        yield service


def first_key(service: LiveService) -> str:
    return (service.data_dir / "first-key").read_text().strip()


def _ask_who(browser: Browser) -> str:
    """Try GET /whoami on the page; return the status and the body."""
    browser.click("#operations-access-whoami .opblock-summary-control")
    browser.click(_EXECUTE)
    browser.wait(lambda: browser.text(_ANSWER)[:3] >= "200", "an answer")
    return browser.text(_ANSWER)[:3] + browser.text(_BODY)


@pytest.mark.skipif(BROWSER is None or DRIVER is None, reason="no Chromium is installed")
def test_the_docs_page_signs_a_person_in_with_code_and_pkce(
    service: LiveService, provider: IdentityProvider, tmp_path: Path
) -> None:
    with browsing(tmp_path / "browser") as browser:
        browser.open(f"{service.url}/docs")
        browser.click(".btn.authorize")
        browser.click(".auth-container:has(.flow) .btn.authorize")
        browser.wait(lambda: provider.asked["token"] == 1, "a token")
        browser.wait(lambda: browser.windows() == 1, "the end of the window")
        browser.click(".modal-ux .btn-done")
        told = _ask_who(browser)
        console = browser.console()

    assert told.startswith("200")
    assert SUBJECT in told
    assert console == []


@pytest.mark.skipif(BROWSER is None or DRIVER is None, reason="no Chromium is installed")
def test_the_docs_page_takes_a_key_too(service: LiveService, tmp_path: Path) -> None:
    with browsing(tmp_path / "browser") as browser:
        browser.open(f"{service.url}/docs")
        browser.click(".btn.authorize")
        browser.write("#auth-bearer-value", first_key(service))
        browser.click(".modal-ux form .btn.authorize")
        browser.click(".modal-ux .btn-done")
        told = _ask_who(browser)
        console = browser.console()

    assert told.startswith("200")
    assert "first (" in told
    assert console == []


def test_the_command_line_asks_as_a_person(
    service: LiveService, provider: IdentityProvider
) -> None:
    token = {"CLIENT__URL": service.url, "CLIENT__TOKEN": provider.token()}
    told = ended("whoami", **token)
    as_json = ended("whoami", "--json", **token)
    stale = ended("whoami", CLIENT__URL=service.url, CLIENT__TOKEN=provider.token(aud="other"))

    assert told.returncode == 0, told.stderr
    assert SUBJECT in told.stdout
    assert json.loads(as_json.stdout)["kind"] == "person"
    assert stale.returncode == 2
    assert "(unauthenticated)" in stale.stderr


def test_a_person_who_is_blocked_is_kept_out_of_every_process_at_once(
    service: LiveService, provider: IdentityProvider
) -> None:
    other = LiveService(service.data_dir, service.settings, free_port())
    other.start()
    try:
        with service.client(key=provider.token()) as one, other.client(key=provider.token()) as two:
            before = [client.get("/index").status_code for client in (one, two)]
            said = ended("people", "block", SUBJECT, **of(provider), DATA_DIR=str(service.data_dir))
            kept_out = [client.get("/index").status_code for client in (one, two)]
            listed = ended(
                "people", "list", "--json", **of(provider), DATA_DIR=str(service.data_dir)
            )
            ended("people", "unblock", SUBJECT, **of(provider), DATA_DIR=str(service.data_dir))
            after = [client.get("/index").status_code for client in (one, two)]
    finally:
        other.stop()

    assert said.returncode == 0, said.stderr
    assert (before, kept_out, after) == ([200, 200], [401, 401], [200, 200])
    assert json.loads(listed.stdout)[0]["subject"] == SUBJECT


def test_a_service_starts_without_its_provider_and_keys_work(
    tmp_path: Path, provider: IdentityProvider
) -> None:
    away = {**of(provider), "AUTH__ISSUER": f"http://127.0.0.1:{free_port()}"}
    with live_service(tmp_path / "data", **away) as service:
        ready = httpx.get(f"{service.url}/health/ready").json()
        with service.client(key=first_key(service)) as client:
            by_key = client.get("/whoami")
        with service.client(key=provider.token()) as client:
            by_token = client.get("/whoami")

    assert (ready["status"], ready["parts"]["identity_provider"]) == (
        "degraded",
        "identity_provider_unavailable",
    )
    assert by_key.status_code == 200
    assert by_token.json()["code"] == "identity_provider_unavailable"
    assert provider.token()[:40] not in service.log.read_text()


def test_a_service_without_authentication_says_so_loudly(tmp_path: Path) -> None:
    with live_service(tmp_path / "data") as service:
        who = httpx.get(f"{service.url}/whoami").json()

    log = service.log.read_text()
    assert "Authentication is off" in log
    assert "authentication_off" in log
    assert who["authentication"] == "none"

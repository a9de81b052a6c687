"""A jail and a browser for the tests of the page."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from adapters.portraits import sample_portraits
from tests.identity_provider import AUDIENCE, CLIENT, IdentityProvider
from tests.kept import PORTRAITS
from tests.live import ROOT, live_service
from tests.page.chromium import CHROMIUM, MISSING, PHONE, Visit, chromium, visiting
from tests.page.jail import PageJail, Portrait, london, page_jail, twice


@pytest.fixture(scope="session")
def portraits() -> tuple[list[Portrait], Path]:
    """Booking photos and a probe: the London set's where it is, else the sample portraits."""
    folder = ROOT.parent / "shared" / "data" / "london"
    if folder.is_dir():
        return london(folder)
    found: Mapping[str, Path] = {
        one.external_image_id: one.path for one in sample_portraits(PORTRAITS, print)
    }
    probe = found["DEMO-PROBE"]
    return twice([Portrait(i, i, path) for i, path in found.items() if path != probe]), probe


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run one for a file: Playwright keeps an event loop going, in which no other test can run."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def jail(
    browser: Browser,
    portraits: tuple[list[Portrait], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PageJail]:
    del browser  # without one no service is started
    with page_jail(tmp_path_factory.mktemp("jail"), *portraits) as jail:
        yield jail


@pytest.fixture(scope="module")
def _provider() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()
    with provider.served():
        yield provider


@pytest.fixture(scope="module")
def agency(
    browser: Browser,
    _provider: IdentityProvider,
    portraits: tuple[list[Portrait], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PageJail]:
    """Return a jail without keys, whose people sign in at the provider: a file's `jail`."""
    del browser
    settings = {
        "AUTH__KIND": "oidc",
        "AUTH__ISSUER": _provider.issuer,
        "AUTH__AUDIENCE": AUDIENCE,
        "AUTH__ROLES": json.dumps({"investigator": ["search"]}),
        "AUTH__DOCS_CLIENT_ID": CLIENT,
        "ENCODER__PROCESSES": "1",
    }
    with live_service(tmp_path_factory.mktemp("agency"), **settings) as service:
        yield PageJail(service, {}, portraits[1])


@pytest.fixture
def provider(_provider: IdentityProvider) -> IdentityProvider:
    """Return the provider, at which nobody has signed in yet."""
    _provider.asked.clear()
    _provider.claims = {}
    _provider.signed_in_at, _provider.asks_again, _provider.says_when = None, True, "id_token"
    return _provider


@pytest.fixture
def visit(browser: Browser, jail: PageJail) -> Iterator[Visit]:
    with visiting(browser, jail, viewport={"width": 1440, "height": 900}) as visit:
        yield visit


@pytest.fixture
def phone(browser: Browser, jail: PageJail) -> Iterator[Visit]:
    with visiting(browser, jail, **PHONE) as visit:
        yield visit

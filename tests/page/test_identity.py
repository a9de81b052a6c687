"""People who sign in at their agency's identity provider, and how long that lasts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.identity_provider import AUDIENCE, CLIENT, SUBJECT, IdentityProvider
from tests.live import live_service
from tests.page.chromium import Visit
from tests.page.jail import PageJail, Portrait

AN_HOUR = 3600


@pytest.fixture(scope="module")
def _provider() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()
    with provider.served():
        yield provider


@pytest.fixture(scope="module")
def jail(
    browser: Browser,
    _provider: IdentityProvider,
    portraits: tuple[list[Portrait], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PageJail]:
    """Return a jail without keys, whose people sign in at the provider."""
    del browser
    settings = {
        "AUTH__KIND": "oidc",
        "AUTH__ISSUER": _provider.issuer,
        "AUTH__AUDIENCE": AUDIENCE,
        "AUTH__ROLES": json.dumps({"investigator": ["search"]}),
        "AUTH__DOCS_CLIENT_ID": CLIENT,
        "ENCODER__PROCESSES": "1",
    }
    with live_service(tmp_path_factory.mktemp("identity"), **settings) as service:
        yield PageJail(service, {}, portraits[1])


@pytest.fixture
def provider(_provider: IdentityProvider) -> IdentityProvider:
    """Return the provider, at which nobody has signed in yet."""
    _provider.asked.clear()
    _provider.claims = {}
    _provider.signed_in_at, _provider.asks_again = None, True
    return _provider


def _sign_in(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Sign in with your agency account").click()
    visit.page.locator("header .name").wait_for()


def _sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Key", exact=True).wait_for()


def test_a_person_signs_in_with_code_and_pkce(visit: Visit, provider: IdentityProvider) -> None:
    visit.open()

    _sign_in(visit)

    assert SUBJECT in visit.page.locator("header .name").inner_text()
    assert provider.asked["token"] == 1
    assert len(visit.context.pages) == 1


def _unanswered(route: Route) -> None:
    """Show a page where somebody could sign in, and does not."""
    route.fulfill(content_type="text/html", body="<title>Sign in</title>")


def test_a_window_left_open_lets_nobody_in_later(visit: Visit, provider: IdentityProvider) -> None:
    page = visit.page
    visit.open()
    visit.context.route(f"{provider.issuer}/authorize*", _unanswered)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in with your agency account").click()
    page.get_by_label("Key", exact=True).fill(provider.token())
    with opened.value.expect_event("close"):
        page.get_by_role("button", name="Sign in with the key").click()
    page.locator("header .name").wait_for()

    assert len(visit.context.pages) == 1
    assert provider.asked["token"] == 0


def test_whoever_comes_next_is_asked_who_they_are(visit: Visit, provider: IdentityProvider) -> None:
    visit.open()
    _sign_in(visit)
    _sign_out(visit.page)

    _sign_in(visit)

    assert provider.asked["credential"] == 2


def test_nobody_is_let_in_by_an_older_sign_in(visit: Visit, provider: IdentityProvider) -> None:
    """As where somebody takes `prompt` out of the address, or a provider passes over it."""
    now = provider.usual()["iat"]
    provider.signed_in_at, provider.asks_again = now - AN_HOUR, False
    visit.open()

    visit.page.get_by_role("button", name="Sign in with your agency account").click()

    visit.page.locator("[data-code=sign_in_not_asked]").wait_for()
    assert visit.page.locator("header .name").count() == 0


def test_the_docs_page_asks_who_they_are_too(visit: Visit, provider: IdentityProvider) -> None:
    provider.signed_in_at = provider.usual()["iat"]
    visit.page.goto(f"{visit.jail.url}/docs")
    visit.page.get_by_role("button", name="Authorize").first.click()
    oidc = visit.page.locator(".auth-container", has_text="authorizationCode")
    with visit.page.expect_popup() as opened:
        oidc.locator("button.authorize").click()
    with opened.value.expect_event("close"):
        pass

    assert provider.asked["credential"] == 1


def _minutes_before_its_end(visit: Visit) -> None:
    """Begin a form with a sign-in that lasts 10 minutes; it is about to end."""
    visit.page.clock.install()
    visit.open()
    _sign_in(visit)
    visit.page.get_by_label("Purpose").select_option("criminal_investigation")
    visit.page.get_by_label("Case or CAD incident number").fill("26-BEGUN")
    visit.page.clock.fast_forward("08:10")


def _renewed(provider: IdentityProvider, **claims: Any) -> None:  # noqa: ANN401 - claims are any JSON
    provider.claims = {"exp": provider.usual()["iat"] + AN_HOUR, **claims}


def test_whoever_signs_in_again_before_it_ends_loses_nothing(
    visit: Visit, provider: IdentityProvider
) -> None:
    page = visit.page
    _minutes_before_its_end(visit)
    asked = page.get_by_role("alertdialog")
    told, wrong = asked.inner_text(), visit.violations()
    _renewed(provider)
    asked.get_by_role("button", name="Sign in again").click()
    asked.wait_for(state="detached")
    page.clock.fast_forward("05:00")

    assert "Your sign-in ends on" in told
    assert wrong == []
    assert provider.asked["credential"] == 2
    assert page.get_by_label("Case or CAD incident number").input_value() == "26-BEGUN"
    expect(asked).to_have_count(0)


def test_nobody_goes_on_with_what_somebody_else_began(
    visit: Visit, provider: IdentityProvider
) -> None:
    asked = visit.page.get_by_role("alertdialog")
    _minutes_before_its_end(visit)
    _renewed(provider, sub="somebody-else")

    asked.get_by_role("button", name="Sign in again").click()

    asked.locator("[data-code=sign_in_other]").wait_for()
    assert SUBJECT in visit.page.locator("header .name").inner_text()


def test_a_sign_in_that_has_ended_is_renewed_beside_what_was_begun(
    visit: Visit, provider: IdentityProvider
) -> None:
    page = visit.page
    asked = page.get_by_role("alertdialog")
    _minutes_before_its_end(visit)
    asked.get_by_role("button", name="Not now").click()
    asked.wait_for(state="detached")
    page.clock.fast_forward("02:00")
    told = asked.inner_text()
    _renewed(provider)
    asked.get_by_role("button", name="Sign in again").click()
    asked.wait_for(state="detached")

    assert "Your sign-in ended on" in told
    assert page.get_by_label("Case or CAD incident number").input_value() == "26-BEGUN"


def test_a_wrong_clock_signs_nobody_out(visit: Visit, provider: IdentityProvider) -> None:
    page = visit.page
    page.clock.install(time=provider.usual()["iat"] + 24 * AN_HOUR)
    visit.open()
    _sign_in(visit)

    page.clock.fast_forward("00:06")

    expect(page.get_by_role("alertdialog")).to_have_count(0)

"""People who sign in at their agency's identity provider."""

import pytest
from playwright.sync_api import Page, Route

from tests.identity_provider import SUBJECT, IdentityProvider
from tests.page.chromium import Visit
from tests.page.jail import PageJail

AN_HOUR = 3600


@pytest.fixture(scope="module")
def jail(agency: PageJail) -> PageJail:
    return agency


def _sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Key", exact=True).wait_for()


def test_a_person_signs_in_with_code_and_pkce(visit: Visit, provider: IdentityProvider) -> None:
    visit.open()

    visit.sign_in_as_person()

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
    visit.sign_in_as_person()
    _sign_out(visit.page)

    visit.sign_in_as_person()

    assert provider.asked["credential"] == 2


@pytest.mark.parametrize("token", ["id_token", "access_token"])
def test_nobody_is_let_in_by_an_older_sign_in(
    visit: Visit, provider: IdentityProvider, token: str
) -> None:
    """As where somebody takes `prompt` out of the address, or a provider passes over it."""
    now = provider.usual()["iat"]
    provider.signed_in_at, provider.asks_again = now - AN_HOUR, False
    provider.says_when = token
    visit.open()

    visit.page.get_by_role("button", name="Sign in with your agency account").click()

    visit.page.locator("[data-code=sign_in_not_asked]").wait_for()
    assert visit.page.locator("header .name").count() == 0


def test_of_two_tokens_the_latest_sign_in_counts(visit: Visit, provider: IdentityProvider) -> None:
    provider.claims = {"auth_time": provider.usual()["iat"] - AN_HOUR}  # of the access token
    visit.open()

    visit.sign_in_as_person()

    assert provider.asked["credential"] == 1


def test_the_docs_page_asks_who_they_are_too(visit: Visit, provider: IdentityProvider) -> None:
    provider.signed_in_at = provider.usual()["iat"]
    visit.page.goto(f"{visit.jail.url}/docs")
    visit.page.get_by_role("button", name="Authorize").first.click()
    oidc = visit.page.locator(".auth-container", has_text="authorizationCode")
    with visit.page.expect_popup() as opened:
        oidc.locator("button.authorize").click()
    if not opened.value.is_closed():
        opened.value.wait_for_event("close")

    assert provider.asked["credential"] == 1

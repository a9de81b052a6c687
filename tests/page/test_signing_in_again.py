"""A token that ends: its user signs in again, and goes on with what they began."""

from typing import Any, Final

import pytest
from playwright.sync_api import Page, Route, expect

from tests.identity_provider import SUBJECT, IdentityProvider
from tests.page.chromium import Visit
from tests.page.jail import PageJail

AN_HOUR = 3600
CASE = "Case or CAD incident number"
_REFUSED: Final[dict[str, Any]] = {
    "status": 401,
    "content_type": "application/problem+json",
    "body": '{"code": "unauthenticated"}',
}
_WATCH: Final = """async () => {
  const main = document.querySelector("script").src;
  const { events } = await import(main.replace("main", "lib/events"));
  const watched = events("/imports/1/events", new AbortController().signal);
  (async () => { for await (const _ of watched); })();
}"""


@pytest.fixture(scope="module")
def jail(agency: PageJail) -> PageJail:
    return agency


def _minutes_before_its_end(visit: Visit) -> None:
    """Begin a form with a sign-in that lasts 10 minutes; it is about to end."""
    visit.page.clock.install()
    visit.open()
    visit.sign_in_as_person()
    visit.page.get_by_label("Purpose").select_option("criminal_investigation")
    visit.page.get_by_label(CASE).fill("26-BEGUN")
    visit.page.clock.fast_forward("08:10")


def _over(page: Page) -> None:
    """Put the question off, and be asked once more: the sign-in has ended."""
    asked = page.get_by_role("alertdialog")
    asked.get_by_role("button", name="Not now").click()
    asked.wait_for(state="detached")
    page.clock.fast_forward("02:00")
    asked.wait_for()


def _renewed(provider: IdentityProvider, **claims: Any) -> None:  # noqa: ANN401 - claims are any JSON
    provider.claims = {"exp": provider.usual()["iat"] + AN_HOUR, **claims}


def _sign_in_again(page: Page) -> None:
    asked = page.get_by_role("alertdialog")
    asked.get_by_role("button", name="Sign in again").click()
    asked.wait_for(state="detached")


def _asked(page: Page, path: str) -> list[str]:
    """Return the list that each call of a path is added to."""
    asked = list[str]()
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith(path) else None)
    return asked


def test_whoever_signs_in_again_before_it_ends_loses_nothing(
    visit: Visit, provider: IdentityProvider
) -> None:
    page = visit.page
    _minutes_before_its_end(visit)
    asked = page.get_by_role("alertdialog")
    told, wrong = asked.inner_text(), visit.violations()
    _renewed(provider)
    _sign_in_again(page)
    page.clock.fast_forward("05:00")

    assert "Your sign-in ends on" in told
    assert wrong == []
    assert provider.asked["credential"] == 2
    assert page.get_by_label(CASE).input_value() == "26-BEGUN"
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


def test_whom_another_issuer_vouches_for_is_somebody_else(
    visit: Visit, provider: IdentityProvider
) -> None:
    page, asked = visit.page, visit.page.get_by_role("alertdialog")
    _minutes_before_its_end(visit)
    _renewed(provider)

    def elsewhere(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "issuer": "https://other.example"})

    page.route("**/whoami", elsewhere)
    asked.get_by_role("button", name="Sign in again").click()

    asked.locator("[data-code=sign_in_other]").wait_for()


def test_a_sign_in_that_has_ended_is_renewed_beside_what_was_begun(
    visit: Visit, provider: IdentityProvider
) -> None:
    page, asked = visit.page, visit.page.get_by_role("alertdialog")
    _minutes_before_its_end(visit)
    _over(page)
    told, wrong = asked.inner_text(), visit.violations()
    _renewed(provider)
    _sign_in_again(page)

    assert "Your sign-in ended on" in told
    assert "not sent by then" not in told
    assert wrong == []
    assert page.get_by_label(CASE).input_value() == "26-BEGUN"


def test_what_was_begun_may_be_read_after_the_end(visit: Visit, provider: IdentityProvider) -> None:
    page, asked = visit.page, visit.page.get_by_role("alertdialog")
    del provider
    _minutes_before_its_end(visit)
    _over(page)

    asked.get_by_role("button", name="Not now").click()
    asked.wait_for(state="detached")
    page.clock.fast_forward("00:11")

    expect(asked).to_have_count(0)
    assert page.get_by_label(CASE).input_value() == "26-BEGUN"


def test_a_wrong_clock_signs_nobody_out(visit: Visit, provider: IdentityProvider) -> None:
    page = visit.page
    page.clock.install(time=provider.usual()["iat"] + 24 * AN_HOUR)
    visit.open()
    visit.sign_in_as_person()

    page.clock.fast_forward("00:06")

    expect(page.get_by_role("alertdialog")).to_have_count(0)


def test_what_waits_is_sent_by_the_new_token_alone(
    visit: Visit, provider: IdentityProvider
) -> None:
    """Though the person has another name by now: what waits was kept under the old one."""
    page = visit.page
    page.clock.install()
    visit.open()
    visit.sign_in_as_person()
    visit.leave_waiting(visit.jail.probe, "26-WAITS")
    page.clock.fast_forward("08:10")
    _over(page)
    calls = _asked(page, "/search")
    visit.context.set_offline(offline=False)
    page.clock.fast_forward("00:31")
    visit.settle()
    before = list(calls)
    _renewed(provider, preferred_username="det.m")
    _sign_in_again(page)
    page.get_by_text("Sent and answered").wait_for()

    assert before == []
    assert len(calls) == 1


@pytest.mark.parametrize("is_renewed", [False, True], ids=["while asked", "when renewed"])
def test_a_token_that_is_refused_late_signs_nobody_out(
    visit: Visit, provider: IdentityProvider, *, is_renewed: bool
) -> None:
    page, held = visit.page, list[Route]()
    page.clock.install()
    visit.open()
    visit.sign_in_as_person()
    visit.add(visit.jail.probe)
    page.get_by_label("Purpose").select_option("criminal_investigation")
    page.get_by_label(CASE).fill("26-BEGUN")
    page.route("**/search", lambda route: held.append(route), times=1)  # noqa: PLW0108 - Playwright marks it
    page.clock.fast_forward("07:50")
    with page.expect_request("**/search"):
        page.get_by_role("button", name="Search", exact=True).click()
    page.clock.fast_forward("00:20")
    _renewed(provider)
    visit.provoked.append("401")
    refused = page.locator("[data-code=unauthenticated]")

    if is_renewed:
        _sign_in_again(page)
    held[0].fulfill(**_REFUSED)
    refused.wait_for()
    if not is_renewed:
        _sign_in_again(page)
    kept = page.get_by_label(CASE).input_value()
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_selector(".results")

    assert kept == "26-BEGUN"


def test_events_are_asked_for_by_the_new_token_alone(
    visit: Visit, provider: IdentityProvider
) -> None:
    page = visit.page
    page.route("**/imports/1/events", lambda it: it.fulfill(content_type="text/event-stream"))
    _minutes_before_its_end(visit)
    page.evaluate(_WATCH)
    calls = _asked(page, "/events")
    _over(page)
    before = len(calls)
    page.clock.fast_forward("00:05")
    visit.settle()
    meanwhile = len(calls)
    _renewed(provider)
    _sign_in_again(page)
    with page.expect_request("**/imports/1/events"):
        page.clock.fast_forward("00:03")

    assert meanwhile == before


def test_whoever_did_not_answer_is_asked_whether_they_are_here(
    visit: Visit, provider: IdentityProvider
) -> None:
    """Then about the sign-in once more; the place in the form is not lost by it."""
    page, asked = visit.page, visit.page.get_by_role("alertdialog")
    del provider
    _minutes_before_its_end(visit)

    page.clock.fast_forward("20:00")
    expect(asked).to_have_count(1)
    expect(asked).to_contain_text("Nobody has used the page")
    asked.get_by_role("button", name="Stay signed in").click()
    asked.wait_for(state="detached")
    expect(page.get_by_label(CASE)).to_be_focused()
    page.clock.fast_forward("00:06")

    expect(asked).to_contain_text("Your sign-in ended on")


def test_whoever_is_signing_in_again_is_not_taken_for_gone(
    visit: Visit, provider: IdentityProvider
) -> None:
    page, asked = visit.page, visit.page.get_by_role("alertdialog")
    again = asked.get_by_role("button", name="Sign in again")
    page_of_theirs = {"content_type": "text/html", "body": "<title>Sign in</title>"}
    _minutes_before_its_end(visit)
    visit.context.route(f"{provider.issuer}/authorize*", lambda it: it.fulfill(**page_of_theirs))

    page.clock.fast_forward("15:00")
    with page.expect_popup():
        again.click()
    page.clock.fast_forward("15:00")
    again.press("Enter")
    page.clock.fast_forward("20:00")

    expect(page.locator("header .name")).to_have_count(1)
    expect(asked).to_contain_text("Your sign-in ends on")

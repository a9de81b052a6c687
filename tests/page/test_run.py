"""The service is run from the page: state and audit; each by whoever has its scope."""

import httpx
import pytest
from playwright.sync_api import Browser, Route

from tests.page.chromium import Visit, visiting
from tests.page.deeds import searched
from tests.page.jail import PageJail

WAYS = {
    "searcher": ["Search", "Past searches"],
    "reviewer": ["Reviews"],
    "importer": ["Imports", "Service"],
    "auditor": ["Audit"],
    "administrator": ["Service", "Keys"],
}


@pytest.mark.parametrize("office", WAYS)
def test_the_menu_has_what_the_key_may_do_and_nothing_else(visit: Visit, office: str) -> None:
    visit.sign_in(office)
    shown = visit.page.get_by_role("navigation", name="Screens").get_by_role("link")

    assert shown.all_inner_texts() == WAYS[office]


@pytest.mark.parametrize("path", ["reviews", "imports", "state", "audit", "keys"])
def test_whoever_goes_where_they_may_not_is_told_plainly(visit: Visit, path: str) -> None:
    visit.sign_in("searcher")
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))

    visit.page.goto(f"{visit.jail.url}/#/{path}")
    visit.page.get_by_role("heading", name="This is for others").wait_for()
    visit.page.get_by_role("link", name="To your work").click()
    visit.page.get_by_role("heading", name="Search for a face").wait_for()

    assert not [one for one in asked if "/page/" not in one]


def test_the_service_says_how_it_is_and_which_model_searches(visit: Visit) -> None:
    visit.sign_in("administrator")
    visit.way("Service")

    shown = visit.page.locator("main").inner_text()
    with visit.jail.client("administrator") as client:
        model = client.get("/model").json()
    assert "Everything works." in shown
    assert model["served"] in shown
    assert str(model["faces"]) in shown


def test_an_auditor_reads_the_report_and_checks_the_record(visit: Visit) -> None:
    for case_number in ("26-000501", "26-000502"):
        searched(visit.jail, "Det. Stein", case_number=case_number)
    page = visit.page
    visit.sign_in("auditor")
    week = page.locator(".audit-report").inner_text()

    page.get_by_label("From").fill("2020-01-01")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("region", name="Searches", exact=True).wait_for()
    searches = page.get_by_role("region", name="Searches", exact=True).inner_text()
    repeated = page.get_by_role("region", name="Photos that were searched").inner_text()
    page.get_by_role("button", name="Check it").click()
    page.get_by_text("none was altered").wait_for()

    assert "Searches: none." in week
    assert "Det. Stein" in searches
    assert "26-000501, 26-000502" in repeated


def test_a_day_of_the_report_is_the_readers_day_when_clocks_are_turned_too(
    browser: Browser, jail: PageJail
) -> None:
    with visiting(browser, jail, timezone_id="America/Chicago") as visit:
        page = visit.page
        visit.sign_in("auditor")
        for name in ("since", "until"):
            page.locator(f"input[name={name}]").fill("2025-11-02")
        with page.expect_response("**/audit/report?*") as answered:
            page.get_by_role("button", name="Show").click()

    query = httpx.URL(answered.value.url).params
    assert (query["since"][:16], query["until"][:16]) == ("2025-11-02T05:00", "2025-11-03T06:00")


def test_a_screen_that_is_slow_to_come_says_so(visit: Visit) -> None:
    page, held = visit.page, list[Route]()
    visit.sign_in("administrator")
    page.route("**/keys*", lambda route: held.append(route), times=1)  # noqa: PLW0108 - Playwright marks it

    with page.expect_request("**/keys*"):
        page.get_by_role("link", name="Keys").click()
    page.locator("main [role=status]", has_text="Working").wait_for()
    held.pop().continue_()
    page.get_by_role("heading", level=1, name="Keys").wait_for()

    assert page.locator("main .progress").count() == 0


def test_the_frame_listens_once_however_often_it_is_drawn(visit: Visit) -> None:
    page = visit.page
    visit.sign_in("administrator")
    before = _listeners(visit, "hashchange")

    for language in ("es", "en", "es"):
        page.locator("header select").select_option(language)
        page.wait_for_selector(f"html[lang={language}] h1")

    assert _listeners(visit, "hashchange") == before


def test_numbers_and_days_are_those_of_the_united_states_in_every_language(
    browser: Browser, jail: PageJail
) -> None:
    with visiting(browser, jail, locale="es-MX", timezone_id="America/Chicago") as visit:
        visit.open()
        told = visit.page.evaluate(_NUMBERS)

    assert told[:2] == ["12,345", "0.4"]
    assert "2026" in told[2]


_NUMBERS = """() => import(document.querySelector("script").src.replace("main", "lib/words"))
  .then(({ dateOnly, number, score }) => [number(12345), score(0.41), dateOnly("2026-05-01")])"""


def _listeners(visit: Visit, kind: str) -> int:
    """Count what the window calls for an event of this kind."""
    protocol = visit.context.new_cdp_session(visit.page)
    window = protocol.send("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]
    found = protocol.send("DOMDebugger.getEventListeners", {"objectId": window})["listeners"]
    return sum(one["type"] == kind for one in found)

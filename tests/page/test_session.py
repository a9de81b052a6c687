"""Coming and going: who is let in, and that nothing of a case stays when they leave."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.live import live_service
from tests.page.chromium import START, Visit, visiting
from tests.page.deeds import searched
from tests.page.jail import PageJail, Portrait

_LEFT = """async () => {
  const databases = await indexedDB.databases();
  const names = await caches.keys();
  const cached = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  const isOwn = ({ pathname }) => pathname === "/" || pathname.startsWith("/page/");
  const kept = cached.flat().filter(({ url }) => !isOwn(new URL(url)));
  return {
    address: location.href,
    text: document.body.innerText,
    title: document.title,
    fields: [...document.querySelectorAll("input, textarea")].map((one) => one.value).join(""),
    pictures: document.querySelectorAll("canvas, img, candid-picture").length,
    stored: localStorage.length + sessionStorage.length + databases.length + kept.length,
    cookies: document.cookie,
    files: performance.getEntriesByType("resource").map((one) => one.name),
  };
}"""


def test_nothing_of_a_case_is_left_after_signing_out(visit: Visit) -> None:
    page = visit.page
    visit.sign_in()
    search_id = visit.ask(visit.jail.probe, case_number="26-SECRET")
    visit.pictures_drawn()
    name = page.locator(".person h2").first.inner_text().split(maxsplit=1)[1]
    page.get_by_role("link", name="Compare with").first.click()
    page.wait_for_selector(".viewer")
    shown = page.title()
    visit.way("Past searches")
    page.get_by_label("Case or CAD incident number").fill("26-SECRET")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("heading", name="26-SECRET").wait_for()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Key", exact=True).wait_for()
    left = page.evaluate(_LEFT)
    page.go_back()
    page.get_by_label("Key", exact=True).wait_for()
    after_back = page.evaluate(_LEFT)

    for one in (left, after_back):
        assert (one["stored"], one["cookies"], one["fields"], one["pictures"]) == (0, "", "", 0)
        assert "26-SECRET" not in json.dumps(one)
        assert name not in json.dumps(one)
        assert "/photos/" not in json.dumps(one)
        assert visit.jail.keys["investigator"] not in json.dumps(one)
    assert (shown, left["title"]) == ("Compare · Candid", "Sign in · Candid")
    assert search_id not in json.dumps(left)


def test_a_wrong_key_is_told_in_words(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_label("Key", exact=True).fill("candid_wrong")
    visit.page.get_by_role("button", name="Sign in with the key").click()

    visit.page.locator("[data-code=unauthenticated]").wait_for()
    visit.provoked.append("401")  # Chromium tells every one


def test_a_wrong_key_counts_once_toward_the_lockout(visit: Visit) -> None:
    asked: list[str] = []
    visit.page.on("request", lambda one: asked.append(urlsplit(one.url).path))
    visit.open()
    visit.page.get_by_label("Key", exact=True).fill("candid_wrong")
    visit.page.get_by_role("button", name="Sign in with the key").click()
    visit.page.locator("[data-code=unauthenticated]").wait_for()
    visit.provoked.append("401")

    assert [one for one in asked if one in {"/whoami", "/policy"}] == ["/whoami"]


def test_whoever_opens_a_link_to_a_search_signs_in_and_gets_it(visit: Visit) -> None:
    search_id = searched(visit.jail)
    visit.open(f"#/searches/{search_id}")

    visit.sign_in_here("searcher")

    visit.page.wait_for_selector(".results")

    assert visit.page.get_by_text("cannot record a conclusion").is_visible()


def test_whoever_signs_in_finds_nothing_of_whoever_was_there(visit: Visit) -> None:
    page = visit.page
    visit.sign_in()
    search_id = visit.ask(visit.jail.probe)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.evaluate(START, visit.jail.keys["searcher"])
    page.get_by_role("heading", name="Search for a face").wait_for()
    page.goto(f"{visit.jail.url}/#/searches/{search_id}")
    page.wait_for_selector(".results")
    whose = page.locator("header .name").inner_text()
    probes = [one for one in asked if one.endswith("/probe")]
    page.evaluate(START, "candid_wrong")
    page.get_by_label("Key", exact=True).wait_for()
    visit.provoked.append("40[14]|410")

    assert "Det. Ramos" not in whose
    assert len(probes) == 1  # asked of the service: the first one's is not in memory any more
    assert page.locator(".results, header .name").count() == 0


def test_a_page_without_words_says_so(visit: Visit) -> None:
    page = visit.page
    page.route("**/text/*.json", lambda route: route.abort())
    visit.provoked.extend(["ERR_FAILED", "uncaught: offline"])

    page.goto(visit.jail.url)

    page.get_by_text("Candid could not be loaded: reload the page.").wait_for()


def test_without_authentication_the_page_opens_at_the_work(
    browser: Browser, portraits: tuple[list[Portrait], Path], tmp_path: Path
) -> None:
    with (
        live_service(tmp_path / "data", ENCODER__PROCESSES="1") as service,
        visiting(browser, PageJail(service, {}, portraits[1])) as visit,
    ):
        visit.page.clock.install()
        visit.open()
        heading = visit.page.locator("h1").inner_text()
        visit.page.clock.fast_forward("31:00")
        later = visit.page.locator("h1").inner_text()

    assert heading == later == "Search for a face"  # there is nobody to sign out

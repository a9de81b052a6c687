"""In the hand: installed, without a network, with one thumb, and laid aside."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FloatRect, Page

from tests.page.chromium import READY, Visit

_KEPT = """async () => {
  const names = await caches.keys();
  const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return found.flat().map(({ url }) => new URL(url).pathname);
}"""
_SEEN = (
    "(hidden) => {"
    """
  Object.defineProperty(document, "visibilityState", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
)
_PROXY = "() => { self.fetch = async () => new Response('Bad gateway', { status: 502 }); }"
_OF_OTHERS = ("/reviews", "/imports", "/imports/X", "/state", "/audit", "/keys")
_CALLS_OF_OTHERS = r"^/(?!page/)(.*/)?(reviews|disclosure|imports|audit|keys|model)\b"
_OPACITY = "(selector) => getComputedStyle(document.querySelector(selector)).opacity"


def test_the_page_can_be_installed_and_opens_without_a_network(phone: Visit) -> None:
    page = phone.page
    phone.open()
    page.evaluate(READY)
    protocol = phone.context.new_cdp_session(page)
    wrong = protocol.send("Page.getInstallabilityErrors")["installabilityErrors"]

    phone.context.set_offline(True)
    page.reload()
    page.get_by_label("Key", exact=True).wait_for()
    phone.context.set_offline(False)

    assert [one["errorId"] for one in wrong if one["errorId"] != "in-incognito"] == []


def test_a_proxy_that_lost_the_service_does_not_take_the_pages_place(phone: Visit) -> None:
    phone.open()
    phone.page.evaluate(READY)
    phone.context.service_workers[0].evaluate(_PROXY)

    phone.page.reload()

    phone.page.get_by_label("Key", exact=True).wait_for()


def test_nothing_but_the_pages_own_files_is_kept(phone: Visit) -> None:
    phone.open()
    phone.page.evaluate(READY)
    phone.sign_in()
    phone.ask(phone.jail.probe)
    phone.pictures_drawn()

    kept = phone.page.evaluate(_KEPT)

    assert "/" in kept
    assert [path for path in kept if path != "/" and not path.startswith("/page/")] == []


def test_the_camera_comes_first_and_the_menu_lies_under_the_thumb(phone: Visit) -> None:
    page = phone.page
    phone.sign_in()

    first = page.locator(".photo-entry button").first
    menu = page.locator(".ways").bounding_box()

    assert first.inner_text() == "Use the camera"
    assert menu is not None
    assert menu["y"] + menu["height"] == 740
    with page.expect_file_chooser() as chosen:  # the phone's own camera
        first.tap()
    chosen.value.set_files(phone.jail.probe)
    page.wait_for_selector(".told .good, .told .hints")


def test_a_part_is_cut_out_by_two_taps(phone: Visit) -> None:
    """Which need no dragging (WCAG 2.2, 2.5.7)."""
    page, area = phone.page, phone.page.locator(".crop-area")
    phone.sign_in()
    phone.add(phone.jail.probe)
    page.get_by_role("button", name="Crop", exact=True).tap()
    frame = page.locator(".crop-layer").bounding_box()
    assert frame is not None

    _tap(page, frame, 0.8, 0.9)
    marked = page.locator(".crop-corner").count()
    _tap(page, frame, 0.2, 0.1)

    box = area.bounding_box()
    assert box is not None
    told = [box["width"] / frame["width"], box["height"] / frame["height"]]
    assert told == pytest.approx([0.6, 0.8], abs=0.02)
    assert marked == 1
    assert page.locator(".crop-corner").count() == 0


def _tap(page: Page, frame: FloatRect, x: float, y: float) -> None:
    at = frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]
    page.touchscreen.tap(*at)


def test_pictures_are_covered_when_nobody_touches_the_page(phone: Visit) -> None:
    page = phone.page
    page.clock.install()
    phone.sign_in()
    phone.ask(phone.jail.probe)
    phone.pictures_drawn()
    before = page.evaluate(_OPACITY, "candid-picture canvas")

    page.clock.fast_forward("03:10")
    page.locator("html.covered").wait_for()
    covered = page.evaluate(_OPACITY, "candid-picture canvas")
    page.get_by_role("button", name="Show the pictures").tap()
    after = page.evaluate(_OPACITY, "candid-picture canvas")
    page.clock.fast_forward("30:10")
    page.locator("[data-code=left_alone]").wait_for()

    assert (before, covered, after) == ("1", "0", "1")


def test_a_camera_that_was_covered_is_uncovered_in_its_window(visit: Visit) -> None:
    page = visit.page
    visit.context.grant_permissions(["camera"])
    page.clock.install()
    visit.sign_in()
    page.get_by_role("button", name="Use the camera").click()
    page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")

    page.clock.fast_forward("03:10")
    page.locator("html.covered").wait_for()
    covered = page.evaluate(_OPACITY, "video")
    page.locator("dialog").get_by_role("button", name="Show the pictures").click()

    assert (covered, page.evaluate(_OPACITY, "video")) == ("0", "1")


def test_whoever_works_on_beside_covered_pictures_stays_signed_in(phone: Visit) -> None:
    page = phone.page
    page.clock.install()
    phone.sign_in()
    phone.ask(phone.jail.probe)
    phone.pictures_drawn()
    page.clock.fast_forward("03:10")
    page.locator("html.covered").wait_for()

    for _ in range(4):
        page.clock.fast_forward("10:00")
        page.keyboard.press("Shift")
    show = page.get_by_role("button", name="Show the pictures")
    beside_pictures = show.is_visible()
    phone.way("Past searches")

    assert beside_pictures
    assert not show.is_visible()  # there is none


def test_nothing_is_seen_while_another_app_is_in_front(phone: Visit) -> None:
    page = phone.page
    phone.sign_in()

    page.evaluate(_SEEN, "hidden")
    away = page.evaluate(_OPACITY, "body")
    page.evaluate(_SEEN, "visible")

    assert (away, page.evaluate(_OPACITY, "body")) == ("0", "1")


def test_a_key_that_may_not_search_shows_no_search(phone: Visit) -> None:
    """What a phone may do is what its key and the policy say: the page offers nothing else."""
    phone.sign_in(office="reviewer")

    assert phone.page.locator(".ways a:visible").all_inner_texts() == ["Reviews"]


def test_a_key_that_only_searches_is_offered_searches_alone(phone: Visit) -> None:
    page, asked = phone.page, list[str]()
    page.on("request", lambda one: asked.append(urlsplit(one.url).path))
    phone.sign_in(office="searcher")
    offered = page.locator(".ways a:visible").all_inner_texts()
    search_id = phone.ask(phone.jail.probe)
    links = [one.get_attribute("href") or "" for one in page.locator("main a").all()]
    package = page.get_by_role("button", name="Download the disclosure package").count()
    for address in (f"/searches/{search_id}/review", *_OF_OTHERS):
        page.goto(f"{phone.jail.url}/#{address}")
        page.get_by_role("heading", name=phone.say("not_yours.title")).wait_for()
        page.goto(f"{phone.jail.url}/#/searches")
        page.get_by_role("heading", level=1, name="Past searches").wait_for()

    assert offered == ["Search", "Past searches"]
    assert links
    assert all(f"#/searches/{search_id}/compare/" in one for one in links)
    assert package == 0
    assert not [one for one in asked if re.search(_CALLS_OF_OTHERS, one)]

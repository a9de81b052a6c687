"""Answers that do not come, break off, come from a proxy, or come to somebody who is gone."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import pytest
from playwright.sync_api import Download, Error, Route, expect

from tests.page.chromium import START, Visit, texts
from tests.page.deeds import import_paused

_BREAKS_OFF: Final = """() => {
  const fetched = window.fetch;
  const body = () =>
    new ReadableStream({ start: (it) => it.error(new TypeError("network error")) });
  window.fetch = (...asked) =>
    asked[0] === "/search" ? Promise.resolve(new Response(body())) : fetched(...asked);
}"""
_ANOTHER_DOWNLOAD: Final = """() => {
  const [href, download] = [URL.createObjectURL(new Blob(["later"])), "later.txt"];
  Object.assign(document.createElement("a"), { href, download }).click();
}"""


def _problem(status: int, code: str) -> dict[str, Any]:
    body = json.dumps({"code": code, "status": status, "detail": "It was provoked."})
    return {"status": status, "body": body, "content_type": "application/problem+json"}


def _search(visit: Visit) -> None:
    visit.add(visit.jail.probe)
    _ask(visit)


def _ask(visit: Visit) -> None:
    visit.page.get_by_label("Purpose").select_option("criminal_investigation")
    visit.page.get_by_label("Case or CAD incident number").fill("26-UNANSWERED")
    visit.page.get_by_role("button", name="Search", exact=True).click()


def _another_photo(visit: Visit) -> None:
    """Choose one, and wait for its own faces: what is told until then is of the one before."""
    with visit.page.expect_response("**/detect"):
        visit.page.locator("input[type=file]").set_input_files(visit.jail.probe)


def test_a_search_that_is_never_answered_may_wait(visit: Visit) -> None:
    page = visit.page
    page.clock.install()
    visit.sign_in()
    page.route("**/search", lambda _: None)

    with page.expect_request("**/search"):
        _search(visit)
    page.clock.fast_forward("02:01")

    page.locator("[data-code=offline]").wait_for()
    page.get_by_role("button", name="Send it later, automatically").wait_for()


@pytest.mark.parametrize(
    "answer",
    [
        _problem(429, "rate_limited"),
        _problem(500, "internal"),
        {"status": 502, "body": "<h1>Bad gateway</h1>"},
        {"status": 200, "body": "<h1>Agree to the terms of this network</h1>"},
    ],
    ids=["busy", "failed", "proxy", "network"],
)
def test_a_search_that_may_be_answered_later_may_wait(visit: Visit, answer: Any) -> None:  # noqa: ANN401 - Playwright's
    visit.sign_in()
    visit.page.route("**/search", lambda route: route.fulfill(**answer))
    visit.provoked.append("429|500|502")

    _search(visit)

    visit.page.get_by_role("button", name="Send it later, automatically").wait_for()


def test_a_search_may_wait_where_the_service_is_too_busy_to_look_for_faces(visit: Visit) -> None:
    page = visit.page
    visit.sign_in()
    page.route("**/detect", lambda route: route.fulfill(**_problem(429, "rate_limited")))
    page.route("**/search", lambda route: route.fulfill(status=503))
    visit.provoked.append("429|503")

    page.locator("input[type=file]").set_input_files(visit.jail.probe)
    page.get_by_text("Faces could not be looked for").wait_for()
    _ask(visit)
    page.get_by_role("button", name="Send it later, automatically").wait_for()
    page.unroute("**/detect")
    page.get_by_role("button", name="Try again").click()

    page.locator(".probe-editor .good, .probe-editor .hints").wait_for()


def test_what_is_changed_since_is_not_sent_as_it_was(visit: Visit) -> None:
    page, offer = visit.page, visit.page.locator(".keep-offer")
    visit.sign_in()
    page.route("**/search", lambda route: route.fulfill(status=503))
    visit.provoked.append("503")
    _search(visit)
    case_number = page.get_by_label("Case or CAD incident number")
    changes: list[Callable[[], None]] = [
        lambda: case_number.fill("26-OTHER"),
        lambda: _another_photo(visit),
        lambda: page.get_by_role("button", name="Crop", exact=True).click(),
    ]

    for change in changes:
        page.wait_for_selector(".probe-editor .told .good, .probe-editor .told .hints")
        page.get_by_role("button", name="Search", exact=True).click()
        offer.wait_for()
        change()
        expect(offer).to_have_count(0)


def test_what_is_changed_while_it_is_sent_is_not_offered_as_it_was(visit: Visit) -> None:
    page, held = visit.page, list[Route]()
    visit.sign_in()
    page.route("**/search", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    visit.provoked.append("503")
    with page.expect_request("**/search"):
        _search(visit)

    page.get_by_label("Case or CAD incident number").fill("26-OTHER")
    held[0].fulfill(status=503)
    page.locator("[data-code=unreadable_answer]").wait_for()

    assert page.locator(".keep-offer").count() == 0


@pytest.mark.parametrize("status", [403, 413])
def test_what_a_proxy_does_not_let_through_is_not_offered_to_wait(
    visit: Visit, status: int
) -> None:
    visit.sign_in()
    visit.page.route("**/search", lambda route: route.fulfill(status=status, body="<h1>No</h1>"))
    visit.provoked.append(str(status))

    _search(visit)
    visit.page.locator("[data-code=unreadable_answer]").wait_for()
    visit.settle()

    assert visit.page.locator(".keep-offer").count() == 0


def test_a_repeat_is_said_to_count_once_of_searches_alone() -> None:
    """A key that is made again is a second key."""
    assert [key for key, text in texts("en").items() if "counts once" in text] == [
        "waiting.keep_hint"
    ]


def test_an_answer_that_breaks_off_is_none(visit: Visit) -> None:
    visit.sign_in()
    visit.page.evaluate(_BREAKS_OFF)

    _search(visit)

    visit.page.locator("[data-code=offline]").wait_for()


def test_an_import_is_watched_again_after_a_proxy_lost_the_service(visit: Visit) -> None:
    page = visit.page
    import_id = import_paused(visit.jail, "lost")
    visit.sign_in("importer")
    lost = {"status": 503, "body": "<h1>Service unavailable</h1>"}
    page.route("**/events", lambda route: route.fulfill(**lost), times=1)
    visit.provoked.append("503")

    with page.expect_response(lambda one: one.url.endswith("/events") and one.ok):
        page.goto(f"{visit.jail.url}/#/imports/{import_id}")

    assert page.locator(".problem").count() == 0


def test_a_late_no_signs_out_nobody_else(visit: Visit) -> None:
    page, held = visit.page, list[Route]()
    visit.open()
    page.route("**/whoami", lambda route: held.append(route), times=1)  # noqa: PLW0108 - Playwright marks it
    visit.provoked.append("401")
    page.get_by_label("Key", exact=True).fill("candid_wrong")
    with page.expect_request("**/whoami"):
        page.get_by_role("button", name="Sign in with the key").click()

    page.evaluate(START, visit.jail.keys["reviewer"])
    with suppress(Error):  # the page has given it up
        held[0].fulfill(**_problem(401, "unauthenticated"))
    visit.settle()

    assert len(held) == 1
    assert page.locator("header .name").inner_text().startswith("reviewer")


def test_a_package_that_comes_after_signing_out_is_not_saved(visit: Visit) -> None:
    page, held, saved = visit.page, list[Route](), list[Download]()
    visit.sign_in()
    visit.ask(visit.jail.probe)
    page.route("**/disclosure", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    page.on("download", lambda file: saved.append(file))  # noqa: PLW0108 - Playwright marks it
    with page.expect_request("**/disclosure"):
        page.get_by_role("button", name="Download the disclosure package").click()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Key", exact=True).wait_for()
    with suppress(Error):  # the page has given it up
        held[0].fulfill(body=b"PK", content_type="application/zip")
    visit.settle()
    with page.expect_download():
        page.evaluate(_ANOTHER_DOWNLOAD)

    assert [one.suggested_filename for one in saved] == ["later.txt"]

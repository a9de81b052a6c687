"""Signing out: what waits is deleted first, and what was taken out of the page is gone from it."""

from typing import Final

from tests.page.chromium import Visit

_BUSY_ELSEWHERE: Final = """() => {
  const opened = new Promise((done) => (window.letGo = done));
  return new Promise((taken) => {
    navigator.locks.request("candid-waiting", () => (taken(true), opened));
  });
}"""
_EMPTY: Final = "async () => (await indexedDB.databases()).length === 0"
_NOT_DELETED: Final = """() => {
  indexedDB.deleteDatabase = () => { throw new DOMException("broken", "UnknownError"); };
}"""
_REVOKED: Final = """() => {
  const timeout = window.setTimeout;
  window.setTimeout = (done, ms) => (ms === 10000 ? 0 : timeout(done, ms));
  const revoke = URL.revokeObjectURL.bind(URL);
  window.revoked = 0;
  URL.revokeObjectURL = (href) => { window.revoked += 1; revoke(href); };
}"""


def _sign_out(phone: Visit) -> None:
    phone.page.get_by_role("button", name="Sign out").click()
    phone.page.get_by_role("button", name="Delete and sign out").click()


def test_the_session_ends_when_what_waits_is_deleted_and_not_before(phone: Visit) -> None:
    page = phone.page
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-GOING")
    page.evaluate(_BUSY_ELSEWHERE)

    _sign_out(phone)
    page.locator("dialog .progress").wait_for()
    signed_in = page.locator("header .name").count()
    page.evaluate("() => window.letGo()")
    page.get_by_label("Key", exact=True).wait_for()

    assert signed_in == 1
    assert page.evaluate(_EMPTY)


def test_whoever_leaves_is_told_that_what_waits_could_not_be_deleted(phone: Visit) -> None:
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-STAYS")
    phone.page.evaluate(_NOT_DELETED)

    _sign_out(phone)

    phone.page.locator("[data-code=not_deleted]").wait_for()
    phone.page.get_by_label("Key", exact=True).wait_for()


def test_nobody_waits_for_ever_to_be_signed_out(phone: Visit) -> None:
    page = phone.page
    page.clock.install()
    phone.sign_in()
    page.evaluate(_BUSY_ELSEWHERE)

    page.get_by_role("button", name="Sign out").click()
    page.clock.fast_forward("00:11")

    page.locator("[data-code=not_deleted]").wait_for()


def test_a_package_is_not_there_for_whoever_comes_next(visit: Visit) -> None:
    page = visit.page
    visit.sign_in()
    visit.ask(visit.jail.probe)
    page.evaluate(_REVOKED)
    with page.expect_download():
        page.get_by_role("button", name="Download the disclosure package").click()
    page.locator(".documents .good").wait_for()
    before = page.evaluate("window.revoked")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Key", exact=True).wait_for()

    assert (before, page.evaluate("window.revoked")) == (0, 1)

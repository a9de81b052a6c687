"""What waits is sent by its user alone, and not once it was deleted."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from playwright.sync_api import Error, Page, Route, expect

from tests.page.chromium import READY, START, Visit

_GATE: Final = """() => {
  const open = new Promise((resolve) => (window.letThrough = resolve));
  const databases = indexedDB.databases.bind(indexedDB);
  indexedDB.databases = () => open.then(databases);
}"""
_END: Final = """async () => {
  const main = document.querySelector("script").src;
  const { session } = await import(main.replace("main", "lib/session"));
  session.end();
}"""
_ENDED_WHILE_KEEPING: Final = """async () => {
  const at = (path) => import(document.querySelector("script").src.replace("main", path));
  const [{ session }, { waiting }] = await Promise.all([at("lib/session"), at("lib/waiting")]);
  const databases = indexedDB.databases.bind(indexedDB);
  let open;
  const opened = new Promise((done) => (open = done));
  const reached = new Promise((done) => {
    indexedDB.databases = () => (done(), opened.then(databases));
  });
  const kept = waiting.add({ key: "k", blob: new Blob(["x"]), form: {} });
  await reached;
  session.end();
  open();
  return kept.then(() => "kept", ({ name }) => name);
}"""
_GO_ON: Final = """async () => {
  const main = document.querySelector("script").src;
  const { waiting } = await import(main.replace("main", "lib/waiting"));
  await waiting.goOn();
}"""


def _two_wait(phone: Visit) -> None:
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-FIRST")
    phone.page.goto(f"{phone.page.url.split('#')[0]}#/ask")
    phone.leave_waiting(phone.jail.probe, "26-SECOND")


def _held(page: Page) -> list[Route]:
    """Hold every search back that is sent from now on."""
    held: list[Route] = []
    page.route("**/search", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    return held


def _online(phone: Visit) -> None:
    with phone.page.expect_request("**/search"):
        phone.context.set_offline(offline=False)


def _let_go(held: Sequence[Route]) -> None:
    for route in held:
        with suppress(Error):  # the page has given it up
            route.continue_()


def test_nothing_is_sent_as_somebody_else(phone: Visit) -> None:
    page = phone.page
    _two_wait(phone)
    held = _held(page)
    _online(phone)

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Delete and sign out").click()
    phone.sign_in_here("searcher")
    _let_go(held)
    phone.settle()

    assert len(held) == 1
    assert page.locator(".waits:visible").count() == 0


def test_what_is_opened_late_is_not_given_to_whoever_came_meanwhile(phone: Visit) -> None:
    page = phone.page
    page.goto(phone.jail.url)
    page.evaluate(READY)
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-LATE")
    page.reload()
    page.get_by_label("Key", exact=True).wait_for()
    held = _held(page)
    phone.context.set_offline(offline=False)
    page.evaluate(_GATE)

    page.get_by_label("Your name").fill("Det. Ramos")
    phone.sign_in_here("investigator")
    page.evaluate(START, phone.jail.keys["searcher"])
    page.evaluate("() => window.letThrough()")
    phone.settle()

    assert held == []
    assert page.locator(".waits:visible").count() == 0


def test_what_is_deleted_while_another_is_sent_is_not_sent(phone: Visit) -> None:
    page = phone.page
    _two_wait(phone)
    held = _held(page)
    _online(phone)

    second = page.get_by_role("listitem").filter(has_text="26-SECOND")
    second.get_by_role("button", name="Delete", exact=True).click()
    second.get_by_role("button", name="Delete", exact=True).click()
    second.wait_for(state="detached")
    _let_go(held)
    page.get_by_text("Sent and answered").wait_for()
    phone.settle()

    assert len(held) == 1
    assert page.get_by_text("Sent and answered").count() == 1


def test_what_is_deleted_on_its_way_is_given_up_and_the_next_goes_on(phone: Visit) -> None:
    page = phone.page
    _two_wait(phone)
    held = _held(page)
    _online(phone)

    first = page.get_by_role("listitem").filter(has_text="26-FIRST")
    first.get_by_role("button", name="Delete", exact=True).click()
    told = first.inner_text()
    with page.expect_request("**/search"):
        first.get_by_role("button", name="Delete", exact=True).click()
    phone.settle()  # the second is held, too
    _let_go(held)
    page.get_by_text("Sent and answered").wait_for()

    assert "If the service has it already, it was made" in told
    assert page.locator(".row-item").all_inner_texts()[0].startswith("26-SECOND")
    assert page.locator(".row-item").count() == 1


def test_a_search_that_the_service_fails_at_keeps_no_other_from_being_sent(phone: Visit) -> None:
    page = phone.page
    _two_wait(phone)

    def failed(route: Route) -> None:
        body = '{"code": "internal", "status": 500, "detail": "It was provoked."}'
        route.fulfill(status=500, body=body, content_type="application/problem+json")

    page.route("**/search", failed, times=1)
    phone.provoked.append("500")
    phone.context.set_offline(offline=False)
    page.get_by_text("Sent and answered").wait_for()
    first = page.get_by_role("listitem").filter(has_text="26-FIRST")
    told = first.locator("[data-code=internal]").count()
    page.evaluate(_GO_ON)

    expect(page.get_by_text("Sent and answered")).to_have_count(2)
    assert told == 1


def test_a_session_that_ends_while_a_search_is_kept_opens_none(phone: Visit) -> None:
    phone.sign_in()

    assert phone.page.evaluate(_ENDED_WHILE_KEEPING) == "AbortError"


def test_a_search_that_is_kept_late_takes_nobody_from_where_they_are(phone: Visit) -> None:
    page = phone.page
    phone.sign_in()
    phone.ask_in_vain(phone.jail.probe, "26-LATE")
    page.evaluate(_GATE)

    page.get_by_role("button", name="Send it later, automatically").click()
    page.once("dialog", lambda dialog: dialog.accept())  # it is not kept yet
    phone.way("Past searches")
    page.evaluate("() => window.letThrough()")
    page.get_by_text("1 waits").wait_for()
    page.evaluate("() => new Promise((done) => setTimeout(done))")

    assert page.url.endswith("#/searches")


def test_a_question_goes_with_the_session_that_it_asked(phone: Visit) -> None:
    page = phone.page
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-ASKED")

    page.get_by_role("button", name="Sign out").click()
    page.locator("dialog").wait_for()
    page.evaluate(_END)
    page.get_by_label("Key", exact=True).wait_for()

    page.locator("dialog").wait_for(state="detached")  # its close event comes after it


def _another_window(phone: Visit) -> Visit:
    """Let the same person sign in in a second window, which the first one's search comes after."""
    other = Visit(phone.jail, phone.context.new_page())
    other.sign_in()
    other.page.wait_for_selector(".photo-entry")
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-OTHER-WINDOW")
    return other


def test_what_waits_is_seen_in_its_users_other_window(phone: Visit) -> None:
    other = _another_window(phone).page

    other.evaluate(_GO_ON)

    expect(other.locator(".waits")).to_have_text("1 waits")


def test_signing_out_in_another_window_asks_about_what_waits(phone: Visit) -> None:
    other = _another_window(phone).page

    other.get_by_role("button", name="Sign out").click()

    expect(other.get_by_role("alertdialog")).to_contain_text("1 search was not sent yet.")

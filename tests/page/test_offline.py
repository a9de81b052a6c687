"""Searches that wait for a network: sealed, delivered once, and deleted."""

import json
from typing import Any, Final

from playwright.sync_api import Page

from tests.page.chromium import READY, Visit
from tests.page.jail import PageJail

_STORED: Final = """async () => {
  if (!(await indexedDB.databases()).length) return null;
  const of = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const database = await of(indexedDB.open("candid-waiting", 1));
  const store = (name) => database.transaction(name).objectStore(name);
  const key = await of(store("keys").get("key"));
  const rows = await of(store("waiting").getAll());
  database.close();
  const text = (data) => new TextDecoder("latin1").decode(data);
  return {
    readable: key.extractable,
    rows: rows.map((row) => Object.keys(row).sort()),
    hours: rows.map(({ expires }) => (expires - Date.now()) / 3.6e6),
    data: rows.map(({ about, photo }) => text(about.data) + text(photo.data)).join(""),
  };
}"""
_EMPTY: Final = "async () => (await indexedDB.databases()).length === 0"

_FULL: Final = """() => {
  indexedDB.open = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
_SEALED_AND_DROPPED: Final = """async () => {
  const main = document.querySelector("script").src;
  const store = await import(main.replace("main", "lib/waiting-store"));
  const { signal } = new AbortController();
  const more = { about: {}, owner: ["x"], expires: Date.now() + 1e6 };
  const put = (id) => store.put({ id, blob: new Blob([id]), ...more }, signal);
  const found = [];
  for (let n = 0; n < 5; n += 1) {
    await put(`a${n}`);
    await Promise.all([put(`b${n}`), store.drop(`a${n}`)]);
    found.push(...(await store.opened(["x"])).map(({ id }) => id));
    await store.dropAll();
  }
  return found;
}"""


def _asked(jail: PageJail, case_number: str) -> list[Any]:
    with jail.client("investigator") as client:
        answer = client.get("/searches", params={"case_number": case_number})
    return list(answer.json()["items"])


def _answered(page: Page, status: int, code: str) -> None:
    """Let every search be answered with a problem."""
    body = json.dumps({"code": code, "status": status, "detail": "It was provoked."})
    page.route(
        "**/search",
        lambda route: route.fulfill(
            status=status, body=body, content_type="application/problem+json"
        ),
    )


def test_a_search_waits_sealed_and_is_delivered_once(phone: Visit) -> None:
    page = phone.page
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-OFFLINE")
    phone.pictures_drawn()
    stored = page.evaluate(_STORED)
    before = _asked(phone.jail, "26-OFFLINE")
    wrong = phone.violations()

    phone.context.set_offline(False)
    page.get_by_text("Sent and answered").wait_for()
    page.wait_for_function(_EMPTY)
    page.get_by_role("link", name="See the candidates").click()
    page.wait_for_selector(".results .person")

    assert before == []
    assert wrong == []
    assert stored["readable"] is False
    assert stored["rows"] == [["about", "expires", "id", "photo"]]
    assert 7 < stored["hours"][0] <= 8
    assert "26-OFFLINE" not in stored["data"]
    assert "JFIF" not in stored["data"]
    [asked] = _asked(phone.jail, "26-OFFLINE")
    assert asked["purpose"] == "criminal_investigation"


def test_what_waits_is_there_after_the_app_was_closed_for_its_user_alone(phone: Visit) -> None:
    page = phone.page
    page.goto(phone.jail.url)
    page.evaluate(READY)
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-CLOSED")
    page.reload()  # the service worker has the page
    page.get_by_label("Key", exact=True).wait_for()

    phone.context.set_offline(False)
    phone.sign_in(person="Det. Other")
    page.wait_for_selector(".photo-entry")
    others = page.locator(".waits:visible").count()
    page.reload()
    phone.sign_in()
    page.get_by_text("1 sent").wait_for()

    assert others == 0
    assert len(_asked(phone.jail, "26-CLOSED")) == 1


def test_what_waits_is_deleted_by_its_user(phone: Visit) -> None:
    page = phone.page
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-DELETED")

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("Nothing waits").wait_for()

    assert page.evaluate(_EMPTY)
    phone.context.set_offline(False)
    phone.settle()
    assert _asked(phone.jail, "26-DELETED") == []


def test_signing_out_deletes_what_waits_after_asking(phone: Visit) -> None:
    page = phone.page
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-LEFT")

    page.get_by_role("button", name="Sign out").click()
    asked = page.locator("dialog").inner_text()
    page.get_by_role("button", name="Delete and sign out").click()
    page.get_by_label("Key", exact=True).wait_for()
    page.wait_for_function(_EMPTY)

    assert "1 search was not sent yet" in asked
    assert "26-LEFT" not in json.dumps(page.evaluate("() => document.body.innerText"))


def test_what_is_too_old_is_deleted_before_anybody_signs_in_and_never_sent(phone: Visit) -> None:
    page = phone.page
    phone.open()
    page.evaluate(READY)
    page.clock.install()
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-OLD")
    page.reload()  # without a network: nothing can be delivered
    page.get_by_label("Key", exact=True).wait_for()
    before = page.evaluate(_EMPTY)

    page.clock.fast_forward("08:00:40")
    page.wait_for_function(_EMPTY)
    phone.context.set_offline(False)
    phone.sign_in_here("investigator")
    phone.settle()

    assert before is False
    assert _asked(phone.jail, "26-OLD") == []


def test_a_refused_search_is_deleted_when_its_time_is_over(phone: Visit) -> None:
    page = phone.page
    page.clock.install()
    phone.sign_in()
    phone.leave_waiting(phone.jail.probe, "26-REFUSED")
    _answered(page, 422, "no_face")
    phone.provoked.append("422")
    phone.context.set_offline(False)
    page.locator("[data-code=no_face]").wait_for()

    page.clock.fast_forward("08:00:40")

    page.wait_for_function(_EMPTY)


def test_a_search_that_the_browser_does_not_keep_is_not_lost(phone: Visit) -> None:
    page = phone.page
    phone.sign_in()
    phone.ask_in_vain(phone.jail.probe, "26-FULL")
    page.evaluate(_FULL)
    phone.provoked.append("QuotaExceededError|full")

    page.get_by_role("button", name="Send it later, automatically").click()
    page.locator(".keep-offer .problem").wait_for()

    assert page.url.endswith("#/ask")
    assert page.get_by_label("Case or CAD incident number").input_value() == "26-FULL"


def test_sealing_one_while_another_goes_loses_none(phone: Visit) -> None:
    phone.open()

    assert phone.page.evaluate(_SEALED_AND_DROPPED) == ["b0", "b1", "b2", "b3", "b4"]

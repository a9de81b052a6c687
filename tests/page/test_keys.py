"""Keys are given out on the page: each is shown once, limited as it was meant, and revoked."""

import json

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.page.chromium import Visit, visiting
from tests.page.jail import PageJail


def test_copying_a_key_says_whether_it_was_copied(browser: Browser, jail: PageJail) -> None:
    with visiting(browser, jail) as visit:
        page = visit.page
        visit.make_key("Copied")
        copy = page.get_by_role("button", name="Copy", exact=True)

        page.evaluate("() => (navigator.clipboard.writeText = () => Promise.reject(new Error()))")
        copy.click()
        page.get_by_text("did not let it be copied").wait_for()
        page.evaluate(
            "() => (navigator.clipboard.writeText = async (text) => (window.copied = text))"
        )
        copy.click()
        page.get_by_text("Copied.").wait_for()

        assert page.evaluate("window.copied") == page.locator(".secret code").inner_text()


def test_a_key_is_made_shown_once_used_and_revoked(visit: Visit) -> None:
    page = visit.page
    visit.sign_in("administrator")
    visit.way("Keys")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text("Choose at least one.").wait_for()

    page.get_by_label("Name", exact=False).fill("Night shift")
    offered = page.locator("input[type=checkbox]").evaluate_all("all => all.map(x => x.value)")
    page.get_by_label("Administer").check()
    page.get_by_role("button", name="Make the key").click()
    key = page.locator(".secret code").inner_text()
    row = page.locator(".key-row", has_text="Night shift")
    row.wait_for()
    used = _who(visit, key)
    page.get_by_role("button", name="I have saved it").click()
    after_kept = page.content()
    row.get_by_role("button", name="Revoke").click()
    page.get_by_text("Revoke the key of Night shift for good?").wait_for()
    row.get_by_role("button", name="Revoke Night shift").click()  # it still says whose
    row.get_by_text("Revoked").wait_for()

    assert offered == ["admin"]  # nobody gives what they do not have
    assert used.json()["name"].startswith("Night shift")
    assert key not in after_kept
    assert _who(visit, key).status_code == 401


def test_a_key_is_limited_as_the_api_limits_it(visit: Visit) -> None:
    page = visit.page
    visit.sign_in("administrator")
    visit.way("Keys")
    page.get_by_label("Name", exact=False).fill("Patrol")
    page.get_by_label("Administer").check()
    page.get_by_text("More limits").click()
    page.get_by_label("Training counts until").fill("2099-06-30")
    page.get_by_label("Purpose, where").select_option("missing_person")
    page.get_by_label("Case, where").fill("26-000900")
    page.get_by_label("Networks").fill("10.20.0.0/16, 127.0.0.0/8")
    page.get_by_label("Calls a minute").fill("sixty")
    page.get_by_role("button", name="Make the key").click()
    page.locator("[data-code=invalid_request]").wait_for()
    page.get_by_label("Calls a minute").fill("60")
    page.get_by_role("button", name="Make the key").click()
    page.wait_for_selector(".secret")
    shown = page.locator(".key-row", has_text="Patrol").inner_text()
    visit.provoked.append("422")

    with visit.jail.client("administrator") as client:
        [made] = [one for one in client.get("/keys").json()["items"] if one["name"] == "Patrol"]
    assert made["trained_until"] == "2099-06-30"
    assert (made["purpose"], made["case_number"]) == ("missing_person", "26-000900")
    assert made["networks"] == ["10.20.0.0/16", "127.0.0.0/8"]
    assert made["calls_a_minute"] == 60
    assert "training counts until Jun 30, 2099" in shown


def test_a_new_keys_secret_is_forgotten_with_the_screen(visit: Visit) -> None:
    page = visit.page
    key = visit.make_key("Day shift")
    page.once("dialog", lambda dialog: dialog.accept())  # it is asked about

    visit.way("Service")
    visit.way("Keys")

    kept = page.evaluate(
        "() => JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])"
    )
    assert key not in page.content()
    assert key not in json.dumps(kept)


def _named(page: Page, name: str) -> None:
    """Fill in what every key needs."""
    page.get_by_label("Name", exact=False).fill(name)
    page.get_by_label("Administer").check()


@pytest.mark.parametrize("label", ["Last day", "Training counts until"])
def test_a_day_that_is_not_whole_is_no_key_without_one(visit: Visit, label: str) -> None:
    page, made = visit.page, list[str]()
    visit.sign_in("administrator")
    visit.way("Keys")
    _named(page, "Half a day")
    page.get_by_text("More limits").click()
    page.on("request", lambda one: made.append(one.url) if one.method == "POST" else None)

    page.get_by_label(label).focus()
    page.keyboard.type("02312026")
    page.get_by_text("More limits").click()  # what is wrong is shown, wherever it stands
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text("Write the whole date").wait_for()

    expect(page.get_by_label(label)).to_be_focused()
    assert made == []


def test_a_key_is_taken_note_of_before_another_is_made(visit: Visit) -> None:
    page = visit.page
    first = visit.make_key("First")
    rows = page.locator(".key-row", has_text="Second")
    emptied = page.get_by_label("Name", exact=False).input_value()
    _named(page, "Second")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_role("alert").get_by_text("Save the key first").wait_for()
    shown = page.locator(".secret code").inner_text()

    page.get_by_role("button", name="I have saved it").click()
    expect(page.get_by_text("Save the key first")).to_have_count(0)
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text("The key for Second is made").wait_for()
    rows.wait_for()

    assert emptied == ""
    assert shown == first
    assert rows.count() == 1


def _held(page: Page) -> list[Route]:
    """Hold the next key back that is asked for."""
    held = list[Route]()

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route("**/keys", hold)
    return held


def test_nothing_is_filled_in_while_a_key_is_made(visit: Visit) -> None:
    page, name = visit.page, visit.page.get_by_label("Name", exact=False)
    visit.sign_in("administrator")
    visit.way("Keys")
    held = _held(page)
    _named(page, "Night")
    with page.expect_request(lambda one: one.method == "POST"):
        name.press("Enter")

    page.keyboard.type(" shift")
    expect(name).to_have_value("Night")
    visit.provoked.append("ERR_FAILED")
    held[0].abort()
    page.locator("[data-code=offline]").wait_for()

    expect(name).to_be_focused()


def test_a_key_that_is_made_late_erases_nothing(visit: Visit) -> None:
    """Its user has left, and begun another."""
    page = visit.page
    visit.sign_in("administrator")
    visit.way("Keys")
    held = _held(page)
    _named(page, "Given up")
    with page.expect_request(lambda one: one.method == "POST"):
        page.get_by_role("button", name="Make the key").click()
    page.once("dialog", lambda dialog: dialog.accept())
    visit.way("Service")
    visit.way("Keys")
    _named(page, "Second")

    with page.expect_response(lambda one: one.request.method == "POST"):
        held[0].continue_()
    visit.settle()

    with page.expect_event("dialog"):
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("link", name="Service", exact=True).click()
    expect(page.get_by_label("Name", exact=False)).to_have_value("Second")


def _who(visit: Visit, key: str) -> httpx.Response:
    return httpx.get(f"{visit.jail.url}/whoami", headers={"Authorization": f"Bearer {key}"})

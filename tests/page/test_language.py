"""Another language: spoken at once, and what would be lost with the screen is asked about."""

import re

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from tests.page.chromium import Visit, visiting
from tests.page.deeds import probe_found_suitable, searched
from tests.page.jail import PageJail

ANN = "Ann Ortiz"
_UNTIL = """async () => {
  const main = document.querySelector("script").src;
  const { say } = await import(main.replace("main", "lib/words"));
  return say("waiting.until", { time: "3:07 p.m." });
}"""
_AT_NOON_UTC = """async () => {
  const main = document.querySelector("script").src;
  const { dayTime } = await import(main.replace("main", "lib/words"));
  return dayTime("2026-07-01T12:00:00Z");
}"""


def test_another_language_is_spoken_at_once(visit: Visit) -> None:
    visit.open()

    visit.page.get_by_label("Language").select_option("es")

    visit.page.get_by_role("heading", name="Iniciar sesión").wait_for()
    assert visit.page.evaluate("document.documentElement.lang") == "es"


def test_a_value_that_ends_in_a_full_stop_ends_the_sentence_too(visit: Visit) -> None:
    visit.open()

    told = visit.page.evaluate(_UNTIL)

    assert re.search(r"3:07 p\.m\.$", told)


@pytest.mark.parametrize(
    ("locale", "told"),
    [("en-US", "Jul 1, 2026, 6:00 AM MDT"), ("es-US", "1 jul 2026, 6:00 a.m. MDT")],
)
def test_a_time_says_in_which_zone_it_is(
    browser: Browser, jail: PageJail, locale: str, told: str
) -> None:
    with visiting(browser, jail, locale=locale, timezone_id="America/Denver") as visit:
        visit.open()
        said = visit.page.evaluate(_AT_NOON_UTC)

    assert re.sub(r"\s", " ", said) == told


def test_another_language_empties_a_form_only_if_its_user_agrees(visit: Visit) -> None:
    page, asked = visit.page, []
    visit.sign_in()
    visit.add(visit.jail.probe)

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept() if len(asked) > 1 else dialog.dismiss()

    page.on("dialog", answer)
    page.get_by_label("Language").select_option("es")
    page.wait_for_function("() => document.querySelector('header select').value === 'en'")
    kept = page.locator(".faces").count()
    page.get_by_label("Language").select_option("es")
    page.get_by_role("heading", name="Buscar un rostro").wait_for()
    page.get_by_label("Idioma").select_option("en")
    page.get_by_role("heading", name="Search for a face").wait_for()

    assert kept == 1
    assert asked == ["The form is emptied when the language changes. Change it?"] * 2


def test_a_new_keys_secret_is_lost_only_if_its_user_agrees(visit: Visit) -> None:
    page, asked = visit.page, list[str]()
    key = visit.make_key("Evening shift")
    _dismissed(page, asked)

    with page.expect_event("dialog"):
        page.get_by_label("Language").select_option("es")

    expect(page.get_by_label("Language")).to_have_value("en")
    assert page.locator(".secret code").inner_text() == key
    assert "never shown again" in asked[0]


def test_what_is_begun_while_the_words_come_is_asked_about(visit: Visit) -> None:
    page, asked, held = visit.page, list[str](), list[Route]()
    visit.sign_in()
    page.route("**/text/es.json", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    _dismissed(page, asked)

    with page.expect_request("**/text/es.json"):
        page.get_by_label("Language").select_option("es")
    visit.add(visit.jail.probe)
    with page.expect_event("dialog"):
        held.pop().continue_()

    expect(page.get_by_label("Language")).to_have_value("en")
    assert page.locator(".faces").count() == 1


def test_of_two_languages_the_one_chosen_last_is_spoken(visit: Visit) -> None:
    page, held = visit.page, list[Route]()
    visit.open()
    page.route("**/text/es.json", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it

    with page.expect_request("**/text/es.json"):
        page.get_by_label("Language").select_option("es")
    with page.expect_response("**/text/en.json"):
        page.get_by_label("Language").select_option("en")
    with page.expect_response("**/text/es.json"):
        held.pop().continue_()
    visit.settle()

    assert page.evaluate("document.documentElement.lang") == "en"


def test_what_is_recorded_and_what_filters_a_list_is_not_asked_about(visit: Visit) -> None:
    page, asked = visit.page, list[str]()
    search_id = searched(visit.jail)
    probe_found_suitable(visit.jail, search_id, ANN)
    visit.sign_in("reviewer", ANN)
    _dismissed(page, asked)
    page.get_by_label("Case or CAD incident number").fill("26-1")
    page.get_by_label("Language").select_option("es")
    page.wait_for_selector("html[lang=es] h1")
    page.get_by_label("Idioma").select_option("en")
    page.wait_for_selector("html[lang=en] h1")

    page.goto(f"{visit.jail.url}/#/searches/{search_id}/review")
    page.get_by_label("None of these people").check()
    page.get_by_label("Notes on the answer").fill("Nobody fits.")
    page.get_by_role("button", name="Record the answer").click()
    page.get_by_text("Closed: none of these people.").wait_for()
    page.get_by_label("Language").select_option("es")
    page.wait_for_selector("html[lang=es] h1")

    assert asked == []


def test_a_language_whose_words_do_not_come_changes_nothing_and_says_so_once(visit: Visit) -> None:
    page = visit.page
    visit.open()
    page.route("**/text/es.json", lambda route: route.abort())
    visit.provoked.append("ERR_FAILED")

    for _ in range(2):
        with page.expect_event("requestfailed"):
            page.get_by_label("Language").select_option("es")
        expect(page.get_by_label("Language")).to_have_value("en")

    expect(page.locator("[data-code=offline]")).to_have_count(1)


def _dismissed(page: Page, asked: list[str]) -> None:
    """Say no to every question, and keep it."""

    def dismiss(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)

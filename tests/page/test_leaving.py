"""Leaving the page and coming back, also out of a browser's page cache."""

from tests.page.chromium import Visit

_LEFT = """() => {
  window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  const pictures = document.querySelectorAll("canvas, candid-picture").length;
  return { text: document.body.innerText, pictures };
}"""
_SHOWN_AGAIN = """() => {
  window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
}"""


def test_leaving_the_page_ends_the_session(visit: Visit) -> None:
    visit.sign_in()
    visit.page.goto(f"{visit.jail.url}/docs")

    visit.page.go_back()

    visit.page.get_by_label("Key", exact=True).wait_for()


def test_what_a_browser_keeps_for_back_has_nothing_and_is_loaded_anew(visit: Visit) -> None:
    """Chromium keeps no page that is sent with no-store, so the events are made here."""
    page = visit.page
    visit.sign_in()
    visit.ask(visit.jail.probe, case_number="26-BACK")
    visit.pictures_drawn()

    kept = page.evaluate(_LEFT)
    with page.expect_event("load"):
        page.evaluate(_SHOWN_AGAIN)
    page.get_by_label("Key", exact=True).wait_for()

    assert "26-BACK" not in kept["text"]
    assert kept["pictures"] == 0

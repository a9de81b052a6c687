"""One browser, one person after another: the next one is led to nothing of whoever was there."""

from collections.abc import Sequence

from tests.page.chromium import Visit

RAMOS = "Det. Ramos"
ANN = "Ann Ortiz"


def _left_alone(visit: Visit) -> str:
    """Search, leave the page to itself until the session ends; return the search's id."""
    visit.page.clock.install()
    visit.sign_in()
    search_id = visit.ask(visit.jail.probe)
    visit.page.clock.fast_forward("31:00")
    visit.page.locator("[data-code=left_alone]").wait_for()
    return search_id


def _asked(visit: Visit, search_id: str) -> Sequence[str]:
    """Return the list that each call about a search is added to."""
    asked = list[str]()
    visit.page.on(
        "request",
        lambda one: asked.append(one.url) if f"/searches/{search_id}" in one.url else None,
    )
    return asked


def test_whoever_comes_after_somebody_who_signed_out_begins_at_the_first_screen(
    visit: Visit,
) -> None:
    page = visit.page
    visit.sign_in(person=RAMOS)
    search_id = visit.ask(visit.jail.probe)
    page.get_by_role("link", name="Compare with").first.click()
    page.wait_for_selector(".viewer")

    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Key", exact=True).wait_for()
    left = page.url
    asked = _asked(visit, search_id)
    visit.sign_in_here("investigator", ANN)
    first = page.locator("h1").inner_text()
    page.go_back()
    page.wait_for_url("**/#/ask")
    visit.settle()

    assert left.endswith("/#/")
    assert first == "Search for a face"
    assert asked == []


def test_whoever_signs_in_where_somebody_was_left_alone_begins_at_the_first_screen(
    visit: Visit,
) -> None:
    asked = _asked(visit, _left_alone(visit))

    visit.sign_in_here("investigator", ANN)
    visit.page.get_by_role("heading", name="Search for a face").wait_for()

    assert visit.page.url.endswith("/#/ask")
    assert asked == []


def test_whoever_signs_in_after_a_reload_begins_at_the_first_screen(visit: Visit) -> None:
    visit.sign_in()
    asked = _asked(visit, visit.ask(visit.jail.probe))
    visit.pictures_drawn()
    visit.page.reload()
    visit.page.get_by_label("Key", exact=True).wait_for()
    before = len(asked)

    visit.sign_in_here("investigator", ANN)
    visit.page.get_by_role("heading", name="Search for a face").wait_for()

    assert len(asked) == before


def test_whoever_was_left_alone_comes_back_to_where_they_were(visit: Visit) -> None:
    search_id = _left_alone(visit)

    visit.sign_in_here("investigator", RAMOS)
    visit.page.wait_for_selector(".results")

    assert search_id in visit.page.url

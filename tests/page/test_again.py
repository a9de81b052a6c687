"""What did not come is asked for again where it stands: a reload would sign out."""

import re
from typing import Final

from playwright.sync_api import Page, expect

from tests.page.chromium import Visit
from tests.page.deeds import searched

_LOST: Final = "<h1>Bad gateway</h1>"
_PHOTOS: Final = "/photos/"
_WHOLE_PHOTO: Final = r"/photos/[^?]+$"  # which the viewer asks for; small ones have a width


def _lose(page: Page, asked: str, times: int | None = None) -> None:
    page.route(re.compile(asked), lambda route: route.fulfill(status=502, body=_LOST), times=times)


def test_a_screen_that_did_not_come_is_shown_again(visit: Visit) -> None:
    page = visit.page
    search_id = searched(visit.jail)
    visit.sign_in()
    visit.provoked.append("502")
    _lose(page, f"/searches/{search_id}$", times=2)

    page.goto(f"{visit.jail.url}/#/searches/{search_id}")
    for _ in range(2):
        page.get_by_role("heading", name="This cannot be shown").wait_for()
        page.get_by_role("button", name="Try again").click()

    page.wait_for_selector(".results .person")
    expect(page.locator("h1:focus")).to_have_count(1)
    assert page.locator("header .name").inner_text() == "Det. Ramos"


def test_a_screen_that_is_not_there_is_not_offered_again(visit: Visit) -> None:
    page = visit.page
    visit.sign_in()
    visit.provoked.append("404")

    page.goto(f"{visit.jail.url}/#/searches/01JZZZZZZZZZZZZZZZZZZZZZZZ")
    page.locator(".problem").wait_for()

    assert page.get_by_role("button", name="Try again").count() == 0


def test_a_lost_picture_of_a_comparison_is_fetched_again(visit: Visit) -> None:
    """By its button, where keys move the pictures and a pointer is held; the place is not lost."""
    page = visit.page
    search_id = searched(visit.jail)
    visit.sign_in()
    visit.provoked.append("502")
    _lose(page, _WHOLE_PHOTO, times=2)

    page.goto(f"{visit.jail.url}/#/searches/{search_id}/compare/2")
    again = page.locator(".viewer-stage .candidate").get_by_role("button")
    again.click()
    page.wait_for_function("() => document.querySelector('.no-picture button:focus') !== null")
    again.press("Enter")

    page.locator(".viewer-stage .candidate canvas").wait_for()
    expect(page.locator(".viewer-stage:focus")).to_have_count(1)


def test_a_lost_picture_in_a_button_is_fetched_again_when_that_is_pressed(visit: Visit) -> None:
    page = visit.page
    search_id = searched(visit.jail)
    with visit.jail.client("investigator") as client:
        found = client.get(f"/searches/{search_id}").json()["candidates"]
    [rank] = [one["rank"] for one in found if one["other_photos"]]
    visit.sign_in()
    visit.provoked.append("502")
    _lose(page, _PHOTOS)
    page.goto(f"{visit.jail.url}/#/searches/{search_id}/compare/{rank}")
    lost = page.locator(".photo-button .no-picture")
    expect(lost).to_have_count(2)

    page.unroute(re.compile(_PHOTOS))
    page.locator(".photo-button").last.click()

    page.locator(".photo-button").last.locator("canvas").wait_for()
    expect(lost).to_have_count(1)


def test_small_pictures_that_were_lost_are_fetched_again(visit: Visit) -> None:
    page = visit.page
    search_id = searched(visit.jail)
    visit.sign_in()
    visit.provoked.append("502")
    _lose(page, _PHOTOS)
    page.goto(f"{visit.jail.url}/#/searches/{search_id}")
    buttons = page.locator(".no-picture").get_by_role("button", name="Try again")
    buttons.last.wait_for()
    page.wait_for_function("() => !document.querySelector('candid-picture.loading')")
    lost, wrong = buttons.count(), visit.violations()

    page.unroute(re.compile(_PHOTOS))
    while buttons.count():
        buttons.first.click()
        page.wait_for_function("() => !document.querySelector('candid-picture.loading')")

    assert lost > 1
    assert wrong == []
    assert page.locator(".no-picture").count() == 0

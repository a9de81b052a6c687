"""The place of whoever works by keyboard is not lost with the button that they pressed."""

import json

from playwright.sync_api import Route, expect

from tests.page.chromium import Visit
from tests.page.deeds import import_paused


def test_more_of_a_list_without_links_is_gone_to(visit: Visit) -> None:
    page = visit.page
    import_id = import_paused(visit.jail)

    def in_two_pages(route: Route) -> None:
        is_first = "after=" not in route.request.url
        item = _failure("first" if is_first else "second")
        route.fulfill(body=json.dumps({"items": [item], "next": "1" if is_first else None}))

    page.route("**/items?*", in_two_pages)
    visit.sign_in("importer")
    page.goto(f"{visit.jail.url}/#/imports/{import_id}")
    page.get_by_role("button", name="Show more").click()
    page.locator(".failure", has_text="second").wait_for()

    expect(page.locator(".failure:focus")).to_contain_text("second")


def test_after_a_search_that_waits_is_deleted_the_list_is_gone_to(visit: Visit) -> None:
    page = visit.page
    visit.sign_in()
    visit.leave_waiting(visit.jail.probe, "26-001235")

    page.get_by_role("button", name=visit.say("waiting.delete"), exact=True).click()
    page.locator(".danger").click()
    page.get_by_text(visit.say("waiting.none")).wait_for()

    expect(page.locator(".paged:focus")).to_have_count(1)


def _failure(name: str) -> dict[str, object]:
    return {
        "position": 1,
        "external_image_id": name,
        "reason": "not_a_picture",
        "detail": None,
        "location": f"{name}.jpg",
        "attempts": 1,
    }

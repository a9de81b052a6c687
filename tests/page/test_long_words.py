"""Words without a break, as long as the service takes them: nothing is wider than its place."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route

from tests.page.chromium import SIZES, Visit, visiting
from tests.page.deeds import lead_found, searched
from tests.page.jail import PageJail

_CASE = "26-" + "8" * 97
_PERSON = "Featherstonehaugh" * 5
_NAMES = ("last_name", "first_name")
_WIDE = """() => {
  const page = document.documentElement;
  const shows = (one) => {
    const { display, overflowX } = getComputedStyle(one);
    return ["block", "grid", "flex"].includes(display) && overflowX === "visible";
  };
  const isOver = (one) => one.scrollWidth > one.clientWidth + 1;
  const within = [...document.querySelectorAll("#main *")].filter(shows);
  const told = (one) => `${one.tagName}.${one.className} ${one.scrollWidth}/${one.clientWidth}`;
  return [page, ...within].filter(isOver).map(told);
}"""


@pytest.fixture(params=("360", "1440"))
def visit(request: pytest.FixtureRequest, browser: Browser, jail: PageJail) -> Iterator[Visit]:
    width, height = SIZES[request.param]
    with visiting(browser, jail, viewport={"width": width, "height": height}) as visit:
        yield visit


def _lengthened(route: Route) -> None:
    """Answer with bookings whose every text is one long word."""
    answer = route.fetch().json()
    for one in answer.get("candidates", []):
        booking = one["booking"]
        booking |= {"booking_number": "B" * 60, "facility": "F" * 60}
        booking["person"] |= dict.fromkeys(_NAMES, "Featherstonehaugh" * 4)
        for charge in booking["charges"]:
            charge |= {"disposition": "D" * 60, "description": "C" * 60}
    route.fulfill(body=json.dumps(answer))


def test_long_words_are_broken_and_nothing_lies_over_anything(visit: Visit) -> None:
    page, found = visit.page, {}
    search_id = searched(visit.jail, person=_PERSON, case_number=_CASE)
    lead_id = lead_found(visit.jail, _PERSON, case_number=_CASE)
    page.route(f"**/searches/{search_id}", _lengthened)
    visit.sign_in(person=_PERSON)
    shown = {
        "results": (f"searches/{search_id}", ".person"),
        "compare": (f"searches/{search_id}/compare/1", ".viewer"),
        "review": (f"searches/{lead_id}/review", ".entries"),
        "reviews": ("reviews", ".row-item"),
    }

    for name, (path, place) in shown.items():
        page.goto(f"{visit.jail.url}/#/{path}")
        page.wait_for_selector(place)
        found[name] = page.evaluate(_WIDE)
    visit.way("Past searches")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_selector(".row-item")
    found["searches"] = page.evaluate(_WIDE)

    assert {name: wide for name, wide in found.items() if wide} == {}

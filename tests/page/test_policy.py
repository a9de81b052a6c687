"""The form is what the policy prescribes, and what it refuses is told in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.page.chromium import Visit, visiting
from tests.page.jail import Portrait, page_jail

_FACTS = "A camera of the shop shows the person at the till, taking the money."


@pytest.fixture
def visit(
    browser: Browser, portraits: tuple[list[Portrait], Path], tmp_path: Path
) -> Iterator[Visit]:
    booked, probe = portraits
    strict = page_jail(tmp_path / "data", booked[:3], probe, POLICY__PROFILE="example-utah")
    with strict as jail, visiting(browser, jail) as visit:
        yield visit


def test_a_strict_profile_asks_for_more_and_refuses_in_words(visit: Visit) -> None:
    page, wrong = visit.page, visit.page.locator(".wrong:not(:empty)")
    visit.sign_in()
    offered = page.get_by_label("Purpose").locator("option").all_inner_texts()
    visit.add(visit.jail.probe)
    page.get_by_label("Purpose").select_option("criminal_investigation")
    search = page.get_by_role("button", name="Search", exact=True)

    search.click()
    missing = wrong.count()
    page.get_by_label("Case or CAD incident number").fill("26-1")
    page.get_by_label("Offense under investigation").fill("Robbery")
    page.get_by_label("Requesting officer").fill("Det. Ramos")
    page.get_by_label("Facts on which the search rests").fill("Too short")
    search.click()
    too_short = wrong.all_inner_texts()
    page.get_by_label("Facts on which the search rests").fill(_FACTS)
    search.click()
    page.locator("[data-code=training_not_current]").wait_for()
    visit.provoked.append("403")  # Chromium tells every one

    assert "Jail identity check" not in offered
    assert len(offered) == 4  # with "Choose a purpose"
    assert missing == 4
    assert too_short == ["Write at least 40 characters."]

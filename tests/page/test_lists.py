"""A list that is asked for: what stands below the question is its answer, and is told."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.chromium import Visit
from tests.page.deeds import searched

_LABEL = "Case or CAD incident number"


def _ask(page: Page, case_number: str) -> None:
    page.get_by_label(_LABEL).fill(case_number)
    page.get_by_role("button", name="Show", exact=True).click()


def test_an_answer_goes_when_another_question_is_asked(visit: Visit) -> None:
    page, none = visit.page, visit.page.get_by_text("No search was made for this case.")
    visit.sign_in()
    visit.way("Past searches")
    _ask(page, "26-NOBODY")
    expect(none.first).to_be_attached()
    page.route("**/searches?*", lambda route: route.fulfill(status=503))
    visit.provoked.append("503")

    _ask(page, "26-ANOTHER")
    page.locator(".asked-for .problem").wait_for()

    expect(none).to_have_count(0)


def test_an_answer_that_comes_late_does_not_stand_under_another_question(visit: Visit) -> None:
    page, held = visit.page, list[Route]()
    searched(visit.jail, case_number="26-LATER")
    visit.sign_in()
    visit.way("Past searches")
    page.route("**/searches?*", lambda route: held.append(route), times=1)  # noqa: PLW0108 - Playwright marks it
    with page.expect_request("**/searches?*"):
        _ask(page, "26-NOBODY")

    _ask(page, "26-LATER")
    page.locator(".row-item").wait_for()
    with page.expect_response("**/searches?*"):
        held[0].continue_()
    visit.settle()

    expect(page.locator(".row-item")).to_have_count(1)


def test_what_a_list_has_is_told_in_a_place_that_stays(visit: Visit) -> None:
    page = visit.page
    for _ in range(2):
        searched(visit.jail, case_number="26-TWICE")
    visit.sign_in()
    visit.way("Past searches")
    told = page.locator(".asked-for > [role=status]")
    place = told.element_handle()

    _ask(page, "26-TWICE")
    expect(told).to_have_text("2 entries.")
    _ask(page, "26-NOBODY")
    expect(told).to_have_text("No search was made for this case.")

    assert place.evaluate("(it) => it.isConnected")


@pytest.mark.parametrize("typed", ["02312026", "02"], ids=["no such day", "half"])
def test_a_report_is_not_asked_for_a_day_that_is_not_whole(visit: Visit, typed: str) -> None:
    page, asked = visit.page, list[str]()
    visit.sign_in("auditor")
    visit.way("Audit")
    report = page.locator(".audit-report")
    report.wait_for()
    page.on("request", lambda one: asked.append(one.url))

    page.locator("input[name=since]").focus()
    page.keyboard.type(typed)
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_text("Write the whole date").wait_for()

    expect(page.locator("input[name=since]:focus")).to_have_attribute("aria-invalid", "true")
    assert asked == []
    expect(report).to_have_count(0)
    page.locator("input[name=since]").fill("2020-01-01")
    with page.expect_response("**/audit/report?*"):
        page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Write the whole date")).to_have_count(0)


@pytest.mark.parametrize("is_late", [False, True], ids=["before", "after"])
def test_what_went_wrong_does_not_stand_under_another_question(
    visit: Visit, *, is_late: bool
) -> None:
    """The other one is not whole; the one before is answered before it is asked, or after."""
    page, held = visit.page, list[Route]()
    problem = page.locator(".asked-for .problem")
    visit.sign_in("auditor")
    visit.way("Audit")
    page.locator(".audit-report").wait_for()
    page.route("**/audit/report*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    visit.provoked.append("503")
    show = page.get_by_role("button", name="Show", exact=True)
    with page.expect_request("**/audit/report*"):
        show.click()
    if not is_late:
        held[0].fulfill(status=503)
        problem.wait_for()

    page.locator("input[name=since]").focus()
    page.keyboard.type("02312026")
    show.click()
    page.get_by_text("Write the whole date").wait_for()
    if is_late:
        held[0].fulfill(status=503)
        visit.settle()

    expect(problem).to_have_count(0)


def test_a_complaint_moves_no_field_out_of_its_line(visit: Visit) -> None:
    page = visit.page
    visit.sign_in("auditor")
    visit.way("Audit")
    show = page.get_by_role("button", name="Show", exact=True)
    page.locator("input[name=since]").focus()
    page.keyboard.type("02312026")
    show.click()
    page.get_by_text("Write the whole date").wait_for()

    line = [page.locator("input[name=since]"), page.locator("input[name=until]"), show]
    ends = {round(box["y"] + box["height"]) for one in line if (box := one.bounding_box())}
    assert len(ends) == 1

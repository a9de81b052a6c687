"""A page that is left alone: its user is asked before the clock signs them out."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Route, expect

from tests.page.chromium import Visit


def _alone(visit: Visit) -> None:
    """Begin a form, stand in it, and leave it alone for 28 minutes."""
    visit.page.clock.install()
    visit.sign_in()
    visit.page.get_by_label("Purpose").select_option("criminal_investigation")
    visit.page.get_by_label("Case or CAD incident number").fill("26-BEGUN")
    visit.page.clock.fast_forward("28:06")
    visit.page.get_by_role("alertdialog").wait_for()


def test_whoever_says_that_they_are_here_stays_where_they_were(visit: Visit) -> None:
    page, asked = visit.page, visit.page.get_by_role("alertdialog")
    _alone(visit)
    told, wrong = asked.inner_text(), visit.violations()

    page.keyboard.press("Tab")  # to the answer that loses nothing
    page.keyboard.press("Enter")
    asked.wait_for(state="detached")
    page.clock.fast_forward("20:00")

    assert "What is not sent by then is lost." in told
    assert wrong == []
    expect(page.get_by_label("Case or CAD incident number")).to_be_focused()
    assert page.get_by_label("Case or CAD incident number").input_value() == "26-BEGUN"


def test_what_is_typed_while_the_question_comes_answers_nothing(visit: Visit) -> None:
    _alone(visit)

    visit.page.keyboard.type("of two \n")

    expect(visit.page.get_by_role("alertdialog")).to_have_count(1)
    expect(visit.page.get_by_role("button", name="Stay signed in")).not_to_be_focused()


def test_whoever_does_not_answer_is_signed_out(visit: Visit) -> None:
    _alone(visit)
    visit.page.mouse.move(10, 10)  # no answer

    visit.page.clock.fast_forward("02:00")

    visit.page.locator("[data-code=left_alone]").wait_for()
    expect(visit.page.get_by_role("alertdialog")).to_have_count(0)


def test_whoever_is_asked_may_sign_out(visit: Visit) -> None:
    page, asked = visit.page, visit.page.get_by_role("alertdialog")
    _alone(visit)

    asked.get_by_role("button", name="Sign out").click()
    asked.last.get_by_text("not sent yet").wait_for()
    asked.last.get_by_role("button", name="Sign out").click()

    page.get_by_label("Key", exact=True).wait_for()
    expect(asked).to_have_count(0)


def test_what_is_dictated_is_use_of_the_page(visit: Visit) -> None:
    """Neither a key nor a pointer is heard of it, nor where a screen reader presses a button."""
    page, case = visit.page, visit.page.get_by_label("Case or CAD incident number")
    page.clock.install()
    visit.sign_in()
    page.get_by_label("Purpose").select_option("criminal_investigation")

    for event in ("input", "click", "input"):
        page.clock.fast_forward("15:00")
        case.dispatch_event(event)

    assert page.locator("header .name").count() == 1
    expect(page.get_by_role("alertdialog")).to_have_count(0)


def _ends_in_ten_minutes(route: Route) -> None:
    end = datetime.now(UTC) + timedelta(minutes=10)
    route.fulfill(json={**route.fetch().json(), "expires_at": end.isoformat()})


def test_whoever_uses_a_key_that_has_ended_may_read_what_they_began(visit: Visit) -> None:
    page, asked = visit.page, visit.page.get_by_role("alertdialog")
    page.clock.install()
    page.route("**/whoami", _ends_in_ten_minutes)
    visit.sign_in()
    page.get_by_label("Purpose").select_option("criminal_investigation")
    page.get_by_label("Case or CAD incident number").fill("26-BEGUN")
    page.clock.fast_forward("10:10")
    told = asked.inner_text()

    asked.get_by_role("button", name="Not now").click()
    asked.wait_for(state="detached")
    page.clock.fast_forward("00:11")

    assert "can still be read and copied" in told
    assert "Sign in again" not in told
    expect(asked).to_have_count(0)
    assert page.get_by_label("Case or CAD incident number").input_value() == "26-BEGUN"

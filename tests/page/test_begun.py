"""What is filled in and not sent: nobody loses it without a word."""

from playwright.sync_api import Dialog, Page

from tests.page.chromium import Visit
from tests.page.deeds import probe_found_suitable, searched

ANN = "Ann Ortiz"
_NO = {
    "status": 401,
    "content_type": "application/problem+json",
    "body": '{"code": "unauthenticated"}',
}


def _answering(visit: Visit) -> None:
    """Come from the queue to a review, and begin an answer."""
    search_id = searched(visit.jail)
    probe_found_suitable(visit.jail, search_id, ANN)
    visit.sign_in("reviewer", ANN)
    visit.page.goto(f"{visit.jail.url}/#/searches/{search_id}/review")
    visit.page.get_by_label("None of these people").check()
    visit.page.get_by_label("Notes on the answer").fill("The ears differ.")


def _heard(page: Page, *, agreed: bool) -> list[str]:
    """Answer every question, and keep them."""
    asked = list[str]()

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept() if agreed else dialog.dismiss()

    page.on("dialog", answer)
    return asked


def test_an_answer_is_left_only_if_its_user_agrees(visit: Visit) -> None:
    page = visit.page
    _answering(visit)
    before = page.url
    asked = _heard(page, agreed=False)

    with page.expect_event("dialog"):
        page.evaluate("history.back()")
    page.wait_for_url(before)
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Reviews", exact=True).click()
    page.wait_for_url(before)

    assert page.get_by_label("Notes on the answer").input_value() == "The ears differ."
    assert ["lost when you leave" in one for one in asked] == [True, True]


def test_a_way_back_that_was_not_taken_is_there_still(visit: Visit) -> None:
    page = visit.page
    _answering(visit)
    before = page.url

    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog"):
        page.evaluate("history.back()")
    page.wait_for_url(before)
    page.once("dialog", lambda dialog: dialog.accept())
    page.evaluate("history.back()")

    page.get_by_role("heading", level=1, name="Reviews").wait_for()


def test_an_answer_that_its_user_gives_up_is_left(visit: Visit) -> None:
    _answering(visit)
    asked = _heard(visit.page, agreed=True)

    visit.way("Reviews")

    assert len(asked) == 1


def test_the_browser_asks_before_a_form_that_is_begun_is_closed(visit: Visit) -> None:
    page = visit.page
    _answering(visit)

    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_event("close"), page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)

    assert asked.value.type == "beforeunload"


def test_whoever_is_signed_out_amid_an_answer_is_told_that_it_is_lost(visit: Visit) -> None:
    page = visit.page
    _answering(visit)
    page.route("**/reviews*", lambda route: route.fulfill(**_NO))
    visit.provoked.append("401")

    page.get_by_role("button", name="Record the answer").click()
    page.locator("[data-code=unauthenticated]").wait_for()

    assert page.get_by_text("What you had begun to fill in was not kept.").is_visible()


def test_an_answer_is_lost_by_signing_out_only_if_its_user_agrees(visit: Visit) -> None:
    page, question = visit.page, visit.page.locator("dialog")
    _answering(visit)

    page.get_by_role("button", name="Sign out").click()
    asked = question.inner_text()
    question.get_by_role("button", name="Stay signed in").click()
    question.wait_for(state="detached")
    kept = page.get_by_label("Notes on the answer").input_value()
    page.get_by_role("button", name="Sign out").click()
    question.get_by_role("button", name="Sign out").click()
    page.get_by_label("Key", exact=True).wait_for()

    assert "not sent yet" in asked
    assert kept == "The ears differ."


def test_signing_out_beside_a_new_key_is_asked_about(visit: Visit) -> None:
    visit.make_key("Evening shift")

    visit.page.get_by_role("button", name="Sign out").click()

    assert "never shown again" in visit.page.locator("dialog").inner_text()


def test_a_new_key_that_its_user_gives_up_is_asked_about_once(visit: Visit) -> None:
    visit.make_key("Evening shift")
    asked = _heard(visit.page, agreed=True)

    visit.page.get_by_role("link", name="Candid", exact=True).click()
    visit.page.get_by_role("heading", level=1, name="Service").wait_for()

    assert len(asked) == 1


def test_text_that_was_kept_is_asked_about_no_more_once_something_else_is_recorded(
    visit: Visit,
) -> None:
    """Also where an empty form goes with it."""
    page = visit.page
    _answering(visit)
    not_now = {**_NO, "status": 409, "body": '{"code": "review_state"}'}
    page.route("**/reviews", lambda route: route.fulfill(**not_now), times=1)
    visit.provoked.append("409")
    page.get_by_role("button", name="Record the answer").click()
    page.get_by_role("button", name="Look again").click()
    page.get_by_role("heading", name="You had written").wait_for()
    asked = _heard(page, agreed=True)

    page.get_by_text("Correct the decision on the probe").click()
    page.get_by_label("No, it cannot be compared").check()
    page.get_by_label("Blurred").check()
    page.get_by_role("button", name="Record and go on").click()
    page.get_by_text("Closed: the probe cannot be compared.").wait_for()
    visit.way("Reviews")

    assert asked == []


def test_what_was_sent_is_not_asked_about(visit: Visit) -> None:
    asked = _heard(visit.page, agreed=False)
    visit.sign_in()

    visit.ask(visit.jail.probe)
    visit.way("Past searches")

    assert asked == []

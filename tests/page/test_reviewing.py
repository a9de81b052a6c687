"""One reviewer at work: what is shown of candidates, and what becomes of what was written."""

import json
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Route, expect

from tests.page.chromium import Visit
from tests.page.deeds import lead_found, probe_found_suitable, searched
from tests.page.jail import PageJail

ANN = "Ann Ortiz"
_SOURCES = """(person) =>
  [...person.querySelectorAll(".frame candid-picture")].map((one) => one.source)"""
_LAID = """(person) => {
  const { transform, filter } = person.querySelector(".frame.candidate canvas").style;
  return [transform, filter];
}"""
_NOBODY_PURSUED = """() => {
  for (const one of document.querySelectorAll("input[value=not_pursued]")) one.checked = true;
}"""


def _reviewing_in_vain(visit: Visit) -> None:
    """Be at the answer of a review, which is refused as long as the route stands."""
    search_id = searched(visit.jail)
    probe_found_suitable(visit.jail, search_id, ANN)
    _reviewing(visit, search_id)
    visit.page.route("**/reviews", _refused)
    visit.provoked.append("409")


def _reviewing(visit: Visit, search_id: str) -> None:
    visit.sign_in("reviewer", ANN)
    visit.page.goto(f"{visit.jail.url}/#/searches/{search_id}/review")
    visit.page.get_by_role("heading", name="Compare and decide").wait_for()


def test_a_probe_that_cannot_be_compared_ends_it_and_no_release_is_spoken_of(visit: Visit) -> None:
    page = visit.page
    _reviewing(visit, searched(visit.jail))

    page.get_by_label("No, it cannot be compared").check()
    page.get_by_label("Blurred").check()
    page.get_by_role("button", name="Record and go on").click()
    page.get_by_text("Closed: the probe cannot be compared.").wait_for()

    assert page.get_by_text("the release is not agreed on any more").count() == 0


def _person_with_two_photos(visit: Visit) -> tuple[Locator, list[str]]:
    """Review a search blind; return the person of whom there are two pictures, and those."""
    search_id = searched(visit.jail)
    candidates = probe_found_suitable(visit.jail, search_id, ANN)["candidates"]
    [place] = [n for n, one in enumerate(candidates) if len(one["pictures"]) == 2]
    _reviewing(visit, search_id)
    visit.page.get_by_label("Say something of each person").check()
    person = visit.page.locator(".compared-one").nth(place)
    if person.get_attribute("open") is None:
        person.locator("summary").click()
    visit.pictures_drawn()
    return person, candidates[place]["pictures"]


def test_every_photo_of_a_person_is_compared_while_the_probe_stays(visit: Visit) -> None:
    person, pictures = _person_with_two_photos(visit)
    before = person.evaluate(_SOURCES)

    person.locator(".photo-button").last.click()
    visit.pictures_drawn()

    assert person.locator(".photo-button").count() == 2
    assert before == [*before[:1], pictures[0]]
    assert person.evaluate(_SOURCES) == [before[0], pictures[1]]


def test_evidence_that_was_emptied_lacks_nothing_any_more(visit: Visit) -> None:
    page, wrong = visit.page, visit.page.locator("[aria-invalid]")
    _reviewing(visit, lead_found(visit.jail, ANN))
    release = page.get_by_role("button", name="Release this lead")

    page.get_by_label("Where it is on record").fill("LAB-26-0042")
    release.click()
    expect(wrong).to_have_count(2)
    page.get_by_label("Where it is on record").fill("")
    release.click()

    expect(wrong).to_have_count(0)


def test_whoever_is_refused_looks_again_and_keeps_what_they_wrote(visit: Visit) -> None:
    page = visit.page
    search_id = searched(visit.jail)
    probe_found_suitable(visit.jail, search_id, ANN)
    _reviewing(visit, search_id)
    page.get_by_label("None of these people").check()
    page.get_by_label("Notes on the answer").fill("The ears differ.")
    _answered_elsewhere(visit.jail, search_id)
    visit.provoked.append("409")

    page.get_by_role("button", name="Record the answer").click()
    page.locator("[data-code=review_entry_stands]").wait_for()
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("Closed: none of these people.").wait_for()

    assert "The ears differ." in page.locator("main").inner_text()
    assert page.locator("header .name").inner_text() == ANN


def test_what_was_written_stays_with_what_it_was_written_for(visit: Visit) -> None:
    page = visit.page
    _reviewing_in_vain(visit)

    page.get_by_label("Say something of each person").check()
    people = page.locator(".compared-one")
    people.nth(1).locator("summary").click()
    people.nth(0).get_by_label("Notes").fill("The ears differ.")
    people.nth(1).get_by_label("Notes").fill("A scar on the chin.")
    page.evaluate(_NOBODY_PURSUED)
    _record_and_look_again(visit)
    page.get_by_label("None of these people").check()
    page.get_by_label("Notes on the answer").fill("Nobody fits.")
    _record_and_look_again(visit)
    page.unroute("**/reviews")
    page.get_by_label("None of these people").check()
    page.get_by_role("button", name="Record the answer").click()
    page.get_by_text("Closed: none of these people.").wait_for()

    kept = page.locator(".sheet", has=page.get_by_role("heading", name="You had written"))
    assert kept.locator("p").all_inner_texts() == [
        "Person 1, Notes: The ears differ.",
        "Person 2, Notes: A scar on the chin.",
        "Notes on the answer: Nobody fits.",
    ]


def test_correcting_the_probe_leaves_an_answer_as_it_is_filled_in(visit: Visit) -> None:
    page, first = visit.page, visit.page.locator(".compared-one").first
    search_id = searched(visit.jail)
    probe_found_suitable(visit.jail, search_id, ANN)
    _reviewing(visit, search_id)
    page.get_by_label("Say something of each person").check()
    first.get_by_label("Inconclusive").check()
    first.get_by_label("Notes").fill("The ears differ.")

    page.get_by_text("Correct the decision on the probe").click()
    page.get_by_label("Yes, it can be compared").check()
    page.get_by_label("Blurred").check()
    page.get_by_role("button", name="Record and go on").click()
    page.locator(".entries .superseded").wait_for()

    assert first.get_by_label("Inconclusive").is_checked()
    assert first.get_by_label("Notes").input_value() == "The ears differ."
    assert page.get_by_role("heading", name="You had written").count() == 0
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("link", name="Reviews", exact=True).click()
    assert "not sent yet" in asked.value.message


def test_what_has_no_form_any_more_is_kept_as_text(visit: Visit) -> None:
    page = visit.page
    _reviewing(visit, lead_found(visit.jail, ANN))
    page.get_by_label("What it is").fill("Latent print from the window frame.")

    page.get_by_text("Correct your answer").click()
    page.get_by_label("None of these people").check()
    page.get_by_role("button", name="Record the answer").click()
    page.locator(".entries .superseded").wait_for()

    kept = page.locator(".sheet", has=page.get_by_role("heading", name="You had written"))
    assert kept.locator("p").all_inner_texts() == [
        "What it is: Latent print from the window frame.",
    ]


def test_what_was_written_is_not_left_without_a_word(visit: Visit) -> None:
    page = visit.page
    _reviewing_in_vain(visit)
    page.get_by_label("None of these people").check()
    page.get_by_label("Notes on the answer").fill("The ears differ.")
    _record_and_look_again(visit)

    page.on("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.get_by_role("link", name="Reviews", exact=True).click()

    assert "not sent yet" in asked.value.message
    assert "The ears differ." in page.locator("main").inner_text()


def test_another_photo_of_a_person_lies_as_the_one_before(visit: Visit) -> None:
    person, _ = _person_with_two_photos(visit)
    for tool in ("Zoom in", "Flip", "Brighter"):
        person.get_by_role("button", name=tool).click()
    before = person.evaluate(_LAID)

    person.locator(".photo-button").last.click()
    visit.pictures_drawn()

    assert person.evaluate(_LAID) == before
    assert "scale(-1.25, 1.25)" in before[0]


def test_more_of_a_list_is_of_the_case_that_is_listed(visit: Visit) -> None:
    """Another case is written already, and not asked for yet."""
    page, case_number = visit.page, visit.page.get_by_label("Case or CAD incident number")
    searched(visit.jail, case_number="26-A")

    def listed(route: Route) -> None:
        route.fulfill(body=json.dumps({**route.fetch().json(), "next": "CURSOR"}))

    visit.sign_in()
    visit.way("Past searches")
    page.route("**/searches?case_number=26-A", listed)
    visit.provoked.append("ERR_FAILED")
    case_number.fill("26-A")
    page.get_by_role("button", name="Show", exact=True).click()
    page.locator(".row-item").first.wait_for()
    case_number.fill("26-B")
    page.route("**/searches?*after=CURSOR", lambda route: route.abort())
    with page.expect_request("**/searches?*after=CURSOR") as asked:
        page.get_by_role("button", name="Show more").click()

    assert parse_qs(urlsplit(asked.value.url).query)["case_number"] == ["26-A"]


def _refused(route: Route) -> None:
    """Answer that the review does not take it now."""
    if route.request.method == "POST":
        body = json.dumps({"code": "review_state", "status": 409, "detail": "Not now."})
        route.fulfill(status=409, body=body, content_type="application/problem+json")
    else:
        route.continue_()


def _record_and_look_again(visit: Visit) -> None:
    page, refused = visit.page, visit.page.locator("[data-code=review_state]")
    page.get_by_role("button", name="Record the answer").click()
    refused.wait_for()
    page.get_by_role("button", name="Look again").click()
    refused.wait_for(state="detached")


def _answered_elsewhere(jail: PageJail, search_id: str) -> None:
    """Let the same person answer in another window."""
    with jail.client("reviewer") as client:
        answer = client.post(
            f"/searches/{search_id}/reviews",
            json={"none_of_these": True},
            headers={"X-Candid-On-Behalf-Of": ANN},
        )
        assert answer.is_success, answer.text

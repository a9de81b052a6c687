"""What is searched is the photo that came last and the face that was chosen last."""

from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Error, Page, Route, expect

from tests.page.chromium import Visit

_SLOW_TO_OPEN = """() => {
  const open = window.createImageBitmap;
  window.createImageBitmap = async (...asked) => {
    await new Promise((done) => (window.openIt = done));
    return open(...asked);
  };
}"""
_OPEN_IT = "() => window.openIt()"


@pytest.fixture
def two_faces(visit: Visit, tmp_path: Path) -> Path:
    """Return a photo of a large face and a small one, which is looked at anew, larger."""
    made = tmp_path / "two.jpg"
    scene = Image.new("RGB", (3600, 2400), (150, 160, 170))
    with Image.open(visit.jail.probe) as opened:
        face = opened.convert("RGB")
    scene.paste(face.resize((1400, 1400)), (100, 500))
    scene.paste(face.resize((430, 430)), (2700, 900))
    scene.save(made, quality=92)
    return made


def test_the_face_that_was_chosen_last_is_searched(visit: Visit, two_faces: Path) -> None:
    """A small face, then a large one before the small one was looked at."""
    page, held = visit.page, list[Route]()
    visit.sign_in()
    visit.add(two_faces)
    large, small = page.get_by_label("Face 1 of 2"), page.get_by_label("Face 2 of 2")
    page.route("**/detect", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it

    with page.expect_request("**/detect"):
        small.check(force=True)
    large.check(force=True)
    with suppress(Error):  # the page has given it up
        answer = held[0].fetch()
        held[0].fulfill(response=answer)
    visit.settle()

    expect(large).to_be_checked()
    expect(page.locator(".told .good, .told .hints").first).to_be_visible()
    page.get_by_label("Purpose").select_option("training_test")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_selector(".results")
    with visit.jail.client("investigator") as client:
        probe = client.get(f"/searches/{page.url.rsplit('/', 1)[1]}").json()["probe"]
    [searched] = [one for one in probe["faces"] if one["searched"]]
    assert searched["box"]["left"] < 0.5


def test_the_photo_before_is_not_searched_while_another_is_opened(visit: Visit) -> None:
    page, searches = visit.page, list[str]()
    visit.sign_in()
    visit.add(visit.jail.probe)
    page.get_by_label("Purpose").select_option("training_test")
    page.on(
        "request", lambda one: searches.append(one.url) if one.url.endswith("/search") else None
    )
    page.evaluate(_SLOW_TO_OPEN)

    page.locator("input[type=file]").set_input_files(visit.jail.probe)
    page.wait_for_function("() => window.openIt")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_text("The photo is still being opened").wait_for()
    before = list(searches)
    with page.expect_response("**/detect"):  # what is told until then is of the photo before
        page.evaluate(_OPEN_IT)
    page.wait_for_selector(".told .good, .told .hints")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_selector(".results")

    assert before == []


@pytest.mark.parametrize("changed", ["photo", "case"])
def test_an_answer_that_comes_after_a_change_does_not_take_the_forms_place(
    visit: Visit, changed: str
) -> None:
    page, held = visit.page, list[Route]()
    visit.sign_in()
    visit.add(visit.jail.probe)
    page.get_by_label("Purpose").select_option("criminal_investigation")
    page.get_by_label("Case or CAD incident number").fill("26-BEFORE")
    page.route("**/search", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    with page.expect_request("**/search"):
        page.get_by_role("button", name="Search", exact=True).click()

    _change(page, changed, visit.jail.probe)
    held[0].continue_()
    link = page.get_by_role("link", name="See the candidates")
    link.wait_for()
    kept = page.get_by_label("Case or CAD incident number").input_value()
    is_there = page.url.endswith("/ask")
    page.once("dialog", lambda dialog: dialog.accept())  # what was changed since is asked about
    with page.expect_event("dialog"):
        link.click()
    page.wait_for_selector(".results")

    assert is_there
    assert kept == ("26-AFTER" if changed == "case" else "26-BEFORE")


def _change(page: Page, changed: str, photo: Path) -> None:
    """Write another case, or begin to open another photo."""
    if changed == "case":
        page.get_by_label("Case or CAD incident number").fill("26-AFTER")
    else:
        page.evaluate(_SLOW_TO_OPEN)
        page.locator("input[type=file]").set_input_files(photo)
        page.wait_for_function("() => window.openIt")

"""Where a photo comes in: what is no photo, and the camera."""

from typing import Final

from playwright.sync_api import Route, expect

from tests.page.chromium import Visit

_ANOTHER_KIND: Final = """() => {
  const given = new DataTransfer();
  given.items.add(new File(["%PDF-1.7"], "report.pdf", { type: "application/pdf" }));
  const dropped = new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true });
  document.querySelector("h1").dispatchEvent(dropped);
}"""
_TWICE: Final = """(button) => {
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  window.given = [];
  mediaDevices.getUserMedia = async (wanted) => {
    window.given.push(await ask(wanted));
    return window.given.at(-1);
  };
  button.click();
  button.click();
}"""
_SEEING: Final = """(n) =>
  window.given.length === 2 && window.given.filter((one) => one.active).length === n"""
_PASSED_OVER: Final = """() => {
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = () => {
    mediaDevices.getUserMedia = ask;
    return new Promise(() => {});
  };
}"""


def test_a_file_that_is_no_photo_is_told_and_the_photo_before_it_stays(visit: Visit) -> None:
    page, told = visit.page, visit.page.locator(".open-told")
    visit.sign_in()

    page.evaluate(_ANOTHER_KIND)
    told.locator("[data-code=photo_not_opened]").wait_for()
    alone = told.inner_text()
    visit.add(visit.jail.probe)
    page.evaluate(_ANOTHER_KIND)
    told.locator("[data-code=photo_not_opened]").wait_for()

    told.get_by_text("The photo before it is still here").wait_for()
    assert "before it" not in alone
    assert page.locator(".face").count() == 1


def test_after_a_file_that_is_no_photo_faces_are_looked_for_again(visit: Visit) -> None:
    page, told = visit.page, visit.page.locator(".probe-editor > .told")
    visit.sign_in()
    page.route("**/detect", lambda route: route.fulfill(status=503))
    visit.provoked.append("503")
    page.locator("input[type=file]").set_input_files(visit.jail.probe)
    page.get_by_text("Faces could not be looked for").wait_for()

    page.evaluate(_ANOTHER_KIND)
    page.locator("[data-code=photo_not_opened]").wait_for()
    page.unroute("**/detect")
    told.get_by_role("button", name="Try again").click()

    page.locator(".face").wait_for()


def test_a_file_that_is_no_photo_is_told_when_the_photo_before_is_answered(visit: Visit) -> None:
    page, held = visit.page, list[Route]()
    visit.sign_in()
    page.route("**/detect", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    with page.expect_request("**/detect"):
        page.locator("input[type=file]").set_input_files(visit.jail.probe)
    page.evaluate(_ANOTHER_KIND)
    page.get_by_text("The photo before it is still here").wait_for()

    held[0].continue_()
    page.locator(".face").wait_for()

    expect(page.locator("[data-code=photo_not_opened]")).to_be_visible()
    expect(page.get_by_text("The photo before it is still here")).to_be_visible()


def test_without_a_camera_a_file_is_asked_for(visit: Visit) -> None:
    visit.sign_in()

    visit.page.get_by_role("button", name="Use the camera").click()

    visit.page.get_by_text("The browser gives this page no camera").wait_for()


def test_the_camera_takes_a_picture(visit: Visit) -> None:
    """Chromium's own test picture has no face: which is told, so it was taken and looked at."""
    visit.context.grant_permissions(["camera"])
    visit.sign_in()

    visit.page.get_by_role("button", name="Use the camera").click()
    visit.page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    visit.page.get_by_role("button", name="Take the picture").click()

    visit.page.locator("[data-code=no_face]").wait_for()
    assert visit.page.locator("dialog").count() == 0


def test_the_camera_sees_for_one_window(visit: Visit) -> None:
    page = visit.page
    visit.context.grant_permissions(["camera"])
    visit.sign_in()

    page.get_by_role("button", name="Use the camera").evaluate(_TWICE)
    page.wait_for_function(_SEEING, arg=1)
    windows = page.locator("dialog").count()
    page.get_by_role("button", name="Cancel").click()

    page.wait_for_function(_SEEING, arg=0)
    assert windows == 1


def test_a_camera_whose_question_was_passed_over_is_asked_for_again(visit: Visit) -> None:
    page = visit.page
    visit.context.grant_permissions(["camera"])
    visit.sign_in()
    page.evaluate(_PASSED_OVER)

    page.get_by_role("button", name="Use the camera").click()
    page.get_by_role("button", name="Use the camera").click()

    page.locator("dialog video").wait_for()

"""Two pictures beside each other: moved together, over each other, and marked."""

from playwright.sync_api import expect

from tests.page.chromium import Visit

_LOOK = """() => [...document.querySelectorAll(".frame canvas")].map((canvas) => ({
  moved: canvas.style.transform, light: canvas.style.filter,
}))"""
_MARKED = """([width, height]) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  return import(document.querySelector("script").src.replace("main", "lib/watermark"))
    .then(({ mark }) => mark(canvas, "S-1"))
    .then(() => canvas.getContext("2d").getImageData(0, 0, width, height).data.some((one) => one));
}"""


_EXPECTED = """(expected) =>
  import(document.querySelector("script").src.replace("main", "parts/person"))
    .then(({ expectedOthers }) => expectedOthers(expected))"""


def _compared(visit: Visit) -> None:
    visit.sign_in()
    visit.ask(visit.jail.probe)
    visit.page.get_by_role("link", name="Compare with").first.click()
    visit.page.wait_for_selector(".viewer")
    visit.pictures_drawn()


def test_both_pictures_are_moved_together_or_one_alone(visit: Visit) -> None:
    page = visit.page
    _compared(visit)
    before = page.evaluate(_LOOK)

    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Brighter").click()
    together = page.evaluate(_LOOK)
    page.locator(".segments label", has_text="Candidate").click()
    page.get_by_role("button", name="Flip").click()
    alone = page.evaluate(_LOOK)
    page.locator(".segments label", has_text="Both").click()
    page.get_by_role("button", name="As at first").click()

    assert all(a["moved"] != b["moved"] for a, b in zip(before, together, strict=True))
    assert {one["light"] for one in together} == {"brightness(1.15)"}
    assert alone[0] == together[0]
    assert alone[1]["moved"] != together[1]["moved"]
    assert page.evaluate(_LOOK) == before


def test_a_finger_scrolls_past_pictures_until_they_are_enlarged(visit: Visit) -> None:
    page = visit.page
    _compared(visit)
    stage = page.locator(".viewer-stage")

    for button, fingers in (("Zoom in", "none"), ("As at first", "pan-y"), ("Flip", "pan-y")):
        page.get_by_role("button", name=button).click()
        expect(stage).to_have_css("touch-action", fingers)


def test_an_enlarged_picture_is_moved_without_dragging(visit: Visit) -> None:
    """WCAG 2.2, 2.5.7."""
    page = visit.page
    _compared(visit)
    page.get_by_role("button", name="Zoom in").click()
    before = page.evaluate(_LOOK)
    seen = [before]

    for way in ("left", "up", "right", "down"):
        page.get_by_role("button", name=f"Move {way}").click()
        seen.append(page.evaluate(_LOOK))

    assert len({str(one) for one in seen[:4]}) == 4
    assert seen[-1] == before


def test_the_scale_says_what_its_scores_mean(visit: Visit) -> None:
    _compared(visit)

    visit.page.get_by_text("What a score means").click()

    expect(visit.page.get_by_text("1 in 10,000 reaches 80")).to_be_visible()


def test_the_keyboard_does_all_of_it(visit: Visit) -> None:
    page = visit.page
    _compared(visit)
    before = page.evaluate(_LOOK)
    seen = [before]

    page.locator(".viewer-stage").focus()
    for key in ("+", "ArrowLeft", "f", "b"):
        page.keyboard.press(key)
        seen.append(page.evaluate(_LOOK))
    page.keyboard.press("0")

    assert len({str(one) for one in seen}) == len(seen)
    assert page.evaluate(_LOOK) == before


def test_the_candidate_is_laid_over_the_probe_and_wiped_across_it(visit: Visit) -> None:
    page = visit.page
    _compared(visit)
    candidate, probe = page.locator(".frame.candidate"), page.locator(".frame.probe")

    page.locator(".segments label", has_text="Overlay").click()
    blend = page.get_by_label("How much of the candidate is shown")
    blend.focus()
    page.keyboard.press("Home")
    expect(candidate).to_have_css("opacity", "0")
    page.locator(".segments label", has_text="Swipe").click()
    expect(candidate).to_have_css("clip-path", "inset(0px 0px 0px 100%)")

    assert candidate.bounding_box() == probe.bounding_box()


def test_the_mark_is_in_the_pixels_of_every_size(visit: Visit) -> None:
    visit.sign_in()

    for size in ([112, 140], [640, 800], [3000, 2000]):
        assert visit.page.evaluate(_MARKED, size)


def test_another_photo_of_the_person_is_compared_too(visit: Visit) -> None:
    page = visit.page
    _compared(visit)

    photos = page.locator(".photo-button")
    photos.last.click()
    visit.pictures_drawn()

    assert photos.last.get_attribute("aria-pressed") == "true"
    assert page.locator(".photo-button[aria-pressed=true]").count() == 1
    assert photos.count() == 2


def test_a_calibrated_score_says_how_many_others_reach_it(visit: Visit) -> None:
    visit.sign_in()
    worst = {"group": "race B, sex M", "expected": 1.2, "high": 1.9}
    measured = {"expected": 0.4123, "low": 0.25, "high": 0.61, "worst_group": worst}
    rare = {"expected": None, "low": 0, "high": 0.00031, "worst_group": None}

    told = [visit.page.evaluate(_EXPECTED, one) for one in (measured, rare)]

    start = "If the person is not on record, a search is expected to bring up"
    interval = "(95% interval: 0.25 to 0.61.) In the group measured worst here: up to 1.9."
    assert told == [
        f"{start} 0.41 other people at this score or above. {interval}",
        f"{start} fewer than 0.00031 other people at this score or above.",
    ]

"""The photo before it is sent: as large as its face needs, from the camera, dropped or pasted."""

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageChops, ImageStat
from playwright.sync_api import Route

from tests.page.chromium import Visit

_GIVEN = """([kind, encoded, place]) => {
  const bytes = Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0));
  const given = new DataTransfer();
  given.items.add(new File([bytes], "photo.jpg", { type: "image/jpeg" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: given, bubbles: true })
    : new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true });
  document.querySelector(place).dispatchEvent(event);
  return event.defaultPrevented;
}"""

_CUT = """async () => {
  const base = document.querySelector("script[type=module]").src;
  const { ProbePhoto } = await import(new URL("lib/probe-photo.js", base));
  const canvas = Object.assign(document.createElement("canvas"), { width: 1001, height: 701 });
  canvas.getContext("2d").fillRect(0, 0, 1001, 701);
  const photo = await ProbePhoto.of(await new Promise((done) => canvas.toBlob(done)));
  photo.cut({ left: 0.5, top: 0.4995, width: 0.5, height: 0.5005 });
  return photo.derivation();
}"""


def test_a_photo_with_a_small_face_is_sent_larger(visit: Visit, tmp_path: Path) -> None:
    far = tmp_path / "far.jpg"
    with Image.open(visit.jail.probe) as opened:
        face = opened.convert("RGB").resize((430, 430))
    scene = Image.new("RGB", (3600, 2400), (150, 160, 170))
    scene.paste(face, (1500, 900))
    scene.save(far, quality=92)
    visit.sign_in()

    search_id = visit.ask(far)

    with visit.jail.client("investigator") as client:
        probe = client.get(f"/searches/{search_id}").json()["probe"]
    [face_out] = probe["faces"]
    assert 1500 < probe["width"] <= 3600
    assert face_out["quality"]["size"] >= 112
    assert probe["derivation"]["original_width"] == 3600


@pytest.mark.parametrize(
    ("kind", "place"), [("drop", ".photo-entry"), ("drop", "h1"), ("paste", ".photo-entry")]
)
def test_a_photo_is_dropped_or_pasted(visit: Visit, kind: str, place: str) -> None:
    visit.sign_in()

    is_kept_from_the_browser = _given(visit, kind, place)

    visit.page.wait_for_selector(".face")
    assert is_kept_from_the_browser or kind == "paste"


def test_a_photo_dropped_on_another_screen_does_not_take_its_place(visit: Visit) -> None:
    visit.sign_in()
    visit.way("Past searches")

    assert _given(visit, "drop", "h1")


def test_an_open_crop_is_neither_sent_nor_lost(visit: Visit) -> None:
    """Cropped while faces are looked for, then searched, then another photo comes in."""
    page, held = visit.page, list[Route]()
    page.route("**/detect", lambda route: held.append(route), times=1)  # noqa: PLW0108 - Playwright marks it
    visit.sign_in()
    page.get_by_label("Purpose").select_option("training_test")

    page.locator("input[type=file]").set_input_files(visit.jail.probe)
    page.get_by_role("button", name="Crop", exact=True).click()
    while not held:
        page.wait_for_timeout(20)
    with page.expect_response("**/detect"):
        held.pop().continue_()
    page.keyboard.press("ArrowUp")
    told = page.locator(".crop-layer [role=status]").inner_text()
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_text("The crop is still open").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.locator(".face").wait_for()
    page.get_by_role("button", name="Crop", exact=True).click()
    _given(visit, "paste", ".photo-entry")
    page.locator(".face").wait_for()

    assert "from the top 8%" in told
    assert page.url.endswith("#/ask")
    assert page.locator(".cutting").count() == 0


def test_what_failed_is_tried_again(visit: Visit) -> None:
    page = visit.page
    busy = {"status": 503, "content_type": "application/problem+json", "body": '{"code": "busy"}'}
    page.route("**/detect", lambda route: route.fulfill(**busy), times=1)
    visit.sign_in()

    page.locator("input[type=file]").set_input_files(visit.jail.probe)
    page.get_by_role("button", name="Try again").click()

    page.locator(".face").wait_for()
    visit.provoked.append("503")  # Chromium tells every one


def test_what_failed_is_tried_again_after_a_crop_that_was_given_up(visit: Visit) -> None:
    page = visit.page
    no = {"status": 422, "content_type": "application/problem+json", "body": '{"code": "no_face"}'}
    page.route("**/detect", lambda route: route.fulfill(**no), times=1)
    visit.sign_in()
    visit.provoked.append("422")

    page.locator("input[type=file]").set_input_files(visit.jail.probe)
    page.get_by_role("button", name="Try again").wait_for()
    page.get_by_role("button", name="Crop", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Try again").click()

    page.locator(".face").wait_for()


def test_the_chosen_face_is_sent_as_large_as_it_needs(visit: Visit, tmp_path: Path) -> None:
    two = tmp_path / "two.jpg"
    scene = Image.new("RGB", (3600, 2400), (150, 160, 170))
    with Image.open(visit.jail.probe) as opened:
        face = opened.convert("RGB")
    scene.paste(face.resize((1400, 1400)), (100, 500))
    scene.paste(face.resize((430, 430)), (2700, 900))
    scene.save(two, quality=92)
    page = visit.page
    visit.sign_in()
    visit.add(two)
    page.get_by_label("Purpose").select_option("training_test")

    with page.expect_response("**/detect"):
        page.get_by_label("Face 2 of 2").check(force=True)
    page.wait_for_selector(".told .good, .told .hints")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_selector(".results")

    probe = _probe(visit)
    [searched] = [one for one in probe["faces"] if one["searched"]]
    assert searched["quality"]["size"] >= 112
    assert searched["box"]["left"] > 0.6
    assert probe["width"] > 1500


def test_a_photo_of_a_turned_camera_is_told_as_it_is_seen(visit: Visit, tmp_path: Path) -> None:
    """What is told of the original leads from it, upright, to what was sent."""
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # to be turned right by a quarter
    with Image.open(visit.jail.probe) as opened:
        upright = opened.convert("RGB").resize((1800, 2400))
    upright.transpose(Image.Transpose.ROTATE_90).save(turned, quality=95, exif=exif)
    visit.sign_in()

    visit.ask(turned)

    probe = _probe(visit)
    made = probe["derivation"]
    assert (made["original_width"], made["original_height"]) == (1800, 2400)
    assert [one["step"] for one in made["steps"]] == ["scaled", "encoded"]
    with visit.jail.client("investigator") as client:
        kept = client.get(f"/searches/{visit.page.url.rsplit('/', 1)[1]}/probe").content
    with Image.open(BytesIO(kept)) as sent:
        apart = ImageChops.difference(sent.convert("RGB"), upright.resize(sent.size))
        assert sent.size == (probe["width"], probe["height"])
    assert max(ImageStat.Stat(apart).mean) < 4  # of 255


def test_a_part_never_reaches_beyond_the_photo(visit: Visit) -> None:
    visit.open()

    made = visit.page.evaluate(_CUT)

    cropped, encoded = made["steps"]
    assert cropped == {"step": "cropped", "left": 501, "top": 350, "width": 500, "height": 351}
    assert encoded["step"] == "encoded"


def _given(visit: Visit, kind: str, place: str) -> bool:
    encoded = base64.b64encode(visit.jail.probe.read_bytes()).decode()
    return bool(visit.page.evaluate(_GIVEN, [kind, encoded, place]))


def _probe(visit: Visit) -> dict[str, Any]:
    with visit.jail.client("investigator") as client:
        answer = client.get(f"/searches/{visit.page.url.rsplit('/', 1)[1]}").json()
    probe: dict[str, Any] = answer["probe"]
    return probe


def test_a_photo_that_is_too_dark_is_told_so_before_it_is_sent(
    visit: Visit, tmp_path: Path
) -> None:
    dark = tmp_path / "dark.jpg"
    with Image.open(visit.jail.probe) as opened:
        opened.convert("RGB").point(lambda value: value * 0.18).save(dark)
    visit.sign_in()

    visit.add(dark)

    assert "dark" in visit.page.locator("main .told").first.inner_text()

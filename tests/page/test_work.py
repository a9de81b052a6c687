"""An investigator's work on the page: ask, compare, decide."""

import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.page.chromium import Visit
from tests.page.jail import Portrait

_CANCELLED = """() => {
  const layer = document.querySelector(".crop-layer");
  layer.setPointerCapture = () => {};
  const { left, top } = layer.getBoundingClientRect();
  const sent = (kind, by) => layer.dispatchEvent(new PointerEvent(kind, {
    pointerId: 7, clientX: left + by, clientY: top + by,
  }));
  const box = () => layer.querySelector(".crop-area").style.cssText;
  sent("pointerdown", 20);
  sent("pointermove", 120);
  const drawn = box();
  sent("pointercancel", 120);
  sent("pointermove", 200);
  return [drawn, box()];
}"""


def test_a_probe_is_searched_compared_and_decided_on(
    visit: Visit, portraits: tuple[list[Portrait], Path]
) -> None:
    page, booked = visit.page, portraits[0][0]
    visit.sign_in()

    search_id = visit.ask(visit.jail.probe)
    visit.pictures_drawn()
    page.get_by_role("link", name="Compare with").first.click()
    page.wait_for_selector(".viewer")
    visit.pictures_drawn()
    page.get_by_role("link", name="Compare and decide").click()
    page.get_by_label("Yes, it can be compared").check()
    page.get_by_role("button", name="Record and go on").click()
    page.get_by_label("Say something of each person").check()
    _pursue_nobody(visit)
    page.get_by_role("button", name="Record the answer").click()
    page.get_by_text("Closed: none of these people.").wait_for()

    with visit.jail.client("investigator") as client:
        answer = client.get(f"/searches/{search_id}").json()
        review = client.get(f"/searches/{search_id}/reviews").json()
    assert answer["candidates"][0]["external_image_id"].startswith(booked.external_image_id)
    assert answer["case_number"] == "26-001234"
    assert review["state"] == "no_lead"
    [said] = [one for entry in review["entries"] for one in [entry["answer"]] if one]
    assert {one["conclusion"] for one in said["findings"]} == {"not_pursued"}
    assert {"nose": "different"} in [one["features"] for one in said["findings"]]
    assert review["entries"][0]["reviewer"] == "Det. Ramos"


def _pursue_nobody(visit: Visit) -> None:
    for one in visit.page.locator(".compared-one").all():
        if one.get_attribute("open") is None:
            one.locator("summary").click()
        one.get_by_label("Not pursued").check()
    visit.page.get_by_label("Nose: Different").first.check()


def test_candidates_are_people_with_bookings_and_the_age_of_their_photos(visit: Visit) -> None:
    visit.sign_in()
    visit.ask(visit.jail.probe)

    first = visit.page.locator(".person").first
    assert first.get_by_text("Booked", exact=True).is_visible()
    assert first.locator(".charges li").count() > 0
    assert "ago" in first.locator(".age").inner_text()
    assert re.search(
        r"^\d+\.\d resemblance on the scale \S+; it does not say who this is$",
        first.locator(".score").inner_text(),
        re.MULTILINE,
    )


def test_codes_of_the_booking_are_told_in_words(visit: Visit) -> None:
    visit.sign_in()
    visit.ask(visit.jail.probe)

    visit.page.get_by_role("link", name="Compare with").first.click()

    told = visit.page.locator(".compare-facts").inner_text()
    assert re.search(r"^Sex\n+(Male|Female)$", told, re.MULTILINE)
    assert re.search(r"^Eyes\n+(Brown|Blue|Green|Gray|Hazel|Black)$", told, re.MULTILINE)


def test_nobody_fits_is_the_first_answer_that_is_offered(visit: Visit) -> None:
    page = visit.page
    visit.sign_in()
    visit.ask(visit.jail.probe)

    offered = page.locator(".next a").all_inner_texts()
    page.get_by_role("link", name="None of these people").click()
    page.get_by_label("Yes, it can be compared").check()
    page.get_by_role("button", name="Record and go on").click()
    page.wait_for_selector("text=What do you conclude?")
    answers = page.locator("input[type=radio][value]").evaluate_all("all => all.map(x => x.value)")
    assert page.get_by_label("None of these people").is_checked()
    page.get_by_role("button", name="Record the answer").click()
    page.get_by_text("Closed: none of these people.").wait_for()

    assert offered[0] == "None of these people"
    assert answers[0] == "none"


def test_a_photo_without_a_face_says_why_and_what_to_do(visit: Visit, tmp_path: Path) -> None:
    blank = tmp_path / "wall.jpg"
    Image.new("RGB", (640, 480), "grey").save(blank)
    visit.sign_in()

    visit.add(blank)

    told = visit.page.locator(".told .problem").inner_text()
    assert "No face was found" in told
    assert "another picture" in told


def test_a_search_without_a_face_says_again_why(visit: Visit, tmp_path: Path) -> None:
    blank = tmp_path / "wall.jpg"
    Image.new("RGB", (640, 480), "grey").save(blank)
    visit.sign_in()
    visit.add(blank)
    visit.page.get_by_label("Purpose").select_option("training_test")
    before = visit.page.get_by_role("alert").count()

    visit.page.get_by_role("button", name="Search", exact=True).click()

    assert before == 0
    assert "No face was found" in visit.page.get_by_role("alert").inner_text()


def test_a_file_that_is_no_photo_says_so(visit: Visit, tmp_path: Path) -> None:
    text = tmp_path / "photo.jpg"
    text.write_bytes(b"no photo")
    visit.sign_in()

    visit.page.locator("input[type=file]").set_input_files(text)

    told = visit.page.locator("[data-code=photo_not_opened]")
    told.wait_for()
    assert "JPEG or PNG" in told.inner_text()


def test_one_of_several_faces_is_chosen_with_the_keyboard(visit: Visit, tmp_path: Path) -> None:
    two = tmp_path / "two.jpg"
    with Image.open(visit.jail.probe) as opened:
        face = opened.convert("RGB").resize((600, 600))
    both = Image.new("RGB", (1400, 800), "white")
    both.paste(face, (0, 0))
    both.paste(face.resize((500, 500)), (750, 100))
    both.save(two)
    page = visit.page
    visit.sign_in()

    visit.add(two)
    assert "2 faces" in page.locator("main .told").first.inner_text()
    page.locator(".face input").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("Purpose").select_option("training_test")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_selector(".results")
    search_id = page.url.rsplit("/", 1)[1]

    with visit.jail.client("investigator") as client:
        faces = client.get(f"/searches/{search_id}").json()["probe"]["faces"]
    assert [one["searched"] for one in faces] == [False, True]


def test_what_is_sent_is_upright_reduced_and_without_what_the_camera_wrote(
    visit: Visit, tmp_path: Path
) -> None:
    sideways = tmp_path / "sideways.jpg"
    with Image.open(visit.jail.probe) as opened:
        upright = opened.convert("RGB").resize((1800, 2400))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"  # orientation: turn right; make
    upright.rotate(90, expand=True).save(sideways, exif=exif)
    visit.sign_in()

    search_id = visit.ask(sideways)

    with visit.jail.client("investigator") as client:
        probe = client.get(f"/searches/{search_id}").json()["probe"]
        kept = client.get(f"/searches/{search_id}/probe").content
    with Image.open(BytesIO(kept)) as opened:
        assert not opened.getexif()
        assert opened.size == (probe["width"], probe["height"]) == (1125, 1500)


def test_a_crop_stays_where_the_browser_took_the_finger(visit: Visit) -> None:
    visit.sign_in()
    visit.add(visit.jail.probe)
    visit.page.get_by_role("button", name="Crop", exact=True).click()

    drawn, after = visit.page.evaluate(_CANCELLED)

    assert drawn == after


def test_a_probe_is_turned_and_cut_out(visit: Visit, tmp_path: Path) -> None:
    lying = tmp_path / "lying.jpg"
    with Image.open(visit.jail.probe) as opened:
        opened.convert("RGB").resize((900, 1000)).rotate(90, expand=True).save(lying)
    page = visit.page
    visit.sign_in()

    visit.add(lying)
    page.get_by_role("button", name="Turn right").click()
    page.wait_for_selector(".face")
    page.get_by_role("button", name="Crop", exact=True).click()
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name="Crop to this").click()
    page.wait_for_selector(".face")
    page.get_by_role("button", name="Whole photo").wait_for()
    page.get_by_label("Purpose").select_option("training_test")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_selector(".results")

    with visit.jail.client("investigator") as client:
        probe = client.get(f"/searches/{page.url.rsplit('/', 1)[1]}").json()["probe"]
    assert (probe["width"], probe["height"]) == (720, 800)
    assert probe["derivation"] == {
        "original_sha256": sha256(lying.read_bytes()).hexdigest(),
        "original_width": 1000,
        "original_height": 900,
        "steps": [
            {"step": "rotated", "degrees": 90},
            {"step": "cropped", "left": 90, "top": 80, "width": 720, "height": 800},
            {"step": "encoded", "media_type": "image/jpeg"},
        ],
    }

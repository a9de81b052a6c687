import pytest
from PIL import Image, ImageFilter

from adapters.face_engine.local.encoder import Encoder
from adapters.portraits import Portrait
from app.domain.errors import FaceIndexError
from app.domain.face import RefusalReason
from tests.face_engine_local.pictures import likeness, middle, opened, saved


def beside(*pictures: Image.Image) -> Image.Image:
    together = Image.new("RGB", (sum(p.width for p in pictures), max(p.height for p in pictures)))
    left = 0
    for picture in pictures:
        together.paste(picture, (left, 0))
        left += picture.width
    return together


def test_a_booking_portrait_holds_one_face_and_gives_a_template(
    encoder: Encoder, portrait: bytes
) -> None:
    reading = encoder.read(portrait, "enrol")

    assert len(reading.faces) == 1
    assert reading.reasons == ((),)
    assert reading.chosen == 0
    assert reading.template is not None
    assert len(reading.template) == 2 * encoder.dimensions == 256
    assert likeness(reading.template, reading.template) == pytest.approx(1, abs=0.002)
    assert reading.decode_ms > 0
    assert reading.encode_ms > 0


def test_the_landmarks_lie_where_a_face_has_them(encoder: Encoder, portrait: bytes) -> None:
    face = encoder.read(portrait, "detect").faces[0]
    left, right, nose, mouth = face.landmarks

    assert left.x < nose.x < right.x
    assert max(left.y, right.y) < nose.y < mouth.y
    assert face.box.top < left.y
    assert mouth.y < face.box.top + face.box.height


def test_photos_of_one_person_are_more_alike_than_of_two(
    encoder: Encoder, portraits: dict[str, Portrait]
) -> None:
    template = {
        name: encoder.read(one.path.read_bytes(), "search").template
        for name, one in portraits.items()
    }

    probe = template.pop("DEMO-PROBE")
    ranked = sorted(template, key=lambda name: -likeness(probe, template[name]))

    assert set(ranked[:2]) == {"DEMO-0001", "DEMO-0002"}


def test_detecting_encodes_nobody(encoder: Encoder, portrait: bytes) -> None:
    reading = encoder.read(portrait, "detect")

    assert len(reading.faces) == 1
    assert reading.chosen is None
    assert reading.template is None


def test_with_two_equal_faces_nobody_is_encoded_for_enrolment_unless_chosen(
    encoder: Encoder, portrait: bytes, portraits: dict[str, Portrait]
) -> None:
    one, other = opened(portrait), opened(portraits["DEMO-0003"].path.read_bytes())
    photo = saved(beside(one, other.resize(one.size)), "PNG")

    unclear = encoder.read(photo, "enrol")
    chosen = [encoder.read(photo, "enrol", index) for index in (0, 1)]
    leftmost = min((0, 1), key=lambda index: middle(chosen[0].faces[index])[0])
    alone = encoder.read(portrait, "enrol")

    assert len(unclear.faces) == 2
    assert unclear.chosen is None
    assert unclear.template is None
    assert [reading.chosen for reading in chosen] == [0, 1]
    assert likeness(chosen[leftmost].template, alone.template) > 0.97
    assert likeness(chosen[1 - leftmost].template, alone.template) < 0.93


def test_to_index_every_face_is_encoded_as_it_is_alone(
    encoder: Encoder, portrait: bytes, portraits: dict[str, Portrait]
) -> None:
    one, other = opened(portrait), opened(portraits["DEMO-0003"].path.read_bytes())
    photo = saved(beside(one, other.resize(one.size)), "PNG")

    whole = encoder.read(photo, "index")

    chosen = [encoder.read(photo, "search", index) for index in (0, 1)]
    assert whole.chosen is None
    assert whole.faces == chosen[0].faces
    assert list(whole.templates) == [reading.template for reading in chosen]


def test_a_search_takes_the_largest_face(encoder: Encoder, portrait: bytes) -> None:
    picture = opened(portrait)
    small = picture.resize((picture.width // 2, picture.height // 2))

    reading = encoder.read(saved(beside(small, picture), "PNG"), "search")

    assert len(reading.faces) == 2
    assert reading.chosen == 0
    assert reading.faces[0].box.area > reading.faces[1].box.area
    assert middle(reading.faces[0])[0] > 0.5


def test_a_face_that_is_not_there_cannot_be_chosen(encoder: Encoder, portrait: bytes) -> None:
    with pytest.raises(FaceIndexError, match="face=3"):
        encoder.read(portrait, "search", 3)


@pytest.mark.parametrize(
    "turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270]
)
def test_a_photo_on_its_side_without_a_tag_is_read_turned(
    encoder: Encoder, portrait: bytes, turn: Image.Transpose
) -> None:
    upright = encoder.read(portrait, "search")

    lying = encoder.read(saved(opened(portrait).transpose(turn), "PNG"), "search")

    assert likeness(lying.template, upright.template) > 0.95


def test_the_answer_does_not_depend_on_how_large_the_photo_is(
    encoder: Encoder, portrait: bytes
) -> None:
    picture = opened(portrait)
    large = picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.BICUBIC)

    small_reading = encoder.read(portrait, "search")
    large_reading = encoder.read(saved(large, "JPEG", quality=90), "search")

    assert large_reading.size.width == picture.width * 4
    ratio = large_reading.faces[0].quality.size / small_reading.faces[0].quality.size
    assert ratio == pytest.approx(4, rel=0.1)
    assert middle(large_reading.faces[0]) == pytest.approx(middle(small_reading.faces[0]), abs=0.02)
    assert likeness(large_reading.template, small_reading.template) > 0.98


def test_a_face_far_away_in_a_large_picture_is_found(encoder: Encoder, portrait: bytes) -> None:
    scene = Image.new("RGB", (1400, 1000), (120, 130, 110))
    picture = opened(portrait)
    picture.thumbnail((150, 150))
    scene.paste(picture, (1100, 700))

    reading = encoder.read(saved(scene, "PNG"), "search")

    assert len(reading.faces) == 1
    assert middle(reading.faces[0])[0] > 0.75
    assert likeness(reading.template, encoder.read(portrait, "search").template) > 0.9


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (1, 1)),
        Image.new("RGB", (5000, 2), "white"),
        Image.new("RGB", (2, 5000), "white"),
        Image.new("RGB", (400, 300), (90, 120, 200)),
        Image.effect_noise((320, 240), 90).convert("RGB"),
        Image.linear_gradient("L").convert("RGB"),
    ],
    ids=["one pixel", "flat sliver", "tall sliver", "blue", "noise", "gradient"],
)
@pytest.mark.parametrize("purpose", ["enrol", "search"])
def test_a_picture_of_nobody_has_no_face(
    encoder: Encoder, picture: Image.Image, purpose: str
) -> None:
    reading = encoder.read(saved(picture, "PNG"), "enrol" if purpose == "enrol" else "search")

    assert reading.faces == ()
    assert reading.chosen is None
    assert reading.template is None


def test_a_face_of_a_few_pixels_is_no_face(encoder: Encoder, portrait: bytes) -> None:
    tiny = opened(portrait)
    tiny.thumbnail((32, 32))

    assert encoder.read(saved(tiny, "PNG"), "search").faces == ()


def test_a_small_face_is_read_and_named_small(encoder: Encoder, portrait: bytes) -> None:
    small = opened(portrait)
    small.thumbnail((70, 70))

    reading = encoder.read(saved(small, "PNG"), "enrol")

    assert reading.reasons == ((RefusalReason.SMALL_BOUNDING_BOX,),)


def test_a_blurred_face_is_named_blurred(encoder: Encoder, portrait: bytes) -> None:
    blurred = opened(portrait).filter(ImageFilter.GaussianBlur(14))

    reading = encoder.read(saved(blurred, "PNG"), "enrol")

    assert RefusalReason.LOW_SHARPNESS in reading.reasons[0]


def test_a_dark_face_is_named_dark(encoder: Encoder, portrait: bytes) -> None:
    dark = opened(portrait).point(lambda value: value * 0.05)

    reading = encoder.read(saved(dark, "PNG"), "enrol")

    assert RefusalReason.LOW_BRIGHTNESS in reading.reasons[0]


def test_roll_is_the_angle_the_face_was_turned_by(encoder: Encoder, portrait: bytes) -> None:
    upright = encoder.read(portrait, "detect").faces[0].quality.roll
    turned = opened(portrait).rotate(-20, Image.Resampling.BILINEAR)

    roll = encoder.read(saved(turned, "PNG"), "detect").faces[0].quality.roll

    assert upright is not None
    assert roll is not None
    assert roll - upright == pytest.approx(20, abs=5)

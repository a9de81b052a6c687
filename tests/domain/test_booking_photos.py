"""What the photo of a booking shows, and what a mapping says of the codes of a JMS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking import Coded
from app.domain.mapped_code import MappedCode
from app.domain.photo import View
from app.domain.views import IMAGE_TYPES, POSES
from tests.domain.bookings import booking_of
from tests.domain.examples import EXAMPLES

ITL = "ANSI/NIST-ITL"


@pytest.mark.parametrize(("code", "words"), POSES.items())
def test_every_pose_is_read(code: str, words: str) -> None:
    for word in (code, *words.split(",")):
        assert booking_of(pose=word).pose == Coded(word, code, ITL)


@pytest.mark.parametrize(("code", "words"), IMAGE_TYPES.items())
def test_every_image_type_is_read(code: str, words: str) -> None:
    for word in (code, *words.split(",")):
        assert booking_of(image_type=word).image_type == Coded(word, code, ITL)


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("Front", View.FRONT),
        ("L", View.LEFT),
        ("right profile", View.RIGHT),
        ("scar_mark_tattoo", View.SCAR_MARK_TATTOO),
        ("A", View.OTHER),
        ("from above", View.OTHER),
        ("", None),
    ],
)
def test_the_view_is_read_and_an_unknown_one_is_never_front(text: str, view: View | None) -> None:
    assert booking_of(view=text).view is view


@pytest.mark.parametrize(
    ("said", "view"),
    [
        ({"pose": "F"}, View.FRONT),
        ({"pose": "F", "image_type": "FACE"}, View.FRONT),
        ({"pose": "L"}, View.LEFT),
        ({"pose": "R", "view": "front"}, View.RIGHT),
        ({"pose": "F", "view": "left"}, View.LEFT),
        ({"pose": "A"}, View.OTHER),
        ({"pose": "from above", "view": "front"}, View.OTHER),
        ({"image_type": "FACE"}, None),
        ({"image_type": "TAT", "view": "front", "pose": "F"}, View.SCAR_MARK_TATTOO),
        ({"image_type": "OIC", "view": "front"}, View.OTHER),
    ],
)
def test_a_photo_is_front_only_where_nothing_says_otherwise(
    said: dict[str, str], view: View | None
) -> None:
    assert booking_of(**said).view is view


@pytest.mark.parametrize("column", ["view", "pose", "image_type"])
def test_a_photo_of_which_something_cannot_be_read_is_never_front(column: str) -> None:
    booking = booking_of(**{"view": "front", "pose": "F", column: ["F"]})

    assert booking.view is View.OTHER


@pytest.mark.parametrize(
    ("text", "pose", "image_type"),
    [
        ("Front", "F", "FACE"),
        ("R", "R", "FACE"),
        ("angled", "A", "FACE"),
        ("tattoo", None, "TATTOO"),
        ("smt", None, None),
        ("wristband", None, None),
        ("from above", None, None),
    ],
)
def test_a_view_says_the_pose_and_the_image_type_too(
    text: str, pose: str | None, image_type: str | None
) -> None:
    booking = booking_of(view=text)

    assert booking.pose == (Coded(text, pose, ITL) if pose else None)
    assert booking.image_type == (Coded(text, image_type, ITL) if image_type else None)


def test_what_a_mapping_says_of_a_code_counts_and_the_raw_value_is_kept() -> None:
    booking = booking_of(
        custody_status=MappedCode("03", "in_custody"),
        pose=MappedCode("1", "F"),
        image_type=MappedCode("9", None),
        view=MappedCode("7", "tattoo"),
    )

    assert booking.custody_status == Coded("03", "in_custody", "CANDID")
    assert booking.pose == Coded("1", "F", ITL)
    assert booking.image_type == Coded("9")
    assert booking.view is View.OTHER
    assert booking_of(view=MappedCode("7", "tattoo")).image_type == Coded("7", "TATTOO", ITL)


@pytest.mark.parametrize("column", ["custody_status", "pose", "image_type", "skin_tone"])
def test_a_code_that_a_mapping_does_not_name_means_nothing(column: str) -> None:
    booking = booking_of(**{column: MappedCode("F", None)})

    read = booking.person.skin_tone if column == "skin_tone" else getattr(booking, column)
    assert read == Coded("F")


def test_a_view_that_a_mapping_does_not_name_says_no_pose() -> None:
    booking = booking_of(view=MappedCode("F", None))

    assert (booking.view, booking.pose, booking.image_type) == (View.OTHER, None, None)


def test_a_raw_value_that_tells_of_health_is_not_kept_whatever_it_means() -> None:
    unnamed = booking_of(custody_status=MappedCode("Out to hospital", None))
    booking = booking_of(custody_status=MappedCode("Out to hospital", "temporarily_out"))

    assert unnamed.custody_status is None
    assert booking.custody_status == Coded("temporarily_out", "temporarily_out", "CANDID")


@EXAMPLES
@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_no_text_is_taken_for_a_front_view_that_is_not_one(
    view: str, pose: str, image_type: str
) -> None:
    booking = booking_of(view=view, pose=pose, image_type=image_type)

    if booking.view is View.FRONT:
        assert booking.pose is not None
        assert booking.pose.code == "F"

"""Which face of a photo is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import FaceIndexError, NoFaceError, SeveralFacesError
from app.domain.face import Box, Face, Quality, face_to_enrol, face_to_search, largest_first

sides = st.floats(0.01, 1)
faces = st.builds(
    lambda left, side: Face(Box(left, 0.1, side, side), Quality(100, 99.0)), st.floats(0, 1), sides
)


def face_of(side: float) -> Face:
    return Face(Box(0, 0, side, side), Quality(100, 99.0))


def test_a_dominant_face_is_enrolled_without_asking() -> None:
    found = [face_of(0.4), face_of(0.19)]

    assert face_to_enrol(found, None) == 0


def test_two_faces_of_like_size_are_a_question() -> None:
    found = [face_of(0.4), face_of(0.3)]

    with pytest.raises(SeveralFacesError) as refused:
        face_to_enrol(found, None)
    assert refused.value.faces == tuple(found)


def test_a_chosen_face_settles_the_question() -> None:
    found = [face_of(0.4), face_of(0.3)]

    assert face_to_enrol(found, 1) == 1


def test_a_search_takes_the_largest_face_unless_another_is_chosen() -> None:
    found = [face_of(0.4), face_of(0.3)]

    assert face_to_search(found, None) == 0
    assert face_to_search(found, 1) == 1


def test_no_face_is_no_choice() -> None:
    with pytest.raises(NoFaceError):
        face_to_search([], None)


@pytest.mark.parametrize("wanted", [-1, 2, 99])
def test_a_face_that_does_not_exist_cannot_be_chosen(wanted: int) -> None:
    with pytest.raises(FaceIndexError):
        face_to_enrol([face_of(0.4), face_of(0.3)], wanted)


@given(st.lists(faces))
def test_faces_are_listed_from_the_largest_to_the_smallest(found: list[Face]) -> None:
    areas = [face.box.area for face in largest_first(found)]

    assert areas == sorted(areas, reverse=True)

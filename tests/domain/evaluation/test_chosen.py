from app.domain.evaluation import FaceRule
from app.domain.evaluation.chosen import chosen_face
from app.domain.face import Box, Face, Quality


def face(left: float, size: float) -> Face:
    return Face(Box(left, 0.5 - size / 2, size, size), Quality(100, 99.0))


BESIDE_LARGE = [face(0.0, 0.4), face(0.4, 0.2)]


def test_the_central_face_is_the_one_nearest_the_middle() -> None:
    assert chosen_face(BESIDE_LARGE, FaceRule.CENTRAL) == 1
    assert chosen_face(BESIDE_LARGE, FaceRule.LARGEST) == 0
    assert chosen_face(BESIDE_LARGE, FaceRule.SERVICE) is None
    assert chosen_face([], FaceRule.CENTRAL) == 0

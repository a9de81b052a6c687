"""How the faces of several looks become one list."""

import numpy as np

from adapters.face_engine.local.alignment import CHIP, Aligned
from adapters.face_engine.local.blaze_face import Sighting
from adapters.face_engine.local.finder import MOST_FACES, joined


def face(left: int, side: int = 20) -> Aligned:
    corners = [complex(left, 0), complex(left + side, side)]
    places = np.array([*corners, *[complex(left, 0)] * 6])
    return Aligned(Sighting(0.9, places), np.zeros((CHIP, CHIP, 3), np.uint8), confirmed=True)


def test_two_looks_find_no_more_than_one_may() -> None:
    large = [face(100 * n, 30) for n in range(80)]
    small = [face(100 * n + 50) for n in range(80)]

    found = joined(small, large)

    assert len(found) == MOST_FACES
    assert sum(one.sighting.area == 900 for one in found) == 80


def test_a_face_of_both_looks_is_one() -> None:
    assert len(joined([face(0), face(100)], [face(2)])) == 2

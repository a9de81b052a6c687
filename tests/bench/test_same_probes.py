"""Two programs on the same probes: who is found, who cannot be, and what chance explains."""

from pathlib import Path

import numpy as np
import pytest

from bench.face_sets import Photo, Vectors
from bench.same_probes import Drawn, draw, mcnemar, ranks


def _photo(person: str, role: str) -> Photo:
    return Photo(person, Path(f"{person}-{role}.jpg"), role)


def _template(*values: float) -> Vectors:
    return np.array(values, np.float32)


def test_fewer_enrolled_than_have_probes_are_refused() -> None:
    every = [_photo(person, role) for person in "ab" for role in ("probe_mated", "gallery_mated")]

    with pytest.raises(ValueError, match="2 photos of the probes' people are enrolled, not 1"):
        draw(every, 2, 1)


def test_a_probe_not_seen_and_one_not_enrolled_are_told_apart() -> None:
    gallery = [_photo(person, "gallery_mated") for person in "abc"]
    drawn = Drawn(gallery, [_photo(person, "probe_mated") for person in "abc"])
    templates = [_template(0, 1), None, _template(1, 0), _template(0, 1), _template(1, 1), None]

    found, unenrolled, unseen = ranks(drawn, templates)

    assert found == 1
    assert unenrolled > unseen > len(gallery)


@pytest.mark.parametrize(
    ("one", "other", "p"), [(0, 0, 1.0), (5, 5, 1.0), (0, 5, 0.0625), (2, 10, 0.03857)]
)
def test_what_one_finds_alone_is_set_against_chance(one: int, other: int, p: float) -> None:
    assert mcnemar(one, other) == mcnemar(other, one) == pytest.approx(p, rel=1e-3)

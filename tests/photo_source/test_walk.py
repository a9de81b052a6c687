"""The walk through a folder, from any place in it."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.photo_source.fence import Fence
from adapters.photo_source.walk import Found, Kind, Walk
from tests.photo_source.files import fill

NAMES = st.sampled_from(["a", "b", "a.jpg", "b.jpg", "a-1.jpg", "a0", "A.jpg", "é.jpg"])


@given(
    paths=st.sets(st.lists(NAMES, min_size=1, max_size=4).map("/".join), min_size=1, max_size=30),
    window=st.integers(1, 5),
    seed=st.integers(0, 10**6),
)
def test_a_walk_goes_on_from_any_place(
    tmp_path_factory: pytest.TempPathFactory, paths: set[str], window: int, seed: int
) -> None:
    root = tmp_path_factory.mktemp("walk")
    kept = {path for path in paths if not any(other.startswith(f"{path}/") for other in paths)}
    fill(root, *kept)
    walk = Walk(root, Fence([root]), window=window)
    whole = list(walk.after(b""))
    place = random.Random(seed).choice(whole)  # noqa: S311 - no secret

    assert [found.path for found in whole] == sorted(kept, key=os.fsencode)
    assert list(walk.after(place.place)) == whole[whole.index(place) + 1 :]


def test_a_walk_passes_over_what_it_need_not_read(tmp_path: Path) -> None:
    root = tmp_path
    fill(root, *(f"{directory}/1.jpg" for directory in "abc"))
    walk = Walk(root, Fence([root]))
    (root / "a").rename(root / "a ")

    assert list(walk.after(b"b/1.jpg")) == [Found("c/1.jpg", Kind.FILE, b"c/1.jpg")]

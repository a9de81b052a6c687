"""Kept embeddings are those of these photos by this code, and whole."""

from pathlib import Path

import numpy as np
import pytest

from bench.face_sets import Photo
from bench.unequal.seen import keep, known_by


@pytest.fixture
def photo(tmp_path: Path) -> Photo:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"one photo")
    return Photo("a", path, "gallery_mated")


def test_another_photo_of_the_same_name_is_encoded_anew(photo: Photo) -> None:
    before = known_by("model/1", [photo])

    photo.path.write_bytes(b"another photo")

    assert known_by("model/1", [photo]) != before
    assert known_by("model/2", [photo]) != known_by("model/1", [photo])


def test_what_is_kept_is_whole_and_alone(tmp_path: Path) -> None:
    kept = tmp_path / "embeddings.npz"

    keep(kept, np.ones((2, 3, 2, 128), np.float32), np.ones(2, np.float32))

    assert list(tmp_path.iterdir()) == [kept]
    with np.load(kept) as held:
        assert held["embeddings"].shape == (2, 3, 2, 128)

"""Which ids can join photo, face and booking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidExternalImageIdError
from app.domain.photo import checked_external_image_id, photo_key


@pytest.mark.parametrize("good", ["A1", "26-001234:front.jpg", "..a", "x" * 255, "-", "_"])
def test_rekognitions_pattern_is_ours(good: str) -> None:
    assert checked_external_image_id(good) == good


@pytest.mark.parametrize(
    "bad", ["", ".", "..", "...", "a b", "a/b", "ä", "x" * 256, "a\n", "a\\b", "٣", "a%2Fb"]
)
def test_what_cannot_be_a_join_is_refused(bad: str) -> None:
    with pytest.raises(InvalidExternalImageIdError):
        checked_external_image_id(bad)


@given(st.text())
def test_no_accepted_id_leads_out_of_a_directory(given_id: str) -> None:
    try:
        key = photo_key(checked_external_image_id(given_id), "0" * 64)
    except InvalidExternalImageIdError:
        return
    assert key.count("/") == 1
    assert ".." not in key.split("/")

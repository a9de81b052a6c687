import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.encoded_ids import decoded_id, encoded_id
from app.domain.errors import InvalidExternalImageIdError
from app.domain.photo import checked_external_image_id


@given(st.text(min_size=1, max_size=20))
def test_every_short_id_comes_back(raw: str) -> None:
    assert decoded_id(checked_external_image_id(encoded_id(raw))) == raw


@given(st.text(alphabet="abcXYZ019_.-:", min_size=1, max_size=20))
def test_different_ids_stay_different(raw: str) -> None:
    assert decoded_id(encoded_id(raw)) == raw


@pytest.mark.parametrize("raw", ["26-000123", "a:b", "x_3-z.jpg", ":20", "A:20"])
def test_an_id_that_fits_stays_as_it_is(raw: str) -> None:
    assert encoded_id(raw) == raw


def test_an_id_that_does_not_fit_can_still_be_read() -> None:
    assert encoded_id("A 1/2") == "::A:201:2f2"
    assert encoded_id("..") == "::.."


@pytest.mark.parametrize("raw", ["", "é" * 100, "a " * 128])
def test_an_id_that_would_be_too_long_is_refused(raw: str) -> None:
    with pytest.raises(InvalidExternalImageIdError):
        encoded_id(raw)


@pytest.mark.parametrize("strange", ["::A:2", "::A:zz", "::A:ff", "::abc", "::"])
def test_what_was_never_encoded_comes_back_as_it_is(strange: str) -> None:
    assert decoded_id(strange) == strange

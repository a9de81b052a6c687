"""Pagination tokens: they lead on, fit into 255 characters, and are of one list only."""

import base64
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.rekognition.errors import Refusal
from app.api.rekognition.tokens import Page, Place

IDS = st.text(ascii_letters + digits + "_.-:", min_size=1, max_size=255)
PLACE = Place("ListFaces", "jail")


@given(IDS)
def test_a_token_leads_to_where_the_page_ended(last: str) -> None:
    token = PLACE.token(last)

    assert len(token) <= 255
    assert not set(token) & set("\"'\\")
    assert PLACE.after(token) == last


@pytest.mark.parametrize("letter", "aA0_.-:")
def test_the_longest_id_still_fits(letter: str) -> None:
    assert len(Place("ListCollections").token(letter * 255)) <= 255


def test_the_first_page_has_no_token() -> None:
    assert PLACE.after(None) is None


@given(st.text(max_size=255))
def test_a_token_that_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(Refusal) as raised:
        PLACE.after(token)

    assert raised.value.code == "InvalidPaginationTokenException"


@pytest.mark.parametrize("other", [Place("ListUsers", "jail"), Place("ListFaces", "other")])
def test_a_token_of_another_list_is_refused(other: Place) -> None:
    with pytest.raises(Refusal):
        PLACE.after(other.token("a"))


def test_a_token_made_up_with_a_character_of_no_id_is_refused() -> None:
    sealed = PLACE._check("a\0") + (len("\0" + ascii_letters + digits + "_.-:")).to_bytes(2, "big")  # noqa: SLF001 -- what a forger would do

    with pytest.raises(Refusal):
        PLACE.after(base64.b85encode(sealed).decode())


def test_a_page_is_the_last_when_no_more_was_read() -> None:
    assert Page.of([1, 2], 2) == Page([1, 2], is_last=True)
    assert Page.of([1, 2, 3], 2) == Page([1, 2], is_last=False)

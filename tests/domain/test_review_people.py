"""Who is held to be the same person."""

import pytest

from app.domain.review_people import identity_of, is_same_person, is_signed_in


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ann Roe", " ANN\u00a0 roe", True),
        ("Al\u200bice", "Ali\u00adce", True),
        ("ann (1 at idp.example/x)", "roe (1 at idp.example/x)", True),
        ("ann (1 at idp.example)", "ann (2 at idp.example)", False),
        ("(1 at idp.example)", "", False),
        ("ann (1 at idp.example)", "Ann", True),
        ("desk (0a1b2c3d)", "desk (11223344)", True),
        ("desk (0a1b2c3d)", "desk", True),
        ("Ann", "Bob", False),
        ("Ann (night)", "Ann", False),
    ],
)
def test_names_are_compared_by_what_does_not_change(one: str, other: str, *, same: bool) -> None:
    assert is_same_person(one, other) is same
    assert is_same_person(other, one) is same


def test_whoever_signed_in_is_their_subject_at_their_provider() -> None:
    assert identity_of("ann (1 at idp.example)") == identity_of("roe (1 at idp.example)")
    assert is_signed_in("(1 at idp.example)")
    assert not is_signed_in("desk (0a1b2c3d)")

"""Heights and weights in the forms that jails write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.measures import SHORTEST, TALLEST, inches_of, pounds_of
from tests.domain.examples import EXAMPLES

FORMS = ("{feet}{inches:02}", "{feet}'{inches}\"", "{feet}' {inches}", "{feet}-{inches}")
MORE_FORMS = (
    "{feet}-{inches:02}",
    "{feet} ft {inches} in",
    "{feet}\u2032{inches}\u2033",
    "{total}",
)


@pytest.mark.parametrize(
    ("text", "inches"),
    [
        ("511", 71),
        ("0511", 71),
        ("5'11\"", 71),
        ("5'11''", 71),
        ("5-11", 71),
        ("5 11", 71),
        ("6'", 72),
        ("71", 71),
        ("71.0", 71),
        ("71 in", 71),
        ("5'10.5\"", 71),
        ("180 cm", 71),
        ("1.80 m", 71),
    ],
)
def test_a_height_is_read(text: str, inches: int) -> None:
    assert inches_of(text) == inches


@pytest.mark.parametrize(
    "text", ["180", "512", "5.11", "5'12", "2'11", "811", "tall", "", "5-", "9"]
)
def test_what_is_no_height_is_not_guessed(text: str) -> None:
    assert inches_of(text) is None


@EXAMPLES
@given(st.integers(SHORTEST, TALLEST), st.sampled_from([*FORMS, *MORE_FORMS]))
def test_every_height_survives_every_form(total: int, form: str) -> None:
    text = form.format(feet=total // 12, inches=total % 12, total=total)

    assert inches_of(text) == total


@EXAMPLES
@given(st.integers(92, 241))
def test_centimetres_come_within_half_an_inch(centimetres: int) -> None:
    inches = inches_of(f"{centimetres} cm")

    assert inches is not None
    assert abs(inches - centimetres / 2.54) <= 0.5


@EXAMPLES
@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_measures(text: str) -> None:
    assert inches_of(text) in {None, *range(SHORTEST, TALLEST + 1)}
    assert pounds_of(text) in {None, *range(50, 1000)}


@pytest.mark.parametrize(
    ("text", "pounds"),
    [("180", 180), ("180 lb", 180), ("180lbs.", 180), ("095", 95), ("82 kg", 181), ("180.4", 180)],
)
def test_a_weight_is_read(text: str, pounds: int) -> None:
    assert pounds_of(text) == pounds


@pytest.mark.parametrize("text", ["heavy", "20", "1200", "999 kg", ""])
def test_what_is_no_weight_is_not_guessed(text: str) -> None:
    assert pounds_of(text) is None

"""What a blind test showed, in figures and in words."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from math import comb

import pytest

from app.domain.blind_score import opened
from app.domain.blind_told import came_back, place_of, result_of, truth_of
from app.domain.exact_interval import exact_interval
from app.services.blind_test import protocol_text
from tests.blind_test.samples import OPENED_AT, WRITTEN, sample_opened, sealed, searched


def test_a_person_is_found_by_any_of_their_photos() -> None:
    found = sample_opened()

    told = {truth_of(one): place_of(one) for one in found.outcomes}
    assert told == {
        "A1": "rank 1",
        "B1; B2": "rank 2",
        "C1": "not returned",
        "not in the gallery": "-",
    }
    assert [(one.rank, one.count, one.of) for one in found.found] == [(1, 1, 3), (5, 2, 3)]


def test_what_could_not_be_searched_counts_as_not_found() -> None:
    found = sample_opened()

    assert (
        "1 of the probes of people in the gallery could not be searched and count as not found."
        in result_of(found)
    )
    assert "not searched: no_face" in map(came_back, found.outcomes)


def test_strangers_who_score_as_high_as_the_right_person_are_counted() -> None:
    said = result_of(sample_opened())

    assert (
        "The right people's similarities went from 45.0 to 88.0; the highest of a wrong person for "
        "the others was 47.5. In 1 of these 1 probes a wrong person scored as high as a right one "
        "had."
    ) in said


def test_a_test_of_one_kind_of_probes_says_what_it_does_not_tell() -> None:
    booked = {name: said for name, said in WRITTEN.items() if name != "d.jpg"}

    assert any(
        "nothing is said of what comes back for others" in s
        for s in result_of(sample_opened(booked))
    )
    others = sample_opened({"d.jpg": "not in the gallery"})
    assert others.found == ()
    assert any("nothing is said of finding" in said for said in result_of(others))


def test_several_probes_of_one_person_are_told() -> None:
    said = result_of(sample_opened(WRITTEN | {"c.jpg": "A1"}))

    assert any("3 probes show 2 people" in one for one in said)


def test_ids_that_one_probe_shares_with_another_are_of_one_person() -> None:
    written = WRITTEN | {"a.jpg": "B2; B1", "c.jpg": "B3; B2"}

    assert any("3 probes show 1 people" in one for one in result_of(sample_opened(written)))


def test_a_probe_that_is_an_enrolled_file_is_told_and_left_out_of_every_figure() -> None:
    test = sealed()
    results = searched(test)
    [number] = [number for number, name in test.photos.items() if name == "a.jpg"]
    returned = tuple(
        replace(one, same_file="A1") if one.number == number else one for one in results.returned
    )
    found = opened(test.test, replace(results, returned=returned), test.answers, OPENED_AT)

    assert [(one.rank, one.count, one.of) for one in found.found] == [(1, 0, 2), (5, 1, 2)]
    assert any(f"nothing of finding a person: probe {number}." in s for s in result_of(found))
    assert "left out: the same file as A1" in protocol_text(found)


def test_the_protocol_is_a_page_of_text_with_lines_to_sign() -> None:
    text = protocol_text(sample_opened())

    assert all(word in text for word in ("Det. R. Sample", "Sgt. O. Example", "Witness", "model/1"))
    assert text.count("Signature ___") == 3
    assert "not an identification" in " ".join(text.split())


def _probable(counts: Iterable[int], of: int, rate: float) -> float:
    """Add up binomial probabilities in whole fractions."""
    p = Fraction(rate)
    return float(sum(comb(of, k) * p**k * (1 - p) ** (of - k) for k in counts))


def test_the_interval_of_nothing_and_of_everything_is_the_closed_form() -> None:
    least = 0.025 ** (1 / 20)

    assert exact_interval(0, 20) == pytest.approx((0.0, 1 - least))
    assert exact_interval(20, 20) == pytest.approx((least, 1.0))


@pytest.mark.parametrize(("count", "of"), [(1, 3), (14, 20), (97, 102)])
def test_beyond_each_end_of_the_interval_lies_a_fortieth(count: int, of: int) -> None:
    low, high = exact_interval(count, of)

    assert _probable(range(count, of + 1), of, low) == pytest.approx(0.025)
    assert _probable(range(count + 1), of, high) == pytest.approx(0.025)


def test_the_interval_of_many_is_found_too() -> None:
    low, high = exact_interval(1470, 1518)

    assert (round(low, 4), round(high, 4)) == (0.9583, 0.9766)


def test_nothing_tried_is_no_rate() -> None:
    with pytest.raises(ValueError, match="0 of 0 is no rate"):
        exact_interval(0, 0)

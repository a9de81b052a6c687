"""The cohort, and what parameters were chosen on, hold nobody who is measured."""

from pathlib import Path

import pytest

from bench.face_sets import Photo
from bench.unequal.split import Part, checked, frozen, part_of


def _photo(person: str, role: str) -> Photo:
    return Photo(person, Path(f"{person}.jpg"), role)


def test_all_photos_of_a_person_are_in_one_part() -> None:
    for number in range(100):
        roles = "gallery_mated", "probe_mated", "probe_mated"
        assert len({part_of(_photo(f"person {number}", role)) for role in roles}) == 1


def test_only_people_who_are_never_searched_for_are_in_the_cohort() -> None:
    roles = "gallery_mated", "probe_mated", "probe_nonmated"
    photos = [_photo(f"person {number}", role) for number in range(100) for role in roles]

    assert {part_of(photo) for photo in photos} == {Part.DEVELOPMENT, Part.TEST}
    distractors = [_photo(f"person {number}", "gallery_distractor") for number in range(100)]
    assert {part_of(photo) for photo in distractors} == set(Part)


def test_a_cohort_is_known_by_its_people_in_any_order() -> None:
    assert frozen(["b", "a"]) == frozen(["a", "b"]) != frozen(["a"])


def test_another_cohort_is_refused() -> None:
    with pytest.raises(ValueError, match="another than the one that was frozen"):
        checked([_photo("person 1", "gallery_distractor")])

from dataclasses import replace

import pytest

from app.domain.evaluation import PlacedPhoto, Role
from app.domain.evaluation.grouping import columns_of, ungrouped


def photos(values: list[tuple[str, str]]) -> list[PlacedPhoto]:
    """Make photos of (person, value of the column `it`, blank for none)."""
    return [
        PlacedPhoto(person, str(at), Role.PROBE_MATED, {"it": value} if value else {})
        for at, (person, value) in enumerate(values)
    ]


def test_a_column_of_the_person_is_told_from_one_of_the_photo() -> None:
    (sex,) = columns_of(photos([("a", "F"), ("a", "F"), ("b", "M"), ("b", "")]), [])
    (pose,) = columns_of(photos([("a", "front"), ("a", "side")]), [])

    assert sex.of_person
    assert sex.values == ("F", "M")
    assert sex.gallery == ("F", "F", "M", None)
    assert not pose.of_person


def test_one_person_of_two_values_is_set_aside_and_the_column_stays_one_of_people() -> None:
    people = [(f"p{at}", "F") for at in range(20) for _ in range(2)]

    (sex,) = columns_of(photos([*people, ("q", "F"), ("q", "M"), ("r", "")]), [])

    assert sex.of_person
    assert sex.values == ("F",)
    assert sex.gallery[-3:] == (None, None, None)
    assert (sex.contradicted, sex.unlabelled) == (1, 1)


def test_where_many_people_have_several_values_the_column_is_of_photos() -> None:
    people = [(f"p{at}", value) for at in range(20) for value in ("front", "side" * (at % 5 == 0))]

    (view,) = columns_of(photos(people), [])

    assert not view.of_person
    assert view.contradicted == 0


def test_a_rare_pose_is_one_of_photos_and_lost_values_are_told_of_other_columns() -> None:
    def called(name: str) -> list[PlacedPhoto]:
        rare = [(f"p{at}", value) for at in range(20) for value in ("front", "front")]
        rare += [("q", "front"), ("q", "profile")]
        return [replace(one, groups={name: one.groups["it"]}) for one in photos(rare)]

    (pose,) = columns_of(called("Pose"), [])
    (other,) = columns_of(called("light"), [])

    assert (pose.of_person, pose.values, pose.lost) == (False, ("front", "profile"), ())
    assert (other.of_person, other.values, other.lost) == (True, ("front",), ("profile",))
    assert columns_of(called("years_between"), [])[0].contradicted == 0


def test_a_value_is_one_however_it_is_spelled_and_told_as_most_spell_it() -> None:
    spelled = [("a", "B"), ("a", "b"), ("b", "B"), ("c", "w"), ("d", "W")]

    (race,) = columns_of(photos(spelled), [])

    assert race.values == ("B", "W")
    assert race.gallery == ("B", "B", "B", "W", "W")
    assert (race.of_person, race.contradicted) == (True, 0)


def test_few_numbers_stand_for_themselves_in_their_order() -> None:
    (column,) = columns_of(photos([("a", "10"), ("b", "9"), ("c", "0.5")]), [])

    assert column.values == ("0.5", "9", "10")


@pytest.mark.parametrize(
    ("number", "band"),
    [
        ("0", "0 to under 1"),
        ("17.9", "10 to under 18"),
        ("18", "18 to under 30"),
        ("99", "70 and over"),
    ],
)
def test_many_numbers_are_put_into_bands(number: str, band: str) -> None:
    ages = photos([(str(at), str(20 + at)) for at in range(30)])

    (column,) = columns_of(ages, photos([("x", number)]))

    assert column.probes == (band,)
    assert column.values == tuple(sorted(column.values, key=lambda one: float(one.split()[0])))


def test_what_is_no_number_among_numbers_is_in_no_group_and_told() -> None:
    ages = [(str(at), str(18 + at)) for at in range(30)]

    (column,) = columns_of(photos([*ages, ("x", "90+"), ("y", "-1"), ("z", "")]), [])

    assert column.values[0] == "18 to under 30"
    assert column.gallery[-3:] == (None, None, None)
    assert (column.unlabelled, column.strays) == (3, ("-1", "90+"))
    assert ungrouped(photos([*ages[:-4], *((f"w{at}", "adult") for at in range(3))])) == ("it",)


def test_too_many_values_that_are_no_numbers_are_no_grouping() -> None:
    names = photos([(str(at), f"name {at}") for at in range(21)])

    assert columns_of(names, []) == ()
    assert ungrouped(names) == ("it",)
    assert ungrouped(photos([("a", "F")])) == ()

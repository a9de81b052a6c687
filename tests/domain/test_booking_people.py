"""The other names, other ids, scars, marks and tattoos of a person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.aliases import MOST_ALIASES
from app.domain.booking import Alias, Coded, FeatureKind, Person, PhysicalFeature
from app.domain.ncic_smt import PLACES, code_of, is_not_taken_in, known_code
from app.domain.physical_features import physical_features_of
from tests.domain.bookings import booking_of, problems_of
from tests.domain.examples import EXAMPLES

BORN = date(1980, 5, 17)
ROSE = PhysicalFeature(
    Coded("TAT L ARM", "TAT L ARM", "NCIC"), FeatureKind.TATTOO, "left arm", "rose"
)
NAME = st.text(st.characters(categories=["L", "P", "Zs"], exclude_characters="|;["), min_size=1)


@pytest.mark.parametrize(
    "aliases",
    [
        "Sample|Won|N.|Jr.|05/17/80; Big Sample",
        [
            {
                "lastName": "Sample",
                "firstName": "Won",
                "middleName": "N.",
                "suffix": "Jr.",
                "dob": "1980-05-17",
            },
            {"name": "Big Sample"},
        ],
        ["Sample|Won|N.|Jr.|19800517", "Big Sample", "", {}, "Big Sample"],
    ],
)
def test_aliases_are_read_from_a_column_and_from_a_list(aliases: object) -> None:
    assert booking_of(aliases=aliases).person.aliases == (
        Alias(None, "Sample", "Won", "N.", "Jr.", BORN),
        Alias("Big Sample"),
    )


@pytest.mark.parametrize("born", ["soon", "2026-05-18", "1880-01-01"])
def test_an_alias_without_a_date_of_birth_that_can_be_read_keeps_its_name(born: str) -> None:
    aliases = [{"last_name": "Sample", "date_of_birth": born}]

    assert booking_of(aliases=aliases).person.aliases == (Alias(last_name="Sample"),)
    assert problems_of(aliases=aliases) == {"aliases"}


def test_an_alias_that_cannot_be_read_costs_no_other() -> None:
    aliases = ["Sample|Won", 7, {"last_name": ["x"]}, "a|b|c|d|e|f|g"]

    assert booking_of(aliases=aliases).person.aliases == (Alias(None, "Sample", "Won"),)
    assert problems_of(aliases=aliases) == {"aliases"}
    assert problems_of(aliases=["x"] * (MOST_ALIASES + 1)) == {"aliases"}


@EXAMPLES
@given(st.lists(st.tuples(NAME, NAME), max_size=4))
def test_every_name_survives_the_column(names: list[tuple[str, str]]) -> None:
    tidy = [(" ".join(last.split()), " ".join(first.split())) for last, first in names]

    read = booking_of(aliases=" ; ".join(f"{last}|{first}" for last, first in tidy))

    said = dict.fromkeys((last or None, first or None) for last, first in tidy if last or first)
    assert [(one.last_name, one.first_name) for one in read.person.aliases] == list(said)


def test_ids_and_numbers_are_read_from_a_column_and_from_a_list() -> None:
    column = booking_of(other_person_ids="77; 78;77", other_booking_numbers="26-1;25-9")
    listed = booking_of(other_person_ids=[77, "78"], other_booking_numbers=["26-1", "25-9"])
    alone = booking_of(other_person_ids=77, previous_booking_numbers=["25-1"])

    assert column == listed
    assert column.person.other_person_ids == ("77", "78")
    assert column.person.other_booking_numbers == ("26-1", "25-9")
    assert alone.person.other_person_ids == ("77",)
    assert alone.previous_booking_numbers == ("25-1",)


def test_ids_that_cannot_be_read_cost_no_other() -> None:
    assert booking_of(other_person_ids=["77", [], {}]).person.other_person_ids == ("77",)
    assert problems_of(other_person_ids=["77", [], {}]) == {"other_person_ids"}
    assert problems_of(other_booking_numbers={"a": 1}) == {"other_booking_numbers"}


def test_a_person_who_was_merged_is_the_one_merged_into() -> None:
    merged = Person("P-1", merged_into_person_id="P-2", other_person_ids=("P-0",))

    assert merged.current_id == "P-2"
    assert merged.ids == {"P-0", "P-1", "P-2"}
    assert Person("P-1").current_id == "P-1"
    assert Person().current_id is None
    assert Person().ids == set()


@pytest.mark.parametrize(
    "features",
    [
        "TAT L ARM||rose",
        "tat  l arm||rose;;",
        [{"code": "TAT L ARM", "description": "rose"}],
        [{"smtCode": "TAT L ARM", "type": "TATTOO", "text": "rose"}],
    ],
)
def test_a_code_of_ncic_says_what_it_is_and_where(features: object) -> None:
    [feature] = booking_of(scars_marks_tattoos=features).person.scars_marks_tattoos

    assert feature.smt.code == "TAT L ARM"
    assert (feature.kind, feature.location, feature.description) == (
        ROSE.kind,
        ROSE.location,
        ROSE.description,
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Tattoo, left upper arm", "TAT UL ARM"),
        ("TATTOO|LT FOREARM", "TAT LF ARM"),
        ("Tattoo on the right fore arm", "TAT RF ARM"),
        ("Scar|Eyebrow, left", "SC L EYE"),
        ("SCAR L CHEEK", "SC L CHK"),
        ("right wrist tattoo", "TAT R WRS"),
        ("Birthmark|Lower lip", "DISC L LIP"),
        ("removed tattoo|Full body", "RTAT FLBOD"),
        ("Pierced nose", "PRCD NOSE"),
        ("mole|stomach", "MOLE ABDOM"),
    ],
)
def test_words_are_read_as_the_code_they_mean(said: str, code: str) -> None:
    [feature] = booking_of(scars_marks_tattoos=said).person.scars_marks_tattoos

    assert feature.smt.code == code
    assert feature.location == PLACES[code]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Tattoo left arm of a skull", FeatureKind.TATTOO),
        ("TAT L ARMM", FeatureKind.TATTOO),
        ("tattoo left arm|right arm", FeatureKind.TATTOO),
        ("mark|left arm", FeatureKind.MARK),
        ("scar", FeatureKind.SCAR),
        ("gold tooth", None),
        ("|left arm|skull", None),
    ],
)
def test_what_has_no_code_keeps_its_raw_value(said: str, kind: FeatureKind | None) -> None:
    [feature] = booking_of(scars_marks_tattoos=said).person.scars_marks_tattoos

    assert (feature.smt.code, feature.smt.code_system, feature.kind) == (None, None, kind)
    assert all(word in feature.smt.raw for word in said.split("|")[1:2] if word)
    assert problems_of(scars_marks_tattoos=said) == set()


def test_a_location_that_is_said_beside_a_code_is_kept() -> None:
    said = "TAT L ARM|inner left forearm|rose"

    [feature] = booking_of(scars_marks_tattoos=said).person.scars_marks_tattoos

    assert feature.smt == ROSE.smt
    assert feature.location == "inner left forearm"


def test_a_feature_that_cannot_be_read_costs_no_other() -> None:
    features = ["TAT L ARM||rose", 7, {"code": []}, "a|b|c|d"]

    assert booking_of(scars_marks_tattoos=features).person.scars_marks_tattoos == (ROSE,)
    assert problems_of(scars_marks_tattoos=features) == {"scars_marks_tattoos"}


def test_every_code_of_ncic_is_read_as_itself_and_from_its_words() -> None:
    for code, place in PLACES.items():
        assert known_code(f" {code.lower()} ") == code
        assert not is_not_taken_in(code)
        assert code_of(code.partition(" ")[0], place) == (code if place else None)


@EXAMPLES
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_feature(code: str, location: str, text: str) -> None:
    read = physical_features_of([{"code": code, "location": location, "description": text}])

    for feature in read.items:
        assert feature.smt.raw
        assert feature.smt.code is None or feature.smt.code in PLACES
        assert (feature.smt.code is None) == (feature.smt.code_system is None)


def test_of_a_bookings_numbers_its_own_stays_when_others_are_hidden() -> None:
    known = booking_of(
        booking_number="26-2",
        other_booking_numbers="26-1;25-9",
        previous_booking_numbers=["26-0"],
    )

    bare = known.without_numbers({"26-0", "26-1", "26-2"})

    assert known.further_numbers == ("26-1", "25-9", "26-0")
    assert (bare.booking_number, bare.further_numbers) == ("26-2", ("25-9",))
    assert known.without_numbers(()) is known

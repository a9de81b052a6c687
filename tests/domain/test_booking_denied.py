"""Social security numbers, health and immigration are never taken in, wherever they stand."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking import Charge
from app.domain.booking_fields import COLUMNS, booking_from_fields
from app.domain.denied_fields import denied, must_not_be_kept
from app.domain.mapped_code import MappedCode
from app.domain.ncic import EYE_COLOR, HAIR_COLOR, RACE, SEX, SKIN_TONE
from app.domain.photo import View
from app.domain.record_status import FLAGS
from app.domain.views import IMAGE_TYPES, POSES
from tests.domain.bookings import PORTLAND, TODAY, booking_of, problems_of
from tests.domain.examples import EXAMPLES

NUMBER = "078-05-1120"
NUMBERS = ("booking_number", "other_booking_numbers", "previous_booking_numbers")
LISTS = ("aliases", "charges", "detainers", "scars_marks_tattoos")
KEYS = {
    "aliases": ("full_name", "last_name", "first_name", "middle_name", "suffix", "date_of_birth"),
    "charges": ("text", "statute", "severity", "disposition", "ncic_code", "counts", "bail"),
    "detainers": ("agency", "reason"),
    "scars_marks_tattoos": ("code", "location", "description"),
}


@pytest.mark.parametrize(
    "column",
    [
        "ssn",
        "SSN",
        "inmate_ssn",
        "ssnLast4",
        "Social Security Number",
        "medical_alert",
        "mentalHealthFlag",
        "Medications",
        "suicide_watch",
        "hiv_status",
        "ICE Hold",
        "immigration_status",
        "alien_number",
        "A-Number",
        "citizenship",
        "country_of_birth",
    ],
)
def test_what_must_not_be_taken_in_is_dropped_wherever_it_stands(column: str) -> None:
    flat = booking_of(**{column: NUMBER})
    nested = booking_of(extra={column: "yes"}, person={column: "yes"})

    assert flat.extra == nested.extra == {}
    assert NUMBER not in repr(flat)
    assert problems_of(**{column: NUMBER}) == set()


@pytest.mark.parametrize("inner", ["ssn", "SocialSecurityNumber", "medical", "alien_number"])
@pytest.mark.parametrize("column", LISTS)
def test_what_must_not_be_taken_in_is_dropped_inside_a_list(column: str, inner: str) -> None:
    item = {inner: NUMBER, KEYS[column][0]: "Sample"}

    assert NUMBER not in repr(booking_of(**{column: [item]}))
    assert NUMBER not in repr(booking_of(person={column: [item]}))


@pytest.mark.parametrize("text", [NUMBER, f"per {NUMBER}, see file", "078 05 1120", "078.05.1120"])
@pytest.mark.parametrize(
    "column", sorted(COLUMNS - FLAGS.keys() - {*NUMBERS, "external_image_id", "photo"})
)
def test_no_column_takes_in_a_social_security_number(column: str, text: str) -> None:
    assert text not in repr(booking_of(**{column: text}))
    assert text not in repr(booking_of(**{column: [text, text]}))


@pytest.mark.parametrize(("column", "key"), [(one, key) for one in LISTS for key in KEYS[one]])
def test_no_part_of_a_list_takes_in_a_social_security_number(column: str, key: str) -> None:
    item = {KEYS[column][0]: "Sample", KEYS[column][1]: "Other", key: f"no. {NUMBER}"}

    assert NUMBER not in repr(booking_of(**{column: [item]}))


def test_a_social_security_number_in_the_place_of_a_name_is_reported() -> None:
    assert problems_of(last_name=NUMBER, person_id=NUMBER) == {"last_name", "person_id"}


def test_a_booking_number_may_look_like_anything() -> None:
    booking = booking_of(booking_number="001-26-0004", previous_booking_numbers="001-25-9999")

    assert booking.booking_number == "001-26-0004"
    assert booking.previous_booking_numbers == ("001-25-9999",)


@pytest.mark.parametrize(
    "said",
    [
        "ICE|administrative warrant",
        "DHS",
        "|Immigration detainer",
        "U.S. Border Patrol|hold",
        "State Hospital|restoration",
        "|Mental health hold",
        f"MCSO|SSN {NUMBER}",
    ],
)
def test_a_detainer_that_tells_of_immigration_or_health_is_left_out(said: str) -> None:
    booking = booking_of(detainers=f"{said}; Clark Co. SO|warrant")

    assert [one.agency for one in booking.detainers] == ["Clark Co. SO"]
    assert problems_of(detainers=said) == set()


@pytest.mark.parametrize(
    "said", ["Out to hospital", "Suicide watch", "ICE hold", "Medical furlough"]
)
def test_a_custody_status_that_tells_of_health_or_immigration_is_left_out(said: str) -> None:
    assert booking_of(custody_status=said).custody_status is None
    assert problems_of(custody_status=said) == set()


@pytest.mark.parametrize(
    "said",
    [
        *("MC DIABTIC", "TD INSULIN", "DA COCAINE", "NM L ARM", "MISS L FGR", "ART LEG", "IUD"),
        *("HEAR AID", "Missing left finger", "prosthetic leg", "Needle marks|left arm"),
        *("NM|left arm", "surgical scar", "Scar|abdomen, appendectomy", "pacemaker", "HIV tattoo"),
    ],
)
def test_a_feature_that_tells_of_health_is_left_out(said: str) -> None:
    booking = booking_of(scars_marks_tattoos=f"{said}; TAT NECK|| rose")

    assert [one.smt.raw for one in booking.person.scars_marks_tattoos] == ["TAT NECK"]
    assert problems_of(scars_marks_tattoos=said) == set()


def test_a_description_that_tells_of_health_costs_the_feature_nothing_else() -> None:
    [feature] = booking_of(scars_marks_tattoos="SC ABDOM||surgery 2019").person.scars_marks_tattoos

    assert (feature.smt.code, feature.description) == ("SC ABDOM", None)


@pytest.mark.parametrize("column", ["pose", "image_type", "skin_tone", "race", "eye_color"])
@pytest.mark.parametrize(
    "said",
    [
        "Medical - needle marks",
        "injection site",
        "ICE detainee",
        "Hospital",
        MappedCode("HIV", None),
    ],
)
def test_a_coded_field_that_tells_of_health_or_immigration_is_left_out_and_reported(
    column: str, said: str
) -> None:
    parsed = booking_from_fields({"external_image_id": "A1", column: said}, PORTLAND, TODAY)

    assert said not in repr(parsed)
    assert [problem.field for problem in parsed.problems] == [column]


@pytest.mark.parametrize("column", ["pose", "image_type"])
def test_a_photo_that_tells_of_health_is_never_front(column: str) -> None:
    booking = booking_of(**{"view": "front", "pose": "F", column: "Medical - needle marks"})

    assert booking.view is View.OTHER


@pytest.mark.parametrize("table", [SEX, RACE, EYE_COLOR, HAIR_COLOR, SKIN_TONE, POSES, IMAGE_TYPES])
def test_no_code_and_no_word_for_one_is_left_out(table: Mapping[str, str]) -> None:
    words = [word for known in table.values() for word in known.split(",")]

    assert [one for one in (*table, *words) if must_not_be_kept(one)] == []


@pytest.mark.parametrize("said", ["ICE HOLD NO BOND", "Medical release", f"bond {NUMBER}"])
@pytest.mark.parametrize("part", ["bail", "ncic_code"])
def test_bail_and_ncic_code_that_tell_of_immigration_or_health_are_left_out(
    part: str, said: str
) -> None:
    booking = booking_of(charges=[{"text": "Theft", part: said}])

    assert booking.charges == (Charge(description="Theft"),)
    assert problems_of(charges=[{"text": "Theft", part: said}]) == set()


@pytest.mark.parametrize("said", ["Illegal reentry of a deported alien", "Possession of insulin"])
def test_what_a_person_is_charged_with_is_kept_whatever_it_is_about(said: str) -> None:
    assert booking_of(charges=[{"text": said}]).charges == (Charge(description=said),)


@pytest.mark.parametrize(
    "said",
    ["Broken heart", "Clark County Sheriff", "Rose and skull", "Warrant 26-004711", "Justice"],
)
def test_harmless_texts_are_kept(said: str) -> None:
    assert not must_not_be_kept(said)


@EXAMPLES
@given(
    st.sampled_from([*LISTS, "custody_status", "pose", "image_type", "skin_tone", "person_id"]),
    st.text(max_size=20),
    st.sampled_from(["-", " ", ".", "\u2013"]),
    st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=20),
)
def test_no_text_around_it_hides_a_social_security_number(
    column: str, before: str, between: str, after: str
) -> None:
    number = between.join(("078", "05", "1120"))

    booking = booking_of(**{column: f"{before} {number}{after}"})

    assert number not in repr(booking)


def test_a_social_security_number_is_dropped_under_any_name() -> None:
    assert booking_of(remarks="per 078-05-1120, see file").extra == {}


@pytest.mark.parametrize("column", ["class_name", "service_date", "department", "notice", "using"])
def test_harmless_columns_are_not_denied(column: str) -> None:
    assert not denied(column)

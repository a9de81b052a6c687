"""Social security numbers, health and immigration are never taken in, wherever they stand."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking import Charge
from app.domain.booking_fields import COLUMNS, booking_from_fields
from app.domain.denied_fields import denied, must_not_be_kept
from app.domain.field_text import column_name
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


@pytest.mark.parametrize(
    "text",
    [
        *(NUMBER, f"per {NUMBER}, see file", "078 05 1120", "078.05.1120", "078 - 05 - 1120"),
        *("078/05/1120", "078_05_1120", "078\uff0d05\uff0d1120", "078\ufe6305\u20431120"),
    ],
)
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
        "USINS",
        "Immig. & Customs|I-247",
        "Dept. Homeland|287g",
        "MCSO|form I247A",
        "MCSO|287(g) hold",
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
    "said", ["NW ICE Processing Center", "County Hospital, ward 3", "Hepatitis ward", "Covid unit"]
)
def test_a_facility_that_tells_of_immigration_or_health_is_left_out_and_reported(said: str) -> None:
    assert booking_of(facility=said).facility is None
    assert problems_of(facility=said) == {"facility"}
    assert booking_of(facility="Justice Center").facility == "Justice Center"


def test_an_agency_that_is_of_immigration_is_left_out_and_reported() -> None:
    assert booking_of(agency_ori="ICE").agency_ori is None
    assert problems_of(agency_ori="ICE") == {"agency_ori"}
    assert booking_of(agency_ori="OR0260000").agency_ori == "OR0260000"


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
@pytest.mark.parametrize("part", ["bail", "ncic_code", "severity", "disposition"])
def test_what_tells_of_immigration_or_health_beside_a_charge_is_left_out(
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
    [
        *(
            "ICE HOLD",
            "Immigration detainer I-247A",
            "HOLD FOR ICE",
            "HOLD/IMMIGRATION",
            "I.C.E. hold",
        ),
        *(
            "U.S. I.C.E. DETAINER",
            "DHS HOLD",
            "Hold - Border Patrol",
            "INS HOLD NO BOND",
            "FORM I247",
        ),
        *("U.S. Immigration & Customs Enforcement Detainer", "ICE HOLD - PORTLAND", "287(g) hold"),
        *("Federal hold: ICE", "MCSO I-247A", "RELEASED TO ICE", "ICE CUSTODY", "DEPORTATION HOLD"),
        *("Homeland Security hold 48 hrs", "ICE/ERO detainer #4711", "287g", "Criminal alien hold"),
    ],
)
@pytest.mark.parametrize("part", ["text", "statute"])
def test_a_line_that_is_an_immigration_hold_is_no_charge(said: str, part: str) -> None:
    charges = [{"text": "Theft"}, {part: said, "bail": "none", "counts": "many"}]

    assert booking_of(charges=charges).charges == (Charge(description="Theft"),)
    assert problems_of(charges=charges) == set()


@pytest.mark.parametrize(
    "said",
    [
        *("HARBORING ALIENS", "ILLEGAL ENTRY 8 USC 1325", "POSSESSION OF ICE (METHAMPHETAMINE)"),
        *("Escape from ICE custody", "Assault on an ICE officer", "Illegal reentry after removal"),
        *("Trafficking meth 287g", "Alien in possession of a firearm", "Immigration fraud", "ICE"),
        *("Hold for Clark County", "Probation hold", "US Marshal hold", "Holding an alien hostage"),
        *("DUI, no ins", "Driving w/o ins; held", "Unlawful detention of an alien", "Theft of ice"),
        "Detainer: Multnomah County",
    ],
)
def test_an_offence_is_kept_whatever_service_it_names(said: str) -> None:
    assert booking_of(charges=[{"text": said}]).charges == (Charge(description=said),)


@EXAMPLES
@given(
    st.sampled_from(["Burglary", "Smuggling", "Robbery", "Harboring"]),
    st.lists(st.sampled_from(["ICE", "hold", "of", "for", "alien", "custody", "287g"]), max_size=5),
)
def test_what_begins_as_an_offence_is_one(offence: str, words: list[str]) -> None:
    said = " ".join([offence, *words])

    assert booking_of(charges=[{"text": said}]).charges == (Charge(description=said),)


@EXAMPLES
@given(
    st.sampled_from(["ICE", "I.C.E.", "Immigration", "DHS", "U.S. Border Patrol"]),
    st.sampled_from(["hold", "HOLD", "Detainer"]),
    st.sampled_from([" ", " - ", ": ", "/"]),
    st.booleans(),
)
def test_a_service_beside_a_hold_is_one(
    service: str,
    hold: str,
    between: str,
    is_hold_first: bool,  # noqa: FBT001 - of hypothesis
) -> None:
    said = between.join((hold, service) if is_hold_first else (service, hold))

    assert booking_of(charges=[{"text": said}]).charges == ()


@pytest.mark.parametrize(
    ("column", "said"),
    [("housing", "MEDICAL / SUICIDE WATCH"), ("hold", "ICE"), ("remarks", "no. 078051120")],
)
def test_an_extra_field_is_tried_as_a_facility_is(column: str, said: str) -> None:
    assert booking_of(**{column: said}).extra == {}
    assert booking_of(**{column: "Unit B-2"}).extra == {column: "Unit B-2"}


def test_an_extra_field_keeps_another_systems_number() -> None:
    assert booking_of(state_number="123456789").extra == {"state_number": "123456789"}
    assert booking_of(state_number="078-05-1120").extra == {}


@pytest.mark.parametrize(
    "said",
    [
        "Released to ICE",
        "REL TO U.S. IMMIGRATION",
        "Transferred to State Hospital",
        "Rel. HSI/ERO",
        "Quarantine",
    ],
)
def test_a_disposition_that_tells_where_somebody_was_taken_is_left_out(said: str) -> None:
    booking = booking_of(charges=f"164.225|Burglary I|F|{said}")

    assert booking.charges == (Charge("164.225", "Burglary I", "F"),)


@pytest.mark.parametrize("said", ["Released to Clark County SO", "Dismissed", "Nolle prosequi"])
def test_any_other_disposition_is_kept(said: str) -> None:
    [charge] = booking_of(charges=f"164.225|Burglary I|F|{said}").charges

    assert charge.disposition == said


@pytest.mark.parametrize(
    "said",
    [
        *("Detained by I.C.E.", "I C E", "rel. to U.S. I.C.E.", "i-c-e", "S.S.N. on file", "T.B."),
        *(
            "IMM HOLD",
            "Imm. detainer",
            "INS",
            "Rel to INS",
            "ins hold",
            "Released to Ins",
            "I.N.S.",
        ),
        *("Infirmary", "Dialysis unit", "Methadone", "Methadone program", "Outpatient", "Suboxone"),
        *("078-051120", "078\u2013051120", "A-078-051-120", "A# 078 051 120", "A78-051-120"),
        *("078051120", "no. 078051120", "A078051120", "SS#078051120", "912345678"),
    ],
)
def test_initials_services_places_and_bare_numbers_tell_as_much(said: str) -> None:
    assert must_not_be_kept(said)
    assert said not in repr(booking_of(charges=[{"text": "Theft", "disposition": said}]))


@pytest.mark.parametrize(
    "said",
    [
        *(
            "Ins. company notified",
            "Instanter",
            "L. arm",
            "a.k.a. Sample",
            "D.O.C.",
            "J. R. Sample",
        ),
        *(
            "$100,000.00",
            "100000000",
            "Warrant 2600471",
            "20260101120000",
            "confirmed",
            "Firm ware",
        ),
        *(
            "Immediate release",
            "U.S. Marshal",
            "Crew ins and outs",
            "voice",
            "M T B",
            "SS bolts",
            "Social club",
            "Cell 287 G 4",
            "287 grams",
            "Unit I 2470",
        ),
    ],
)
def test_what_only_resembles_it_is_kept(said: str) -> None:
    assert not must_not_be_kept(said)


@pytest.mark.parametrize(
    "said",
    [
        *("The Patriot", "Highway the Patrol", "The Patrick J. Sullivan Detention Center"),
        *("Transferred to the Patrol", "released, Jimmi G.", "ADAMS CO VIDEO COURT"),
        *("Claudia Bettencourt", "RIP Ardis Abel", "Clyde Porter", "Held at Glade Port"),
        *("the Althea House", "India Lyson", "Class N", "Cross N", "SS Nazi", "Home landline"),
    ],
)
def test_what_resembles_it_only_across_words_is_kept(said: str) -> None:
    assert not must_not_be_kept(said)
    assert said in repr(booking_of(scars_marks_tattoos=f"tattoo|left arm|{said}"))


@pytest.mark.parametrize(
    ("telling", "kept"),
    [
        ("Seizures", "Dismissed, illegal search and seizure"),
        ("Seizure disorder", "Unlawful searches and seizures"),
        ("Hx of seizure", "Seizure of vehicle"),
        ("MH hold", "M-H"),
        ("Transferred to MH unit", "M/H"),
        ("Crisis, MH", "MH on left wrist"),
    ],
)
def test_what_has_two_meanings_tells_it_beside_certain_words(telling: str, kept: str) -> None:
    [charge] = booking_of(charges=[{"severity": kept, "disposition": telling}]).charges

    assert (charge.severity, charge.disposition) == (kept, None)


@pytest.mark.parametrize(
    "said",
    [
        *("Hepat. C", "hepatic", "in-patient", "Out patient", "Medi-Cal", "dis-ability"),
        *("CO-VID-19", "track marks", "over-dose", "pace maker", "un-documented"),
        *("Dept. of Home Land Security", "Border-Patrol", "m.e.d.i.c.a.l", "Soc. Sec."),
        *("SS no. 1120", "SS Number 1120"),
    ],
)
def test_two_words_for_one_tell_as_much(said: str) -> None:
    assert must_not_be_kept(said)


def test_an_id_may_be_of_nine_digits() -> None:
    booking = booking_of(booking_number="078051120", person_id="078051121")

    assert booking.booking_number == "078051120"
    assert booking.person.person_id == "078051121"


@pytest.mark.parametrize(
    "said",
    [
        *("2026/05/1120", "12/05/2026", "2026-05-17 1430", "2026 - 001 - 05", "97205-1120"),
        *("503-555-0123", "(503) 555-0123", "ORS 164.225/1", "26-004711", "100 200 3000"),
        *("Room A 12-34", "Unit 101, 260471", "Unit 101 260471", "A-1 200-300-4000"),
        *("Robbery PC 211 05/2026", "PC 459 12/2023", "Warrant 260 05/2026", "211 05/2026-01"),
        *("260/05 2026", "459_12/2023", "PC 459 12_2023"),
    ],
)
def test_a_date_a_telephone_or_a_case_is_no_such_number(said: str) -> None:
    assert booking_of(charges=[{"text": said, "disposition": said}]).charges == (
        Charge(description=said, disposition=said),
    )


@pytest.mark.parametrize("column", ["i_c_e_hold", "INS Hold", "S.S.N.", "imm_status", "Dialysis"])
def test_columns_about_it_are_denied_however_they_are_written(column: str) -> None:
    assert booking_of(**{column: "yes"}).extra == {}


@pytest.mark.parametrize(
    "column",
    [
        *(
            "PersonSSNIdentification",
            "InmateSSNText",
            "offenderSSNMasked",
            "SSNNo",
            "SS#",
            "S.S. No",
        ),
        *("Social", "SocialNo", "tax_id", "PersonTaxIdentification", "ITIN"),
        *("HIVStatus", "PersonHIVIndicator", "AIDSFlag", "TBTest", "TBDx", "hep_c", "Hepatitis"),
        *("MH Flag", "MHFlag", "seizureHistory"),
        *("ICEDetainer", "ICEHold", "bookingICEHold", "DHSHold", "CBP", "ERO", "HSICase", "DACA"),
        *("ALIENNO", "alienNum", "PersonUSCitizenIndicator", "ForeignNational", "Birth Country"),
        *(
            "place_of_birth",
            "passport",
            "BorderPatrol",
            "refugeeStatus",
            "AsylumClaim",
            "i_247",
            "287(g)",
            "Epilepsy",
            "covidTest",
            "CoVid19",
            "seizures",
            "seizure",
            "SEIZUREHISTORY",
            "seizure_disorder",
            "SeizureFlag",
            "hasSeizures",
            "seizureMed",
            "social_last4",
            "PassPort",
            "MediCal",
            "InPatient",
            "dhs_i_247",
            "s_s_no",
        ),
    ],
)
def test_an_acronym_or_another_spelling_hides_no_denied_column(column: str) -> None:
    assert booking_of(**{column: "yes"}).extra == {}
    assert booking_of(person={column: "yes"}).extra == {}


@pytest.mark.parametrize(
    ("column", "read"),
    [
        *[("bookingID", "booking_id"), ("personIDs", "person_ids"), ("ORI", "ori")],
        *[("DOBDate", "dobdate"), ("FBINumber", "fbinumber"), ("STatus", "status")],
        *[("externalImageID", "external_image_id"), ("SEALed", "sealed")],
    ],
)
def test_any_other_name_with_an_acronym_is_read_as_it_was(column: str, read: str) -> None:
    assert column_name(column) == read


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
    st.sampled_from(["-", " ", ".", "\u2013", " / "]),
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


@pytest.mark.parametrize(
    "column",
    [
        *("class_name", "service_date", "department", "notice", "using", "hero", "passage"),
        *("taxi_driver", "session_no", "class_no", "address_no", "heptagon", "zero", "smh_code"),
        *("booking_ids", "antisocial_note", "cache_path", "CACHEPATH", "home_landline"),
        *("seizure_date", "asset_seizure", "vehicle_seizure_flag", "asset_seizures"),
        *(
            "social_media",
            "social_worker",
            "clyde_portland",
            "bypass_port",
            "class_n",
            "wifi_247_x",
            "unit_287_gallery",
        ),
    ],
)
def test_harmless_columns_are_not_denied(column: str) -> None:
    assert not denied(column)

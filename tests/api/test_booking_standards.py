"""The table of what each field of a booking is in NIEM, NCIC and ANSI/NIST-ITL."""

from app.api.booking_standards import STANDARDS, fields_of, table
from app.api.schemas.booking import BookingOut
from tests.live import ROOT

PAGE = (ROOT / "docs" / "booking-fields.md").read_text("utf-8")


def test_every_field_of_an_answer_has_its_row_and_no_other_has() -> None:
    assert list(STANDARDS) == sorted(STANDARDS, key=[*fields_of(BookingOut)].index)
    assert set(STANDARDS) == set(fields_of(BookingOut))


def test_fields_inside_of_lists_and_objects_are_found() -> None:
    fields = set(fields_of(BookingOut))

    assert {"person.sex", "person.aliases[].last_name", "charges[].bail.dollars"} <= fields
    assert not any(field.endswith((".code", ".raw")) for field in fields - {"charges[].bail.raw"})


def test_the_committed_page_is_what_the_code_says() -> None:
    assert table() == PAGE, "run `make openapi` and commit"


def test_a_row_says_where_a_field_stands_and_what_was_not_verified() -> None:
    rows = {row.split("`")[1]: row for row in PAGE.splitlines() if row.startswith("| `")}

    assert "ncic:PersonSexCode" in rows["person.sex"]
    assert "`F` `M` `U`" in rows["person.sex"]
    assert rows["charges[].ncic_code"].endswith("that the digits are on NCIC's list |")

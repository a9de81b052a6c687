"""The charges, detainers and custody status of a stay."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking import Bail, Charge, Coded, Detainer
from app.domain.charges import MOST_CHARGES, charges_of
from app.domain.custody import CUSTODY_STATUSES
from app.domain.detainers import MOST_DETAINERS
from tests.domain.bookings import booking_of, problems_of
from tests.domain.examples import EXAMPLES

BURGLARY = {"Statute": "164.225", "severity": "F", "disposition": "Pending"}
CUSTODY = [(code, word) for code, words in CUSTODY_STATUSES.items() for word in words.split(",")]


@pytest.mark.parametrize(
    "charges",
    [
        "164.225|Burglary I|F|Pending; |Trespass",
        json.dumps([{**BURGLARY, "text": "Burglary I", "sequence": 1}, "Trespass"]),
        [{**BURGLARY, "description": "Burglary I"}, {"text": "Trespass"}, {}],
    ],
)
def test_charges_are_read_from_a_column_and_from_a_list(charges: object) -> None:
    assert booking_of(charges=charges).charges == (
        Charge("164.225", "Burglary I", "F", "Pending"),
        Charge(description="Trespass"),
    )


@pytest.mark.parametrize(
    "charges",
    [
        "164.225|Burglary I|F|Pending|2202|2|$5,000.00",
        [{**BURGLARY, "text": "Burglary I", "ncicCode": 2202, "counts": 2, "bail": "$5,000.00"}],
    ],
)
def test_a_charge_has_its_ncic_code_its_counts_and_its_bail(charges: object) -> None:
    assert booking_of(charges=charges).charges == (
        Charge(
            *("164.225", "Burglary I", "F", "Pending"),
            ncic_code=Coded("2202", "2202", "NCIC"),
            counts=2,
            bail=Bail("$5,000.00", Decimal(5000)),
        ),
    )


@pytest.mark.parametrize(
    "charges",
    ["a|b|c|d|e|f|g|h", "[1]", "[{", "[" * 100_000, {}, [{"text": []}], ["x"] * 201, True],
)
def test_charges_that_cannot_be_read_are_reported(charges: object) -> None:
    assert charges_of(charges).items == ()
    assert problems_of(charges=charges) == {"charges"}
    assert MOST_CHARGES == 200


def test_no_charges_are_no_problem() -> None:
    assert problems_of(charges="") == problems_of(charges=None) == problems_of(charges=[]) == set()


def test_counts_that_are_no_number_cost_the_charge_nothing_else() -> None:
    charges = "1|Theft|||||;2|Theft|||22-99|many|NO BAIL"

    assert booking_of(charges=charges).charges == (
        Charge("1", "Theft"),
        Charge("2", "Theft", ncic_code=Coded("22-99"), bail=Bail("NO BAIL")),
    )
    assert problems_of(charges=charges) == {"charges"}


@EXAMPLES
@given(
    st.decimals(0, 10**9, places=2),
    st.sampled_from(["{:.2f}", "${:,.2f}", "$ {:.2f}", "{:,.2f} USD"]),
)
def test_every_amount_of_bail_survives_every_form(amount: Decimal, form: str) -> None:
    [charge] = booking_of(charges=[{"text": "Theft", "bail": form.format(amount)}]).charges

    assert charge.bail is not None
    assert charge.bail.dollars == amount


@EXAMPLES
@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_a_charge(text: str) -> None:
    said = dict.fromkeys(("ncic_code", "counts", "bail"), text)

    [charge] = booking_of(charges=[{"text": "Theft", **said}]).charges

    assert charge.ncic_code is None or charge.ncic_code.code in {None, charge.ncic_code.raw}
    assert charge.counts is None or 1 <= charge.counts <= 999


@pytest.mark.parametrize(
    "detainers",
    [
        "Clark Co. SO|warrant 26-1; Hold for DOC",
        [{"agency": "Clark Co. SO", "reason": "warrant 26-1"}, "Hold for DOC", {}],
        [{"AgencyName": "Clark Co. SO", "text": "warrant 26-1"}, {"reason": "Hold for DOC"}],
    ],
)
def test_detainers_are_read_from_a_column_and_from_a_list(detainers: object) -> None:
    booking = booking_of(detainers=detainers)

    assert booking.detainers == (
        Detainer("Clark Co. SO", "warrant 26-1"),
        Detainer(reason="Hold for DOC"),
    )


def test_a_detainer_that_cannot_be_read_costs_no_other() -> None:
    detainers = ["Hold for DOC", 7, ["x"], "a|b|c"]

    assert booking_of(detainers=detainers).detainers == (Detainer(reason="Hold for DOC"),)
    assert problems_of(detainers=detainers) == {"detainers"}
    assert booking_of(detainers=["x"] * (MOST_DETAINERS + 1)).detainers == ()


@pytest.mark.parametrize(("code", "word"), CUSTODY)
def test_every_custody_status_is_read_whatever_its_case(code: str, word: str) -> None:
    raw = word.upper()

    assert booking_of(custody_status=raw).custody_status == Coded(raw, code, "CANDID")
    assert booking_of(custody_status=code).custody_status == Coded(code, code, "CANDID")


@pytest.mark.parametrize("said", ["OUT", "Sentenced", "C-4"])
def test_a_custody_status_that_is_not_known_keeps_its_raw_value(said: str) -> None:
    assert booking_of(custody_status=said).custody_status == Coded(said)
    assert problems_of(custody_status=said) == set()

"""What can be said about why a search is made, and how forms name it."""

from enum import StrEnum
from typing import Final


class SearchField(StrEnum):
    """One thing that a policy rule may ask for."""

    PURPOSE = "purpose"
    CASE_NUMBER = "case_number"
    OFFENSE = "offense"
    AUTHORITY = "authority"
    AUTHORITY_REFERENCE = "authority_reference"
    NARRATIVE = "narrative"
    REQUESTED_BY = "requested_by"
    ON_BEHALF_OF = "on_behalf_of"


class Authority(StrEnum):
    """On what a search rests."""

    WARRANT = "warrant"
    COURT_ORDER = "court_order"
    ADMINISTRATIVE_ORDER = "administrative_order"
    EXIGENCY = "exigency"
    CONSENT = "consent"
    STATUTE = "statute"


FIELD_LABELS: Final = {
    SearchField.PURPOSE: "Purpose",
    SearchField.CASE_NUMBER: "Case or CAD incident number",
    SearchField.OFFENSE: "Offense under investigation",
    SearchField.AUTHORITY: "Legal authority",
    SearchField.AUTHORITY_REFERENCE: "Number or section of the authority",
    SearchField.NARRATIVE: "Facts on which the search rests",
    SearchField.REQUESTED_BY: "Requesting officer",
    SearchField.ON_BEHALF_OF: "Person who runs the search",
}

AUTHORITY_LABELS: Final = {
    Authority.WARRANT: "Warrant",
    Authority.COURT_ORDER: "Court order",
    Authority.ADMINISTRATIVE_ORDER: "Order of an administrative authority",
    Authority.EXIGENCY: "Exigent circumstances",
    Authority.CONSENT: "Consent of the person in the photo",
    Authority.STATUTE: "A use that a statute names",
}

MOST_CHARACTERS: Final = {
    SearchField.CASE_NUMBER: 100,
    SearchField.OFFENSE: 200,
    SearchField.AUTHORITY_REFERENCE: 200,
    SearchField.NARRATIVE: 4000,
    SearchField.REQUESTED_BY: 200,
    SearchField.ON_BEHALF_OF: 200,
}
"""The longest text taken for each field that is no choice."""

SENT_AS: Final = {SearchField.ON_BEHALF_OF: "X-Candid-On-Behalf-Of"}
"""The fields that are headers of a call, not fields of its form."""

"""Why a search is made: a closed list that policy profiles may only restrict."""

from enum import StrEnum

from app.domain.errors import CaseNumberRequiredError, PurposeRequiredError


class Purpose(StrEnum):
    """The purposes a face search can be made for."""

    CRIMINAL_INVESTIGATION = "criminal_investigation"
    MISSING_PERSON = "missing_person"
    DECEASED_UNIDENTIFIED = "deceased_unidentified"
    AT_RISK_PERSON = "at_risk_person"
    JAIL_IDENTITY_CHECK = "jail_identity_check"
    TRAINING_TEST = "training_test"


WITHOUT_CASE = frozenset({Purpose.JAIL_IDENTITY_CHECK, Purpose.TRAINING_TEST})
"""Purposes that belong to no case and no CAD incident."""


def checked_purpose(purpose: Purpose | None, case_number: str | None, *, required: bool) -> Purpose:
    """Return the purpose a search is made for; without authentication a missing one is a test.

    Raises PurposeRequiredError and CaseNumberRequiredError.
    """
    if purpose is None and required:
        known = ", ".join(Purpose)
        raise PurposeRequiredError(f"Say what the search is for: purpose must be one of {known}.")
    purpose = purpose or Purpose.TRAINING_TEST
    if required and purpose not in WITHOUT_CASE and not case_number:
        raise CaseNumberRequiredError(
            f"The purpose {purpose} needs a case_number (a case or a CAD incident number)."
        )
    return purpose

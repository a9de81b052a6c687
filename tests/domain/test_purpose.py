"""Why a search is made: what the profile that is in force without a choice asks for."""

import pytest

from app.domain.errors import CaseNumberRequiredError, PurposeRequiredError
from app.domain.policy_in_force import Policy, Wanted
from app.domain.purpose import PURPOSE_LABELS, Purpose
from app.domain.search_fields import AUTHORITY_LABELS, FIELD_LABELS, Authority, SearchField
from tests.jails import DEFAULT_PROFILE

WITHOUT_CASE = frozenset({Purpose.JAIL_IDENTITY_CHECK, Purpose.TRAINING_TEST})
KEYS, LOOPBACK = (Policy(DEFAULT_PROFILE, authentication=on) for on in (True, False))


def wanted(purpose: Purpose | None, case_number: str | None = None) -> Wanted:
    return Wanted(purpose, {SearchField.CASE_NUMBER: case_number})


def test_without_authentication_an_unsaid_purpose_is_a_test() -> None:
    granted = LOOPBACK.granted(wanted(None))

    assert granted.purpose is Purpose.TRAINING_TEST
    assert (granted.max_candidates, granted.floor("any", None)) == (5, 0.0)
    assert not granted.review_required
    assert not granted.confirmed_only


def test_with_authentication_a_purpose_must_be_said() -> None:
    with pytest.raises(PurposeRequiredError, match="missing_person"):
        KEYS.granted(wanted(None, "26-1"))


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - WITHOUT_CASE))
def test_a_purpose_that_has_a_case_needs_its_number(purpose: Purpose) -> None:
    with pytest.raises(CaseNumberRequiredError, match="rule case-number of the policy profile"):
        KEYS.granted(wanted(purpose))

    assert KEYS.granted(wanted(purpose, "26-001234")).purpose is purpose
    assert LOOPBACK.granted(wanted(purpose)).purpose is purpose


@pytest.mark.parametrize("purpose", sorted(WITHOUT_CASE))
def test_a_purpose_without_a_case_needs_none(purpose: Purpose) -> None:
    assert KEYS.granted(wanted(purpose)).purpose is purpose


def test_everything_has_a_label() -> None:
    assert set(PURPOSE_LABELS) == set(Purpose)
    assert set(FIELD_LABELS) == set(SearchField)
    assert set(AUTHORITY_LABELS) == set(Authority)

"""Why a search is made."""

import pytest

from app.domain.errors import CaseNumberRequiredError, PurposeRequiredError
from app.domain.purpose import WITHOUT_CASE, Purpose, checked_purpose


def test_without_authentication_an_unsaid_purpose_is_a_test() -> None:
    assert checked_purpose(None, None, required=False) is Purpose.TRAINING_TEST


def test_with_authentication_a_purpose_must_be_said() -> None:
    with pytest.raises(PurposeRequiredError, match="missing_person"):
        checked_purpose(None, "26-1", required=True)


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - WITHOUT_CASE))
def test_a_purpose_that_has_a_case_needs_its_number(purpose: Purpose) -> None:
    with pytest.raises(CaseNumberRequiredError):
        checked_purpose(purpose, None, required=True)

    assert checked_purpose(purpose, "26-001234", required=True) is purpose


@pytest.mark.parametrize("purpose", sorted(WITHOUT_CASE))
def test_a_purpose_without_a_case_needs_none(purpose: Purpose) -> None:
    assert checked_purpose(purpose, None, required=True) is purpose

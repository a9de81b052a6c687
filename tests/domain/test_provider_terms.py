"""What a provider's terms let a search be for."""

import pytest

from app.domain.errors import ProviderTermsError
from app.domain.provider_terms import SERVED_ANYWAY, ProviderTerms
from app.domain.purpose import Purpose


@pytest.mark.parametrize(
    "terms", [ProviderTerms(), ProviderTerms(restricted=True, reference="permission 1")]
)
def test_without_restriction_or_with_permission_every_purpose_is_served(
    terms: ProviderTerms,
) -> None:
    for purpose in Purpose:
        terms.check(purpose)

    assert not terms.hold_back


def test_a_restricted_provider_without_permission_serves_missing_persons_and_tests() -> None:
    terms = ProviderTerms(restricted=True)

    terms.check(Purpose.MISSING_PERSON)
    terms.check(Purpose.TRAINING_TEST)
    for purpose in frozenset(Purpose) - SERVED_ANYWAY:
        with pytest.raises(ProviderTermsError):
            terms.check(purpose)

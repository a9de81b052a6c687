"""What the policy profile or the terms of a provider ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors.base import CandidError

if TYPE_CHECKING:
    from collections.abc import Sequence


class PurposeRequiredError(CandidError):
    """A search needs its purpose."""

    code = "purpose_required"

    def __init__(self, detail: str, complaints: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.complaints = tuple(complaints)


class CaseNumberRequiredError(CandidError):
    """A search for this purpose needs its case number."""

    code = "case_number_required"

    def __init__(self, detail: str, complaints: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.complaints = tuple(complaints)


class PurposeNotAllowedError(CandidError):
    """The policy profile lets nobody search for this purpose."""

    code = "purpose_not_allowed"
    text = "The policy profile lets nobody search for this purpose; its rule is named."


class PolicyFieldMissingError(CandidError):
    """The policy profile asks for something that was not said."""

    code = "policy_field_missing"
    text = "The policy profile asks for fields that were not sent; their rules are named."

    def __init__(self, complaints: Sequence[tuple[str, str]] = ()) -> None:
        named = "; ".join(f"{field}: {message}" for field, message in complaints)
        super().__init__(named and f"The policy asks for more than was sent. {named}")
        self.complaints = tuple(complaints)


class PolicyFieldRefusedError(CandidError):
    """The policy profile does not accept what was said, or so many candidates."""

    code = "policy_field_refused"
    text = "The policy profile does not accept what fields say; their rules are named."

    def __init__(self, complaints: Sequence[tuple[str, str]] = ()) -> None:
        named = "; ".join(f"{field} {message}" for field, message in complaints)
        super().__init__(named and f"The policy does not accept this. {named}")
        self.complaints = tuple(complaints)


class TrainingNotCurrentError(CandidError):
    """The policy profile wants whoever searches to be trained, and nothing shows that they are."""

    code = "training_not_current"
    text = (
        "The policy profile lets only trained people search, and no training of whoever asks "
        "counts today; its rule is named."
    )


class ProviderTermsError(CandidError):
    """The face engine's provider restricts such searches, and no permission is on record."""

    code = "provider_terms"
    text = (
        "The terms of the face engine's provider restrict police use: only the purposes "
        "missing_person and training_test are served until an administrator records in "
        "CANDID_ENGINE__TERMS_REFERENCE what the agency relies on."
    )


class HighConfidenceRefusedError(CandidError):
    """Nothing measured of the model allows the mode; the text says what is missing."""

    code = "high_confidence_refused"
    text = "Nothing measured of this model allows the mode high_confidence."

"""Whether a call may be made at all: its purpose, its case, and the engine provider's terms."""

from dataclasses import dataclass, replace

from app.domain.provider_terms import ProviderTerms
from app.domain.purpose import checked_purpose
from app.services.collections.call import CollectionCall


@dataclass(frozen=True, slots=True)
class Purposes:
    """What a search needs to be made; `required` where callers are known by their keys."""

    terms: ProviderTerms
    required: bool

    def checked(self, call: CollectionCall) -> CollectionCall:
        """Return the call with its purpose.

        Raises PurposeRequiredError, CaseNumberRequiredError and ProviderTermsError.
        """
        purpose = checked_purpose(call.purpose, call.case_number, required=self.required)
        self.terms.check(purpose)
        return replace(call, purpose=purpose)

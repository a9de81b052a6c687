"""What the provider of a face engine lets a police department use it for."""

from dataclasses import dataclass
from typing import Final

from app.domain.errors import ProviderTermsError
from app.domain.purpose import Purpose

SERVED_ANYWAY: Final = frozenset({Purpose.MISSING_PERSON, Purpose.TRAINING_TEST})
"""What a restricted provider allows without permission, and tests that concern nobody's case."""


@dataclass(frozen=True, slots=True)
class ProviderTerms:
    """Whether the engine's provider restricts police use, and what the agency relies on."""

    restricted: bool = False
    reference: str | None = None  # permission document, date, signer

    @property
    def hold_back(self) -> bool:
        """Whether searches for most purposes are refused."""
        return self.restricted and self.reference is None

    def check(self, purpose: Purpose) -> None:
        """Raise ProviderTermsError when a search for this purpose may not be served."""
        if self.hold_back and purpose not in SERVED_ANYWAY:
            raise ProviderTermsError

"""Whether a call may be made at all, and how: the policy profile, and the provider's terms."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from app.domain.audit import AuditAction, AuditEntry
from app.domain.policy_in_force import Granted, Policy, Wanted
from app.domain.provider_terms import ProviderTerms
from app.domain.purpose import Purpose
from app.domain.search_fields import SearchField
from app.ports.face_engine import EngineDescription
from app.services.collections.call import CollectionCall
from app.services.recorded import utc_now

DEFAULT_MATCHES: Final = 100
DEFAULT_THRESHOLD: Final = 80.0

_NOT_CARRIED: Final = frozenset({SearchField.NARRATIVE})
"""What no call of Rekognition says: it would be kept nowhere, and the audit takes no text."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many matches a call gets, and how alike; thresholds are on Rekognition's scale."""

    granted: Granted
    threshold: float | None

    @property
    def most(self) -> int:
        """How many matches at most."""
        return self.granted.max_candidates

    @property
    def confirmed_only(self) -> bool:
        """Whether those whom the JMS does not confirm are left out."""
        return self.granted.confirmed_only

    def floor(self, engine: EngineDescription) -> float:
        """Return the least similarity on the engine's scale; raises what `Granted.floor` does."""
        scale = engine.rekognition_scale
        asked = None if self.threshold is None else scale.own(self.threshold)
        return self.granted.floor(engine.score_scale, asked, scale.own(DEFAULT_THRESHOLD))


@dataclass(frozen=True, slots=True)
class Purposes:
    """What a search needs to be made."""

    terms: ProviderTerms
    policy: Policy

    def recorder(self, call: CollectionCall, action: AuditAction) -> Callable[[str], AuditEntry]:
        """Return what writes a refusal of a call."""
        return partial(self._told(call).entry, action)

    def checked(
        self, call: CollectionCall, most: int | None = None, threshold: float | None = None
    ) -> tuple[CollectionCall, Bounds]:
        """Return the call with its purpose, and how it is made.

        Raises what `Policy.granted` raises, and ProviderTermsError.
        """
        offenses = self.policy.terms(call.purpose or Purpose.TRAINING_TEST).offenses
        unkept = _NOT_CARRIED if offenses is not None else _NOT_CARRIED | {SearchField.OFFENSE}
        training = self.policy.training(call.trained_until, utc_now())
        granted = self.policy.granted(
            Wanted(call.purpose, call.said(), most, DEFAULT_MATCHES, unkept, training)
        )
        self.terms.check(granted.purpose)
        return self._told(replace(call, purpose=granted.purpose)), Bounds(granted, threshold)

    def _told(self, call: CollectionCall) -> CollectionCall:
        return replace(call, recorded=self.policy.recorded(call.said(), call.purpose))

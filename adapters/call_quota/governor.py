"""Any ledger of timelines, as a call quota."""

from collections.abc import Sequence

import structlog
from typing_extensions import override

from adapters.call_quota.turnstile import Turnstile
from app.domain.errors import CandidError
from app.ports.call_quota import Admission, CallQuota, QuotaLedger, QuotaUse

log = structlog.get_logger(__name__)


class GovernedCallQuota(CallQuota):
    """Lets each call go at a slot of its operation's timeline; use it on one event loop."""

    def __init__(self, ledger: QuotaLedger) -> None:
        self._ledger = ledger
        self._turnstiles: dict[tuple[str, bool], Turnstile] = {}

    @override
    async def admitted(self, operation: str, *, urgent: bool) -> Admission:
        turnstile = self._turnstiles.get((operation, urgent))
        if turnstile is None:
            turnstile = Turnstile(operation, self._ledger, urgent=urgent)
            self._turnstiles[operation, urgent] = turnstile
        return await turnstile.admitted()

    @override
    async def throttled(self, admission: Admission) -> None:
        try:
            await self._ledger.throttled(admission.operation, admission.slot)
        except CandidError as error:  # the next throttling teaches as much
            log.warning("throttling_not_learned", operation=admission.operation, code=error.code)

    @override
    async def uses(self) -> Sequence[QuotaUse]:
        return await self._ledger.uses()

"""A call quota that lets every call go at once, for tests that are not about quotas."""

from collections import Counter
from collections.abc import Sequence

from typing_extensions import override

from app.ports.call_quota import Admission, CallQuota, QuotaUse


class FakeCallQuota(CallQuota):
    """Remembers what was admitted and what was told to be throttled."""

    def __init__(self) -> None:
        self.admissions: list[tuple[str, bool]] = []
        self.throttlings: list[Admission] = []

    @override
    async def admitted(self, operation: str, *, urgent: bool) -> Admission:
        self.admissions.append((operation, urgent))
        return Admission(operation, float(len(self.admissions)))

    @override
    async def throttled(self, admission: Admission) -> None:
        self.throttlings.append(admission)

    @override
    async def uses(self) -> Sequence[QuotaUse]:
        admitted = Counter(operation for operation, _ in self.admissions)
        throttled = Counter(admission.operation for admission in self.throttlings)
        return [
            QuotaUse(operation, None, count, throttled[operation])
            for operation, count in sorted(admitted.items())
        ]

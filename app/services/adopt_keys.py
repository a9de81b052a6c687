"""Use case: take the data keys that are there for those of a database that never used them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.ports.records import Records
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class AdoptKeys:
    """Somebody's deliberate word, for a wrong database would destroy the keys of the right one."""

    records: Records
    adopt: Callable[[], Awaitable[None]]

    async def __call__(self, actor: Actor) -> None:
        """Adopt them, recorded before; raises what records and data keys raise."""
        async with refusals_recorded(self.records, lambda code: _entry(actor, code)):
            async with self.records.unit() as unit:
                await unit.audit.append(_entry(actor, "answered"))
            await self.adopt()


def _entry(actor: Actor, outcome: str) -> AuditEntry:
    return AuditEntry(utc_now(), AuditAction.ADOPT_ENCRYPTION, actor, outcome)

"""Use case: write into the audit what was hidden, stopped and shown again, whoever did it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.audit_record import moment
from app.domain.withheld import Withheld, WithheldState
from app.ports.records import Records
from app.services.recorded import utc_now

_BATCH = 200
"""Photos that one record names; a record each would hold up whoever else writes one."""


@dataclass(frozen=True, slots=True)
class TellWithheld:
    """Every change of state is told once, in the transaction that says that it was.

    What is removed is told by its removal, what somebody agreed to by whoever did.
    """

    records: Records

    async def __call__(self) -> int:
        """Tell what is new; return how many photos. RecordsUnavailableError."""
        told = 0
        while rows := await self._batch():
            told += rows
            if rows < _BATCH:
                break
        return told

    async def _batch(self) -> int:
        async with self.records.unit() as unit:
            rows = await unit.withheld.to_tell(_BATCH)
            for state in (WithheldState.WAITING, WithheldState.ASKING, WithheldState.SHOWN):
                if those := [row for row in rows if row.state is state]:
                    await unit.audit.append(_entry(state, those))
            await unit.withheld.told([row.withheld_id for row in rows])
        return len(rows)


def _entry(state: WithheldState, rows: Sequence[Withheld]) -> AuditEntry:
    photos = [
        {
            "external_image_id": row.external_image_id,
            "record_status": row.status,
            "hidden_at": moment(row.hidden_at),
            "event_id": row.event_id,
        }
        for row in rows
    ]
    only = rows[0].external_image_id if len(rows) == 1 else None
    actor = Actor("jms", None, f"withheld-{rows[0].withheld_id}")
    return AuditEntry(
        at=utc_now(),
        action=AuditAction.WITHHOLD,
        actor=actor,
        outcome="answered",
        external_image_id=only,
        details={"state": state, "photos": photos},
    )

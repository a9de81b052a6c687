"""Use case: change to no other model after all."""

from dataclasses import dataclass, replace

from app.domain.audit import Actor, AuditAction, AuditEntry
from app.domain.errors import NoModelChangeError
from app.domain.model_change import ModelStanding
from app.ports.records import Records
from app.services.model.forget_models import ForgetModels
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class GiveUpModel:
    """Drop what was made for the next model; what is served was never touched."""

    records: Records
    forget: ForgetModels

    async def __call__(self, actor: Actor) -> ModelStanding:
        """Give the change up; return where the collection stands then. NoModelChangeError."""

        def entry(outcome: str) -> AuditEntry:
            return AuditEntry(utc_now(), AuditAction.CHANGE_MODEL, actor, outcome)

        async with refusals_recorded(self.records, entry), self.records.unit() as unit:
            standing = await unit.models.standing()
            if standing is None or standing.next is None:
                raise NoModelChangeError("The collection is not changing to another model.")
            await unit.models.give_up()
            details = {"given_up": standing.next}
            await unit.audit.append(
                replace(entry("answered"), model=standing.served, details=details)
            )
            after = await unit.models.standing()
        self.forget.soon()
        return after or standing

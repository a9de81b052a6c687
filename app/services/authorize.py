"""Use case: may this caller do this?"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.access import Scope, check_scope
from app.domain.audit import Actor, AuditAction, AuditEntry
from app.ports.records import Records
from app.services.authenticate import Caller
from app.services.recorded import refusals_recorded, utc_now


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody is about to do."""

    action: AuditAction
    actor: Actor
    external_image_id: str | None = None


@dataclass(frozen=True, slots=True)
class Authorize:
    """Check scopes; who was turned away is recorded."""

    records: Records

    async def __call__(self, caller: Caller, any_of: Iterable[Scope], attempt: Attempt) -> None:
        """Return when the caller has one of the scopes; ScopeMissingError."""

        def refused(code: str) -> AuditEntry:
            external_image_id = attempt.external_image_id
            return AuditEntry(
                utc_now(), attempt.action, attempt.actor, code, external_image_id=external_image_id
            )

        async with refusals_recorded(self.records, refused):
            check_scope(caller.scopes, any_of)
